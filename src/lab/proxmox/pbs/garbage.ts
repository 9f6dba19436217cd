import type { Clock } from './datastore.ts';

/** Chunks touched within this many seconds are never removed: a day, and five minutes for clocks that differ. */
export const SAFE_SECONDS = 24 * 3600 + 5 * 60;
/** Bytes of a chunk, about. */
const CHUNK = 2_500_000;

/** What a garbage collection came to; `start` and `end` in seconds since the epoch. */
export interface GcStatus {
  readonly upid?: string;
  readonly state?: string;
  readonly start?: number;
  readonly end?: number;
  readonly removedBytes: number;
  readonly removedChunks: number;
  readonly pendingBytes: number;
  readonly pendingChunks: number;
}

/** Chunks no snapshot refers to any more, and when each was last touched. */
export class Garbage {
  readonly #now: Clock;
  #left: readonly { readonly bytes: number; readonly touched: number }[] = [];
  last: GcStatus = { removedBytes: 0, removedChunks: 0, pendingBytes: 0, pendingChunks: 0 };

  constructor(now: Clock) {
    this.#now = now;
  }

  get bytes(): number {
    return this.#left.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** `taken`: when the snapshot that held them was taken. A collection that still saw them has touched them later. */
  drop(bytes: number, taken: number): void {
    this.#left = [...this.#left, { bytes, touched: Math.max(taken, this.last.start ?? 0) }];
  }

  /** How it stands when the server begins: what is left, when each was last touched, and the last collection. */
  seed(
    left: readonly { readonly bytes: number; readonly touched: number }[],
    last: { readonly upid: string; readonly start: number; readonly end: number },
  ): void {
    this.#left = left;
    const pending = left.filter(({ touched }) => touched < last.start).reduce((sum, { bytes }) => sum + bytes, 0);
    this.last = { ...last, state: 'OK', removedBytes: 0, removedChunks: 0, pendingBytes: pending, pendingChunks: chunks(pending) };
  }

  /** Removes what is old enough; the rest is pending. `start`: when the collection began. */
  collect(upid: string, start: number): GcStatus {
    const old = this.#left.filter(({ touched }) => touched < start - SAFE_SECONDS);
    this.#left = this.#left.filter((part) => !old.includes(part));
    const removedBytes = old.reduce((sum, { bytes }) => sum + bytes, 0);
    const pending = { pendingBytes: this.bytes, pendingChunks: chunks(this.bytes) };
    this.last = { upid, state: 'OK', start, end: this.#now(), removedBytes, removedChunks: chunks(removedBytes), ...pending };
    return this.last;
  }
}

/** How many chunks so many bytes are. */
export function chunks(bytes: number): number {
  return Math.ceil(bytes / CHUNK);
}
