import type { Bucket, Pace } from './pace.ts';
import { Rates } from './rates.ts';
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
  /** Nothing of it is to be shown: it is only looked whether it came to stand twice. */
  lingers: boolean;
  /** What was tried last was an edit; and its key. */
  edits: boolean;
  key: string;
}

/** From this lane on it is only progress: edits are spaced out, and some of the rate is left to others. */
export const PROGRESS = 2;

/** The lane of what nothing is to be shown of. */
const LAST = 9;

/** Something that waits, from now on. */
export function itemOf(want: Want, now: number): Item {
  return { want, lane: want.lane, since: now, notBefore: 0, tries: 0, busy: false, again: false, lingers: false, edits: false, key: 'card' };
}

/** All that waits to be shown in a chat: the most pressing goes first, and of equals what has waited longest. */
export class Waiting {
  readonly #pace: Pace;
  readonly #bucket: Bucket;
  readonly #items = new Map<string, Item>();
  readonly #rates: Rates;

  constructor(pace: Pace, bucket: Bucket) {
    this.#pace = pace;
    this.#bucket = bucket;
    this.#rates = new Rates(pace);
  }

  has(want: Want): boolean {
    return this.#items.get(nameOf(want))?.lingers === false;
  }

  /** Whether it waits, or lingers. */
  knows(want: Want): boolean {
    return this.#items.has(nameOf(want));
  }

  /** Nothing of it is to be shown any more; it comes up again at this time, after all that is. */
  linger(item: Item, until: number): void {
    Object.assign(item, { lingers: true, lane: LAST, edits: false, tries: 0, notBefore: until });
    this.#items.set(nameOf(item.want), item);
  }

  add(want: Want, now: number): void {
    const key = nameOf(want);
    const known = this.#items.get(key);
    if (!known) {
      this.#items.set(key, itemOf(want, now));
      return;
    }
    if (known.lingers) Object.assign(known, { lane: want.lane, since: now, notBefore: 0, lingers: false });
    known.want = want;
    known.lane = known.busy ? want.lane : Math.min(known.lane, want.lane);
    known.again = true;
    // A result waits for no progress budget.
    if (known.tries === 0 && want.lane < PROGRESS) known.notBefore = 0;
  }

  drop({ want }: Item): void {
    this.#items.delete(nameOf(want));
  }

  /** The chat wants silence of what this item was about to do: of edits, or in its room. */
  pause(item: Item, until: number, now: number): void {
    if (this.#editsApart(item)) this.#rates.pauseEdits(until);
    else this.#rates.pauseRoom(item.want.place.room, until, now);
  }

  /** Whether the chat wants silence of what this item is about to do. */
  rests(item: Item, now: number): boolean {
    return this.#pausedUntil(item, now, this.#posting(item)) > now;
  }

  /** Does what an item is about to do, and counts it. */
  async paced(item: Item, now: () => number, send: () => Promise<number>): Promise<number> {
    if (item.edits) this.#rates.edits(now());
    const sent = await send();
    if (!item.edits && sent > 0) this.#rates.posted(item.want.place.room, now());
    return sent;
  }

  /** The most pressing item that may go now, or the milliseconds until one may. */
  next(now: number): Item | number {
    let best: Item | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    const busy = this.#posting();
    const looks = [...this.#items.values()].some((item) => item.busy && item.lingers);
    for (const item of this.#items.values()) {
      // It is looked for one at a time, so that a look that takes long keeps no card waiting.
      if (item.busy || (item.lingers && looks)) continue;
      const from = Math.max(item.notBefore, this.#pausedUntil(item, now, busy));
      if (from > now) soonest = Math.min(soonest, from - now);
      else if (!best || item.lane < best.lane || (item.lane === best.lane && item.since < best.since)) best = item;
    }
    if (!best) return soonest;
    const wait = this.#bucket.waitFor(best.lane < PROGRESS ? 1 : Math.max(1, this.#pace.burst / 3));
    return wait === 0 ? best : Math.min(wait, soonest);
  }

  #pausedUntil(item: Item, now: number, busy: ReadonlySet<string>): number {
    if (item.lingers) return 0;
    if (this.#editsApart(item)) return this.#rates.editsFrom(item.lane >= PROGRESS);
    const { room } = item.want.place;
    // Whoever comes back from there looks for the next.
    if (this.#rates.isTight(room, now) && busy.has(room)) return Number.POSITIVE_INFINITY;
    return this.#rates.postsFrom(room);
  }

  /** Rooms in which something is being posted, besides this. */
  #posting(besides?: Item): ReadonlySet<string> {
    const rooms = new Set<string>();
    for (const item of this.#items.values()) if (item.busy && item !== besides && !item.edits && !item.lingers) rooms.add(item.want.place.room);
    return rooms;
  }

  #editsApart({ edits }: Item): boolean {
    return edits && this.#pace.editsPerMinute !== undefined;
  }
}
