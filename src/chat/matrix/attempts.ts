import { type At, Throttled } from '../../core/chat.ts';
import type { Content, Homeserver } from './homeserver.ts';
import type { Shelf } from './shelf.ts';
import { txnOf } from './txn.ts';

/** A homeserver is sure to know a transaction id again for so long, in milliseconds; Synapse for at least half an hour. */
const SURE = 600_000;
/** Most pages of a room's past that are looked through for a message. */
const PAGES = 5;

/** Posts messages such that every attempt at the same one gives the same event. */
export class Attempts {
  readonly #server: Homeserver;
  readonly #shelf: Shelf;
  readonly #user: string;
  readonly #now: () => number;
  constructor(parts: { readonly server: Homeserver; readonly shelf: Shelf; readonly user: string; now(): number }) {
    this.#server = parts.server;
    this.#shelf = parts.shelf;
    this.#user = parts.user;
    this.#now = parts.now;
  }

  /** Posts it, or finds it where an earlier attempt has. Returns the event's id. */
  async post(room: string, at: At, content: Content): Promise<{ readonly id: string; readonly sent: number }> {
    const txn = txnOf('post', at.key, (await this.#shelf.replaced(at.key).get()) ?? '');
    const there = at.began !== undefined && this.#now() - at.began > SURE ? await this.#find(room, txn, at.began) : undefined;
    if (at.still?.() === false) throw new Throttled(0);
    const id = there ?? (await this.#server.send(room, 'm.room.message', txn, { ...content, 'hostler.txn': txn }));
    await this.#shelf.posted(at.key).set({ room, id });
    return { id, sent: there === undefined ? 1 : 0 };
  }

  /** The bot's own message of this transaction, where the homeserver may have forgotten it. */
  async #find(room: string, txn: string, began: number): Promise<string | undefined> {
    let from: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const { events, end } = await this.#server.before(room, from, { types: ['m.room.message', 'm.room.encrypted'], senders: [this.#user] });
      const found = events.find(({ sender, content }) => sender === this.#user && content['hostler.txn'] === txn);
      if (found) return found.event_id;
      const oldest = events.at(-1);
      if (end === undefined || (oldest && oldest.origin_server_ts < began - SURE)) return undefined;
      from = end;
    }
    return undefined;
  }
}
