/** How many may go at once after a time of rest. */
const BURST = 5;

/** At most so many requests a second, evenly spread, in the order in which they were wanted. */
export class Budget {
  readonly #gapMs: number;
  /** By the clock that nobody sets. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /** Whether what is wanted now would wait for more than a burst. */
  get busy(): boolean {
    return this.#next - performance.now() > this.#gapMs;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const at = Math.max(this.#next, now - BURST * this.#gapMs);
    this.#next = at + this.#gapMs;
    if (at > now) await new Promise((resolve) => setTimeout(resolve, at - now));
    return work();
  }
}
