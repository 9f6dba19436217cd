/** Slack redelivers what is not acknowledged within 3 s; by then we have given up ourselves. Milliseconds. */
export const ANSWER_MS = 2500;

/** The promise, or an error when it takes longer than so many milliseconds. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
