import { type Chat, type Message, Throttled, Unwelcome, Vanished } from '../core/chat.ts';
import type { Log } from '../core/ports.ts';
import { atOf } from './at.ts';
import { Looks, nextLook } from './doubts.ts';
import { Bucket, nextEdit, type Pace } from './pace.ts';
import { type Item, itemOf, PROGRESS, Waiting } from './waiting.ts';
import type { Posts, Shelf, Showing, Want } from './wish.ts';

export interface SpeakerOptions {
  readonly chat: Pick<Chat, 'show' | 'tidy'>;
  readonly posts: Posts;
  /** The newest a card has to show in a place, where only one person may see it there; undefined when there is no such card (any more). */
  showing(want: Want, alone: boolean): Promise<Showing | undefined>;
  /** Called when a card was shown where one person alone sees it. */
  alone?(want: Want): void;
  readonly pace: Pace;
  /** Whether this speaker is still the one that speaks. */
  held(): boolean;
  readonly log: Log;
  readonly now?: () => number;
}

const LONGEST_WAIT = 60_000;
/** How often it is looked whether something was wanted of a speaker that speaks no more, in milliseconds. */
const LOOK_EVERY = 10_000;
/** How long a place that is closed to the bot is let be, in milliseconds. */
const CLOSED_FOR = 600_000;
/** How often it is tried in a place that is closed. */
const CLOSED_TRIES = 12;

/** Brings cards to one chat: the most pressing first, only the newest of each, as fast as the chat allows. One speaks for a chat at a time. */
export class Speaker {
  readonly #options: SpeakerOptions;
  readonly #bucket: Bucket;
  readonly #now: () => number;
  readonly #waiting: Waiting;
  readonly #looks: Looks;
  #active = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;
  /** Messages sent, and how often the chat asked for silence. */
  readonly counts = { sent: 0, throttled: 0 };

  constructor(options: SpeakerOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#bucket = new Bucket(options.pace, this.#now);
    this.#waiting = new Waiting(options.pace, this.#bucket);
    this.#looks = new Looks({ ...options, looksMs: options.pace.looksMs ?? [], now: this.#now });
  }

  /** Takes up what was wanted and not shown when the last speaker ended. */
  async begin(): Promise<void> {
    await this.#look();
    this.#looking = setInterval(() => void this.#look().catch(() => undefined), LOOK_EVERY).unref();
  }

  /** Takes up what is wanted and not known here: another speaker may have noted it when its turn was over. */
  async #look(): Promise<void> {
    for (const want of await this.#options.posts.wanted()) if (!this.#waiting.has(want)) this.#waiting.add(want, this.#now());
    const lingering = this.#looks.needed ? await this.#options.posts.lingering() : [];
    for (const want of lingering) if (!this.#waiting.knows(want)) this.#waiting.linger(itemOf(want, this.#now()), 0);
    this.#go();
  }

  /** Wants a card shown; it is safe when this resolves. */
  async want(wish: Omit<Want, 'id'>): Promise<void> {
    const want = { ...wish, id: crypto.randomUUID() };
    await this.#options.posts.want(want);
    this.#waiting.add(want, this.#now());
    this.#go();
  }

  /** Resolves when what is under way has ended; the rest is kept for the next speaker. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    while (this.#active > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Begins whatever may go now, and comes back when more may. */
  #go(): void {
    clearTimeout(this.#timer);
    while (!this.#closed && this.#options.held() && this.#active < this.#options.pace.abreast) {
      const next = this.#waiting.next(this.#now());
      if (typeof next === 'number') {
        if (Number.isFinite(next)) this.#timer = setTimeout(() => this.#go(), Math.max(1, Math.min(next, LONGEST_WAIT)));
        return;
      }
      this.#begin(next);
    }
  }

  #begin(item: Item): void {
    item.busy = true;
    item.again = false;
    this.#active++;
    this.#bucket.spend(1); // what it really took is known afterwards
    this.#bring(item)
      .then((sent) => this.#bucket.spend(sent - 1))
      .catch((error: unknown) => this.#failed(item, error))
      .catch((error: unknown) => {
        // Not even that could be noted: another gateway speaks by now, or the store is away.
        item.notBefore = this.#now() + 1000;
        this.#options.log(`${item.want.card} could not be looked after`, error);
      })
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
    const now = await posts.shelf(want);
    if (item.lingers) return this.#linger(item, now);
    const shown = await showing(want, now?.alone ?? false);
    const shelf = now ?? { rev: 0, turn: 0, firstAt: this.#now(), shownAt: 0, began: {}, told: [] };
    if (!shown) return this.#finish(item, now);
    if (shelf.closedAt !== undefined && this.#now() - shelf.closedAt < CLOSED_FOR) {
      item.notBefore = shelf.closedAt + CLOSED_FOR; // somebody may let the bot in by then
      return 0;
    }
    if (shelf.post && !shown.later && shelf.hidden !== undefined && shelf.hidden !== shown.private) return this.#move(want, shelf, shown);
    if (shown.message.card.rev > shelf.rev && !shown.later) {
      const wait = shelf.post && want.lane >= PROGRESS && item.lane >= PROGRESS ? nextEdit(this.#options.pace, shelf) - this.#now() : 0;
      if (wait > 0) {
        item.notBefore = this.#now() + wait;
        return 0;
      }
      Object.assign(item, { edits: shelf.post !== undefined, key: 'card' });
      if (this.#waiting.rests(item, this.#now())) return 0; // only now it is known which limit it comes under
      const sent = await this.#waiting.paced(item, this.#now, () => this.#show(want, shelf, 'card', shown.message, shown));
      item.edits = false;
      item.tries = 0;
      item.lane = shown.thread.some(({ key }) => !shelf.told.includes(key)) ? 1 : item.lane;
      return sent;
    }
    const next = shown.later ? undefined : shown.thread.find(({ key }) => !shelf.told.includes(key));
    if (!next) return this.#finish(item, shelf);
    if (next.lane > item.lane) {
      item.lane = next.lane; // others first
      return 0;
    }
    Object.assign(item, { edits: false, key: next.key });
    if (this.#waiting.rests(item, this.#now())) return 0;
    const sent = await this.#waiting.paced(item, this.#now, () => this.#show(want, shelf, next.key, next.message, shown));
    item.tries = 0;
    return sent;
  }

  /** Posts or edits one message, with a note before and after, so that a crash between leaves no doubt which it was. */
  async #show(want: Want, shelf: Shelf, key: string, message: Message, showing: Showing): Promise<number> {
    const { posts, chat, held } = this.#options;
    const { [key]: before, ...others } = shelf.began;
    const at = atOf(want, shelf, key, message, showing, held);
    const isCard = message.kind === 'card';
    const edits = at.post !== undefined;
    const noted = this.#looks.doubted(shelf, at);
    if (!edits) await posts.keep(want, { ...noted, began: { ...noted.began, [key]: before ?? this.#now() } });
    if (!held()) throw new Throttled(0);
    try {
      const { post, sent, alone } = await chat.show(message, at);
      this.counts.sent += sent;
      const isPressing = edits && want.lane < PROGRESS;
      const stood = isPressing ? this.#looks.hastened(noted) : this.#looks.stood(noted, at, message, post);
      const shown = { ...stood, shownAt: this.#now(), began: others, ...(isCard ? { hidden: showing.private, alone: alone ?? false } : {}) };
      await posts.keep(
        want,
        isCard ? { ...shown, rev: message.card.rev, ...(post ? { post } : {}) } : { ...shown, shownAt: shelf.shownAt, told: [...shelf.told, key] },
      );
      if (isCard && alone) this.#options.alone?.(want);
      return sent;
    } catch (error) {
      // A plain no leaves no doubt: nothing was posted.
      if (error instanceof Throttled && held() && !edits && before === undefined) await posts.keep(want, shelf);
      if (!(error instanceof Vanished) || !isCard) throw error;
      const { post: _, ...gone } = this.#looks.gone(noted, at);
      await posts.keep(want, { ...gone, rev: 0, turn: shelf.turn + 1, began: others });
      return 1;
    }
  }

  /** Who may see it has changed since: what stands there says no more than that, and the card goes where it belongs now. */
  async #move(want: Want, shelf: Shelf, { instead }: Showing): Promise<number> {
    const { posts, chat, held } = this.#options;
    if (!held()) throw new Throttled(0);
    const { post, alone: _, ...others } = shelf;
    if (post && shelf.hidden === false) {
      await chat.show(instead, { place: want.place, private: false, key: `${want.card}-moved-${shelf.turn}`, post }).catch((error: unknown) => {
        if (!(error instanceof Vanished)) throw error;
      });
    }
    await posts.keep(want, { ...this.#looks.hastened(others), rev: 0, turn: shelf.turn + 1, told: [] });
    return 1;
  }

  async #finish(item: Item, shelf: Shelf | undefined): Promise<number> {
    if (item.again) return 0;
    const { want } = item;
    const { posts } = this.#options;
    const look = this.#looks.needed ? nextLook(shelf) : undefined;
    if (look === undefined) this.#waiting.drop(item);
    else this.#waiting.linger(item, look);
    if (look !== undefined) await posts.linger(want); // before it is done: so it is never forgotten
    await posts.done(want);
    return 0;
  }

  /** Looks whether it came to stand twice, when it is time to. */
  async #linger(item: Item, shelf: Shelf | undefined): Promise<number> {
    const { want } = item;
    const next = shelf && (await this.#looks.look(want, shelf));
    if (next === undefined) await this.#options.posts.over(want);
    if (item.lingers && next === undefined) this.#waiting.drop(item);
    else if (item.lingers) item.notBefore = next ?? 0; // else it is wanted again
    return 0;
  }

  async #failed(item: Item, error: unknown): Promise<void> {
    const now = this.#now();
    if (error instanceof Throttled) {
      this.counts.throttled++;
      if (error.room === undefined && !(item.edits && this.#options.pace.editsPerMinute !== undefined)) this.#bucket.pause(error.ms);
      else this.#waiting.pause(item, now + error.ms, now);
      return;
    }
    if (error instanceof Unwelcome) {
      this.#options.log(`${item.want.card} cannot be shown in ${item.want.place.chat} ${item.want.place.room}: ${error.message}`);
      const { posts } = this.#options;
      const shelf = await posts.shelf(item.want);
      // Where a reply may not stand, the card itself may.
      if (shelf)
        await posts.keep(
          item.want,
          item.key === 'card' ? { ...shelf, began: {}, closedAt: now, closed: (shelf.closed ?? 0) + 1 } : { ...shelf, told: [...shelf.told, item.key] },
        );
      if (item.key === 'card' && (!shelf || (shelf.closed ?? 0) >= CLOSED_TRIES)) await this.#finish(item, shelf);
      return;
    }
    item.notBefore = now + Math.min(LONGEST_WAIT, 500 * 2 ** item.tries);
    if (item.tries++ % 10 === 0) this.#options.log(`${item.want.card} was not shown in ${item.want.place.chat}, and is tried again`, error);
  }
}
