import { z } from 'zod';
import { ConsoleClient, type Received } from '../../src/chat/client.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import { readConsoleFile } from '../../src/home.ts';
import { now } from './clock.ts';

/** A card as it was seen to change. */
export interface Watched {
  card: FlatCard;
  /** When it changed, and to which state. */
  readonly changes: { readonly at: number; readonly state: string }[];
  /** What it said when its outcome was unknown. */
  doubts?: string;
}

/** An event that the bot took. */
export interface Taken {
  readonly ticket: string;
  /** Tickets that its copies were answered with: one, if all is well. */
  readonly tickets: number;
  readonly at: number;
}

/** Longest wait for one answer, and between one attempt and the next, in milliseconds. */
const ANSWER = 8000;
/** An event that is not taken within this time is given up, in milliseconds. */
const GIVE_UP = 120_000;
const AGAIN: readonly [number, number] = [40, 400];
const OVER = ['done', 'failed', 'refused', 'rejected', 'cancelled', 'expired'];

/** Whether nothing more happens to a card. One of unknown outcome is asked about again by the bot itself, so it may still come to an end. */
export const isOver = (card: FlatCard | undefined): boolean => OVER.includes(card?.ticket?.state ?? '');

/** People at the public door, over HTTP like anyone: the same event is sent until it was taken, as any chat would. */
export class Door {
  readonly #home: string;
  readonly #stop = new AbortController();
  readonly #cards = new Map<string, Watched>();
  readonly #changed = new Set<() => void>();

  /** `home`: the gateway's folder, in which it says where it is. */
  constructor(home: string) {
    this.#home = home;
    this.#watch();
  }

  /** Whether it answers. */
  async open(): Promise<boolean> {
    return this.#client()
      .hello()
      .then(() => true)
      .catch(() => false);
  }

  /** Says a line, `copies` times with the same event id. Throws when nobody takes it for a long time. */
  async said(as: string, text: string, copies: number): Promise<Taken> {
    const event = crypto.randomUUID();
    return this.#taken(copies, () => this.#client().said(as, text, event));
  }

  /** Presses a button of a card as it is seen now, `copies` times with the same event id. Throws when nobody takes it for a long time. */
  async pressed(as: string, ticket: string, action: string, copies: number): Promise<Taken> {
    const event = crypto.randomUUID();
    const press = { ticket, code: this.#cards.get(ticket)?.card.ticket?.code ?? '', action };
    return this.#taken(copies, async () => (await this.#client().pressed(as, press, event)).ticket);
  }

  /** What is known of a card. */
  card(ticket: string): Watched | undefined {
    return this.#cards.get(ticket);
  }

  /** Waits until something holds of a card, or until `deadline` (by our own clock) says that it is too late; the card as it is then. */
  async sees(ticket: string, holds: (card: FlatCard | undefined) => boolean, deadline: () => number): Promise<FlatCard | undefined> {
    while (!holds(this.#cards.get(ticket)?.card) && now() < deadline()) {
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          this.#changed.delete(go);
          resolve();
        };
        const timer = setTimeout(go, 500);
        this.#changed.add(go);
      });
    }
    return this.#cards.get(ticket)?.card;
  }

  async close(): Promise<void> {
    this.#stop.abort();
  }

  /** With the token of the gateway that runs now. */
  #client(): ConsoleClient {
    const at = readConsoleFile(this.#home);
    if (!at) throw new Error('no gateway runs');
    return new ConsoleClient(at);
  }

  async #taken(copies: number, send: () => Promise<string>): Promise<Taken> {
    const answers = await Promise.all(Array.from({ length: copies }, () => this.#until(send)));
    const first = answers.reduce((a, b) => (b.at < a.at ? b : a));
    return { ...first, tickets: new Set(answers.map(({ ticket }) => ticket)).size };
  }

  async #until(send: () => Promise<string>): Promise<{ readonly ticket: string; readonly at: number }> {
    const patience = now() + GIVE_UP;
    for (let wait = AGAIN[0]; ; wait = Math.min(wait * 2, AGAIN[1])) {
      try {
        const ticket = await Promise.race([send(), later(ANSWER)]);
        return { ticket: z.string().parse(ticket), at: Date.now() };
      } catch (error) {
        if (this.#stop.signal.aborted || now() > patience) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        for await (const received of this.#client().cards('alice', this.#stop.signal)) this.#see(received);
      } catch {
        // the gateway is away
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #see({ card }: Received): void {
    const known = this.#cards.get(card.id);
    if (known && known.card.rev >= card.rev) return;
    const change = { at: Date.now(), state: card.ticket?.state ?? '' };
    const watched: Watched = known ?? { card, changes: [] };
    watched.card = card;
    watched.changes.push(change);
    if (change.state === 'unknown') watched.doubts ??= card.text;
    this.#cards.set(card.id, watched);
    for (const go of [...this.#changed]) go();
  }
}

/** Rejects: an answer did not come in time. */
function later(ms: number): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), ms).unref());
}
