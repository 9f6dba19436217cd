import type { Pace } from './pace.ts';

/** The window in which a chat counts edits, in milliseconds. */
const WINDOW = 60_000;
/** The share of the edits of a window that is left to what is more pressing than progress. */
const LEFT = 0.25;
/** How long a room that has said twice that there is too much is written to one by one, in milliseconds. */
const TIGHT = 20_000;
/** Said again within this time after it had what it wanted, in milliseconds, it is no passing thing. */
const AGAIN = 5000;

interface Room {
  /** Nothing goes there until then. */
  from: number;
  /** Until then one message at a time goes there. */
  tightUntil: number;
}

/** What a chat lets through, room by room, and of edits: by what it has said, and what was sent since. Times in milliseconds since the epoch. */
export class Rates {
  readonly #pace: Pace;
  readonly #rooms = new Map<string, Room>();
  /** When edits went in the last window. */
  #edits: number[] = [];
  #editsFrom = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Nothing goes to a room until then; where it says so again as soon as it was written to, for a while only one after the other. */
  pauseRoom(room: string, until: number, now: number): void {
    const known = this.#rooms.get(room);
    const isAgain = known !== undefined && now >= known.from && now < Math.max(known.from + AGAIN, known.tightUntil);
    this.#rooms.set(room, { from: Math.max(known?.from ?? 0, until), tightUntil: isAgain ? until + TIGHT : (known?.tightUntil ?? 0) });
  }

  /** Nothing is edited until then. */
  pauseEdits(until: number): void {
    this.#editsFrom = Math.max(this.#editsFrom, until);
  }

  /** Whether only one message at a time goes to a room now. */
  isTight(room: string, now: number): boolean {
    return (this.#rooms.get(room)?.tightUntil ?? 0) > now;
  }

  /** From when on something may be posted in a room. */
  postsFrom(room: string): number {
    return this.#rooms.get(room)?.from ?? 0;
  }

  /** From when on something may be edited. `progress`: something that is not pressing, which leaves room for what is; that goes until the chat says no. */
  editsFrom(progress: boolean): number {
    const { editsPerMinute } = this.#pace;
    if (!progress || editsPerMinute === undefined) return this.#editsFrom;
    const most = Math.floor(editsPerMinute * (1 - LEFT));
    const oldest = this.#edits.at(-most);
    return Math.max(this.#editsFrom, this.#edits.length < most || oldest === undefined ? 0 : oldest + WINDOW);
  }

  /** An edit goes out. */
  edits(now: number): void {
    if (this.#pace.editsPerMinute !== undefined) this.#edits = [...this.#edits.filter((at) => at > now - WINDOW), now];
  }

  /** Something was posted in a room. */
  posted(room: string, now: number): void {
    const known = this.#rooms.get(room);
    if (!known) return;
    if (known.tightUntil > now) known.from = Math.max(known.from, now + (this.#pace.roomMs ?? 0));
    else if (now > known.from + AGAIN) this.#rooms.delete(room);
  }
}
