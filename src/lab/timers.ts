/** Timers that never keep the process alive and that can all be dropped at once. */
export interface Timers {
  after(ms: number, act: () => void): () => void;
  clear(): void;
}

/** An empty set of timers. */
export function timers(): Timers {
  const pending = new Set<NodeJS.Timeout>();
  return {
    after(ms, act) {
      const timer = setTimeout(() => {
        pending.delete(timer);
        act();
      }, ms);
      timer.unref();
      pending.add(timer);
      return () => {
        clearTimeout(timer);
        pending.delete(timer);
      };
    },
    clear() {
      for (const timer of pending) clearTimeout(timer);
      pending.clear();
    },
  };
}

/** Waits, or returns early when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    // setTimeout overflows past 2^31-1 ms; nobody waits that long here.
    const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1));
    timer.unref();
    signal.addEventListener('abort', end);
  });
}
