import type { Bucket, Pace } from './pace.ts';
import { nameOf, type Want } from './wish.ts';

/** A card that is wanted in a place and not shown there yet as it is. */
export interface Item {
  want: Want;
  lane: number;
  readonly since: number;
  notBefore: number;
  tries: number;
  busy: boolean;
  /** It was wanted again since it was begun. */
  again: boolean;
  /** What was tried last was an edit; and its key. */
  edits: boolean;
  key: string;
}

/** From this lane on it is only progress: edits are spaced out, and some of the rate is left to others. */
export const PROGRESS = 2;

/** All that waits to be shown in a chat: the most pressing goes first, and of equals what has waited longest. */
export class Waiting {
  readonly #pace: Pace;
  readonly #bucket: Bucket;
  readonly #items = new Map<string, Item>();
  readonly #rooms = new Map<string, number>();
  #editsFrom = 0;

  constructor(pace: Pace, bucket: Bucket) {
    this.#pace = pace;
    this.#bucket = bucket;
  }

  has(want: Want): boolean {
    return this.#items.has(nameOf(want));
  }

  add(want: Want, now: number): void {
    const key = nameOf(want);
    const known = this.#items.get(key);
    if (!known) {
      this.#items.set(key, { want, lane: want.lane, since: now, notBefore: 0, tries: 0, busy: false, again: false, edits: false, key: 'card' });
      return;
    }
    known.want = want;
    known.lane = known.busy ? want.lane : Math.min(known.lane, want.lane);
    known.again = true;
    // A result waits for no progress budget.
    if (known.tries === 0 && want.lane < PROGRESS) known.notBefore = 0;
  }

  drop({ want }: Item): void {
    this.#items.delete(nameOf(want));
  }

  /** Nothing goes to a room until then. */
  pauseRoom(room: string, until: number): void {
    this.#rooms.set(room, Math.max(this.#rooms.get(room) ?? 0, until));
  }

  /** Nothing is edited until then. */
  pauseEdits(until: number): void {
    this.#editsFrom = Math.max(this.#editsFrom, until);
  }

  /** Whether the chat wants silence of what this item is about to do. */
  rests(item: Item, now: number): boolean {
    return this.#pausedUntil(item) > now;
  }

  /** The most pressing item that may go now, or the milliseconds until one may. */
  next(now: number): Item | number {
    let best: Item | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const item of this.#items.values()) {
      if (item.busy) continue;
      const from = Math.max(item.notBefore, this.#pausedUntil(item));
      if (from > now) soonest = Math.min(soonest, from - now);
      else if (!best || item.lane < best.lane || (item.lane === best.lane && item.since < best.since)) best = item;
    }
    if (!best) return soonest;
    const wait = this.#bucket.waitFor(best.lane < PROGRESS ? 1 : Math.max(1, this.#pace.burst / 3));
    return wait === 0 ? best : Math.min(wait, soonest);
  }

  #pausedUntil(item: Item): number {
    if (item.edits && this.#pace.editsApart) return this.#editsFrom;
    return this.#rooms.get(item.want.place.room) ?? 0;
  }
}
