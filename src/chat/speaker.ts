import { type At, type Chat, type Message, Throttled, Unwelcome, Vanished } from '../core/chat.ts';
import { code, sha256 } from '../core/digest.ts';
import type { Log } from '../core/ports.ts';
import { Bucket, type Pace } from './pace.ts';
import { nameOf, type Posts, type Shelf, type Showing, type Want } from './wish.ts';

export interface SpeakerOptions {
  readonly chat: Pick<Chat, 'show'>;
  readonly posts: Posts;
  /** The newest a card has to show in a place; undefined when there is no such card (any more). */
  showing(want: Want): Promise<Showing | undefined>;
  readonly pace: Pace;
  /** Whether this speaker is still the one that speaks. */
  held(): boolean;
  readonly log: Log;
  readonly now?: () => number;
}

interface Item {
  want: Want;
  lane: number;
  readonly since: number;
  notBefore: number;
  tries: number;
  busy: boolean;
  again: boolean;
  /** What was tried last was an edit. */
  edits: boolean;
}

/** From this lane on it is only progress: edits are spaced out, and some of the rate is left to others. */
export const PROGRESS = 2;
/** The share of a card's age that passes between two edits for progress. */
const SHARE = 0.05;
const LONGEST_WAIT = 60_000;

/** Brings cards to one chat: the most pressing first, only the newest of each, as fast as the chat allows. One speaks for a chat at a time. */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #bucket: Bucket;
  readonly #now: () => number;
  readonly #items = new Map<string, Item>();
  readonly #rooms = new Map<string, number>();
  /** Until when nothing may be edited: chats count edits and new messages apart. */
  #editsFrom = 0;
  #active = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Messages sent, and how often the chat asked for silence. */
  readonly counts = { sent: 0, throttled: 0 };

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#bucket = new Bucket(options.pace, this.#now);
  }

  /** Takes up what was wanted and not shown when the last speaker ended. */
  async begin(): Promise<void> {
    for (const want of await this.#options.posts.wanted()) this.#add(want);
    this.#go();
  }

  /** Wants a card shown; it is safe when this resolves. */
  async want(wish: Omit<Want, 'id'>): Promise<void> {
    const want = { ...wish, id: crypto.randomUUID() };
    await this.#options.posts.want(want);
    this.#add(want);
    this.#go();
  }

  /** Resolves when what is under way has ended; the rest is kept for the next speaker. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    while (this.#active > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #add(want: Want): void {
    const key = nameOf(want);
    const known = this.#items.get(key);
    if (known) {
      known.want = want;
      known.lane = Math.min(known.busy ? want.lane : known.lane, want.lane);
      known.again = true;
      // A result waits for no progress budget.
      if (known.tries === 0 && want.lane < PROGRESS) known.notBefore = 0;
    } else this.#items.set(key, { want, lane: want.lane, since: this.#now(), notBefore: 0, tries: 0, busy: false, again: false, edits: false });
  }

  /** Begins whatever may go now, and comes back when more may. */
  #go(): void {
    clearTimeout(this.#timer);
    while (!this.#closed && this.#options.held() && this.#active < this.#options.pace.abreast) {
      const next = this.#next();
      if (typeof next === 'number') {
        if (Number.isFinite(next)) this.#timer = setTimeout(() => this.#go(), Math.max(1, Math.min(next, LONGEST_WAIT)));
        return;
      }
      this.#begin(next);
    }
  }

  /** The most pressing item that may go now, or the milliseconds until one may. */
  #next(): Item | number {
    const now = this.#now();
    let best: Item | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const item of this.#items.values()) {
      if (item.busy) continue;
      const from = Math.max(item.notBefore, item.edits && this.#options.pace.editsApart ? this.#editsFrom : (this.#rooms.get(item.want.place.room) ?? 0));
      if (from > now) soonest = Math.min(soonest, from - now);
      else if (!best || item.lane < best.lane || (item.lane === best.lane && item.since < best.since)) best = item;
    }
    if (!best) return soonest;
    const wait = this.#bucket.waitFor(best.lane < PROGRESS ? 1 : Math.max(1, this.#options.pace.burst / 3));
    return wait === 0 ? best : Math.min(wait, soonest);
  }

  #begin(item: Item): void {
    item.busy = true;
    item.again = false;
    this.#active++;
    this.#bucket.spend(1); // what it really took is known afterwards
    this.#bring(item)
      .then((sent) => this.#bucket.spend(sent - 1))
      .catch((error: unknown) => this.#failed(item, error))
      .finally(() => {
        item.busy = false;
        this.#active--;
        this.#go();
      });
  }

  /** One message of a card: the card itself, or the next thing for its thread. Returns how many messages it took. */
  async #bring(item: Item): Promise<number> {
    const { posts, showing } = this.#options;
    const { want } = item;
    const [now, shown] = await Promise.all([posts.shelf(want), showing(want)]);
    const shelf = now ?? { rev: 0, turn: 0, firstAt: this.#now(), shownAt: 0, began: {}, told: [] };
    if (!shown) return this.#finish(item);
    if (shown.message.card.rev > shelf.rev && !shown.later) {
      const wait = shelf.post && want.lane >= PROGRESS && item.lane >= PROGRESS ? this.#editsAt(shelf) - this.#now() : 0;
      if (wait > 0) {
        item.notBefore = this.#now() + wait;
        return 0;
      }
      item.edits = shelf.post !== undefined;
      const sent = await this.#show(want, shelf, 'card', shown.message, shown);
      item.edits = false;
      item.tries = 0;
      item.lane = shown.thread.some(({ key }) => !shelf.told.includes(key)) ? 1 : item.lane;
      return sent;
    }
    const next = shown.later ? undefined : shown.thread.find(({ key }) => !shelf.told.includes(key));
    if (!next) return this.#finish(item);
    if (next.lane > item.lane) {
      item.lane = next.lane; // others first
      return 0;
    }
    const sent = await this.#show(want, shelf, next.key, next.message, shown);
    item.tries = 0;
    return sent;
  }

  /** When the next edit that only shows progress may go. */
  #editsAt({ shownAt, firstAt }: Shelf): number {
    return shownAt + Math.max(this.#options.pace.editMs, SHARE * (shownAt - firstAt));
  }

  /** Posts or edits one message, with a note before and after, so that a crash between leaves no doubt which it was. */
  async #show(want: Want, shelf: Shelf, key: string, message: Message, { private: hidden }: Showing): Promise<number> {
    const { posts, chat, held } = this.#options;
    const { [key]: before, ...others } = shelf.began;
    const isCard = message.kind === 'card';
    const edits = isCard && shelf.post !== undefined;
    if (!edits) await posts.keep(want, { ...shelf, began: { ...shelf.began, [key]: before ?? this.#now() } });
    if (!held()) throw new Throttled(0);
    const at: At = {
      place: want.place,
      private: hidden,
      key: [want.card, code(sha256(nameOf(want)), 6), key, ...(shelf.turn === 0 ? [] : [shelf.turn])].join('-').replace(/[^A-Za-z0-9-]/g, ''),
      ...(edits && shelf.post ? { post: shelf.post } : {}),
      ...(!isCard && shelf.post ? { card: shelf.post } : {}),
      ...(before === undefined ? {} : { began: before }),
    };
    try {
      const { post, sent } = await chat.show(message, at);
      this.counts.sent += sent;
      const shown = { ...shelf, shownAt: this.#now(), began: others };
      await posts.keep(
        want,
        isCard ? { ...shown, rev: message.card.rev, ...(post ? { post } : {}) } : { ...shown, shownAt: shelf.shownAt, told: [...shelf.told, key] },
      );
      return sent;
    } catch (error) {
      if (!(error instanceof Vanished) || !shelf.post) throw error;
      const { post: _, ...gone } = shelf;
      await posts.keep(want, { ...gone, rev: 0, turn: shelf.turn + 1, began: others });
      return 1;
    }
  }

  async #finish(item: Item): Promise<number> {
    if (item.again) return 0;
    this.#items.delete(nameOf(item.want));
    await this.#options.posts.done(item.want);
    return 0;
  }

  async #failed(item: Item, error: unknown): Promise<void> {
    const now = this.#now();
    if (error instanceof Throttled) {
      this.counts.throttled++;
      if (item.edits && this.#options.pace.editsApart) this.#editsFrom = Math.max(this.#editsFrom, now + error.ms);
      else if (error.room === undefined) this.#bucket.pause(error.ms);
      else this.#rooms.set(item.want.place.room, now + error.ms);
      return;
    }
    if (error instanceof Unwelcome) {
      this.#options.log(`${item.want.card} cannot be shown in ${item.want.place.chat} ${item.want.place.room}: ${error.message}`);
      await this.#finish({ ...item, again: false });
      return;
    }
    item.notBefore = now + Math.min(LONGEST_WAIT, 500 * 2 ** item.tries);
    if (item.tries++ % 10 === 0) this.#options.log(`${item.want.card} was not shown in ${item.want.place.chat}, and is tried again`, error);
  }
}
