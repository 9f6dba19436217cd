/** Spread of a series of times in milliseconds. */
export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Nearest-rank quantiles of a series. */
export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Finished pieces of work per second, with `abreast` under way at any time, over about `ms` milliseconds. */
export async function perSecond(work: () => Promise<unknown>, abreast: number, ms: number): Promise<number> {
  const began = performance.now();
  let finished = 0;
  const one = async () => {
    while (performance.now() - began < ms) {
      await work();
      finished++;
    }
  };
  await Promise.all(Array.from({ length: abreast }, one));
  return (finished * 1000) / (performance.now() - began);
}

/** A number with a fixed count of decimals. */
export function fixed(value: number, decimals = 2): string {
  return value.toFixed(decimals);
}

/** A ratio as people read it. */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

/** Waits for some milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
