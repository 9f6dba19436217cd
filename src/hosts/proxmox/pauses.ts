/** Waits so many milliseconds, or less when one of the signals is aborted. */
export function sleep(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some((signal) => signal.aborted)) return resolve();
    const done = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    for (const signal of signals) signal.addEventListener('abort', done);
  });
}

/** What work comes to, or an error as soon as a signal is aborted: then the work goes on unheard. */
export function unless<T>(signal: AbortSignal | undefined, error: () => Error, work: Promise<T>): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const left = () => reject(error());
    if (signal.aborted) left();
    else signal.addEventListener('abort', left);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', left));
  });
}
