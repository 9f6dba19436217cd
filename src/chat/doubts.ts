import { type At, type Chat, type Message, type Post, Throttled, Unwelcome } from '../core/chat.ts';
import type { Log } from '../core/ports.ts';
import type { Doubted, Posts, Shelf, Want } from './wish.ts';

/** How long it is waited with another look where one failed, in milliseconds. */
const AFTER_FAILURE = 30_000;

/** When it is to be looked again for what came twice; undefined when never. */
export function nextLook(shelf: Shelf | undefined): number | undefined {
  const times = Object.values(shelf?.doubts ?? {}).flatMap(({ next }) => next ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

interface LooksOptions {
  readonly chat: Pick<Chat, 'tidy'>;
  readonly posts: Pick<Posts, 'keep'>;
  /** When it is looked, in milliseconds since it stood, ever later. */
  readonly looksMs: readonly number[];
  held(): boolean;
  now(): number;
  readonly log: Log;
}

/** Looks for what came to stand twice, and has it taken away. */
export class Looks {
  readonly #in: LooksOptions;
  #failures = 0;
  constructor(options: LooksOptions) {
    this.#in = options;
  }

  /** Whether this chat may do late what was given up. */
  get needed(): boolean {
    return this.#in.chat.tidy !== undefined && this.#in.looksMs.length > 0;
  }

  /** Notes, where an attempt at posting this was given up, that the chat may do it all the same, at any time. */
  doubted(shelf: Shelf, { key, began, card, post }: At): Shelf {
    if (began === undefined || post || !this.needed) return shelf;
    const known = shelf.doubts?.[key];
    return { ...shelf, doubts: { ...shelf.doubts, [key]: { ...(card ? { card } : {}), ...known, began: Math.min(began, known?.began ?? began) } } };
  }

  /** Notes which copy stays, now that one stands: of what became a file, the first; of what cannot be edited, none. */
  stood(shelf: Shelf, { key }: At, { kind }: Message, post: Post | undefined): Shelf {
    const first = kind === 'output' ? {} : { stays: '' };
    return this.#watched(shelf, key, post ? { stays: post.id, room: post.room } : first);
  }

  /** Notes that none is to stay of what cannot be edited any more, unless it stood before. */
  gone(shelf: Shelf, { key }: At): Shelf {
    return this.#watched(shelf, key, { stays: '' });
  }

  /** What stands beside it says what is not so any more: it is looked for at once. */
  hastened(shelf: Shelf): Shelf {
    if (!shelf.doubts) return shelf;
    const now = this.#in.now();
    const sooner = ([key, one]: [string, Doubted]) => [key, one.next === undefined ? one : { ...one, next: Math.min(one.next, now) }];
    return { ...shelf, doubts: Object.fromEntries(Object.entries(shelf.doubts).map(sooner)) };
  }

  /** Looks where it is time to. Returns when it is to be looked again; undefined when it is over. */
  async look(want: Want, shelf: Shelf): Promise<number | undefined> {
    const { chat, posts, held, now, log } = this.#in;
    const time = now();
    const due = Object.entries(shelf.doubts ?? {}).filter(([, { next }]) => next !== undefined && next <= time);
    if (due.length === 0) return nextLook(shelf);
    try {
      for (const [key, { next: _, since: __, ...doubt }] of due) {
        if (!held()) return time + AFTER_FAILURE;
        await chat.tidy?.({ ...doubt, key, place: want.place }).catch((error: unknown) => {
          if (!(error instanceof Unwelcome)) throw error; // where nobody can look any more, nobody sees it
        });
      }
      this.#failures = 0;
    } catch (error) {
      if (error instanceof Throttled) return now() + error.ms;
      if (this.#failures++ % 20 === 0) log(`it was not seen whether ${want.card} stands twice in ${want.place.chat}, and is looked for again`, error);
      return now() + AFTER_FAILURE;
    }
    const left = { ...shelf.doubts };
    for (const [key, doubt] of due) {
      const next = this.#after(doubt, now());
      if (next === undefined) delete left[key];
      else left[key] = { ...doubt, next };
    }
    const { doubts: _, ...rest } = shelf;
    const kept: Shelf = Object.keys(left).length > 0 ? { ...rest, doubts: left } : rest;
    await posts.keep(want, kept);
    return nextLook(kept);
  }

  #watched(shelf: Shelf, key: string, stays: Pick<Doubted, 'stays' | 'room'>): Shelf {
    const known = shelf.doubts?.[key];
    if (!known || known.next !== undefined) return shelf;
    const since = this.#in.now();
    return { ...shelf, doubts: { ...shelf.doubts, [key]: { ...known, ...stays, since, next: since + (this.#in.looksMs[0] ?? 0) } } };
  }

  #after({ since = 0 }: Doubted, now: number): number | undefined {
    const next = this.#in.looksMs.find((ms) => since + ms > now);
    return next === undefined ? undefined : since + next;
  }
}
