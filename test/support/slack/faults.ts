/** How often a method may be called. */
export interface Limit {
  readonly perMinute?: number;
  readonly perSecondPerChannel?: number;
  /** Seconds said in Retry-After. */
  readonly retryAfter: number;
}

/** What is to go wrong with calls of the Web API, by method. */
export class Faults {
  readonly #limits = new Map<string, Limit>();
  readonly #throttled = new Map<string, { left: number; readonly retryAfter: number }>();
  readonly #failing = new Map<string, string[]>();
  readonly #hanging = new Map<string, { readonly until: Promise<void>; readonly release: () => void }>();
  readonly #belated = new Map<string, { left: number; readonly until: Promise<void>; readonly release: () => void }>();
  readonly #delays = new Map<string, number>();
  readonly #dropped = new Map<string, number>();
  readonly #seen = new Map<string, number[]>();
  readonly #shut = new Map<string, number>();

  /** From now on the method answers 429 when called more often than this; undefined lifts it. */
  limit(method: string, limit: Limit | undefined): void {
    if (limit) this.#limits.set(method, limit);
    else this.#limits.delete(method);
  }

  /** The next `times` calls answer 429, with this many seconds to wait. */
  throttleNext(method: string, times: number, retryAfter: number): void {
    this.#throttled.set(method, { left: times, retryAfter });
  }

  /** The next call answers this error, and does nothing. */
  failNext(method: string, error: string): void {
    this.#failing.set(method, [...(this.#failing.get(method) ?? []), error]);
  }

  /** Calls are never answered, until the function given back is called; then they go on. */
  hang(method: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = () => {
      this.#hanging.delete(method);
      resolve();
    };
    this.#hanging.set(method, { until: promise, release });
    return release;
  }

  /** The connection of the next calls is cut at once; they are done all the same, when the function given back is called. */
  belate(method: string, times = 1): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#belated.set(method, { left: times, until: promise, release: resolve });
    return resolve;
  }

  /** What this call waits for before it is done, its connection cut; undefined where it is not cut. */
  belated(method: string): Promise<void> | undefined {
    const belated = this.#belated.get(method);
    return belated && belated.left-- > 0 ? belated.until : undefined;
  }

  /** Every call takes this much longer. */
  delay(method: string, ms: number): void {
    this.#delays.set(method, ms);
  }

  /** The next `times` calls are done, but the connection is cut before the answer. */
  dropAfter(method: string, times = 1): void {
    this.#dropped.set(method, times);
  }

  /** Waits as long as this call is to wait. */
  async wait(method: string): Promise<void> {
    const ms = this.#delays.get(method);
    if (ms) await new Promise((resolve) => setTimeout(resolve, ms).unref());
    await this.#hanging.get(method)?.until;
  }

  /** The error this call is to answer. */
  failing(method: string): string | undefined {
    return this.#failing.get(method)?.shift();
  }

  /** Whether the connection is to be cut instead of answering. */
  dropping(method: string): boolean {
    const left = this.#dropped.get(method) ?? 0;
    this.#dropped.set(method, left - 1);
    return left > 0;
  }

  /** Seconds to wait, where this call comes too soon; undefined where it may go on. */
  throttled(method: string, channel: string): number | undefined {
    const throttle = this.#throttled.get(method);
    if (throttle && throttle.left > 0) {
      throttle.left--;
      return throttle.retryAfter;
    }
    const limit = this.#limits.get(method);
    if (!limit) return undefined;
    const { perMinute, perSecondPerChannel, retryAfter } = limit;
    return this.#over(method, 60_000, perMinute, retryAfter) ?? this.#over(`${method} ${channel}`, 1000, perSecondPerChannel, retryAfter);
  }

  #over(key: string, window: number, most: number | undefined, retryAfter: number): number | undefined {
    if (most === undefined) return undefined;
    const now = Date.now();
    const shut = this.#shut.get(key) ?? 0;
    if (shut > now) return Math.ceil((shut - now) / 1000);
    const recent = (this.#seen.get(key) ?? []).filter((at) => at > now - window);
    if (recent.length >= most) {
      this.#shut.set(key, now + retryAfter * 1000);
      this.#seen.set(key, []);
      return retryAfter;
    }
    this.#seen.set(key, [...recent, now]);
    return undefined;
  }

  /** Lets go of everything that hangs. */
  release(): void {
    for (const { release } of [...this.#hanging.values(), ...this.#belated.values()]) release();
  }
}
