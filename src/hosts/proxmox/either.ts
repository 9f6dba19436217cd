/** What the first comes to; or, when it says nothing for so many milliseconds, whichever of the two succeeds first. Throws what `worse` makes of both failures. */
export async function either<T>(first: Promise<T>, ms: number, second: () => Promise<T>, worse: (one: unknown, other: unknown) => unknown): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<'silent'>((resolve) => {
    timer = setTimeout(() => resolve('silent'), Math.max(0, ms));
  });
  try {
    if ((await Promise.race([first.then(() => 'heard'), silent])) === 'heard') return await first;
  } finally {
    clearTimeout(timer);
  }
  return Promise.any([first, second()]).catch((error: unknown) => {
    throw error instanceof AggregateError ? error.errors.reduce(worse, undefined) : error;
  });
}
