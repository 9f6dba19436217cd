import type { Hear } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Letters } from './crypto/letters.ts';
import type { Ear } from './ear.ts';
import type { MatrixEvent, Sync, SyncRoom } from './events.ts';
import { missed, sinceComing } from './gap.ts';
import type { Homeserver } from './homeserver.ts';
import type { Rooms } from './rooms.ts';
import type { Heard, Shelf } from './shelf.ts';
import { isRefused, MatrixTrouble, Unanswered } from './trouble.ts';
import type { Usher } from './usher.ts';

/** How often it is tried to answer what was heard, before that is given up. */
const TRIES = 5;

interface BatchOptions {
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly rooms: Rooms;
  readonly letters: Letters;
  readonly ear: Ear;
  readonly usher: Usher;
  readonly hear: Hear;
  readonly log: Log;
  readonly user: string;
  now(): number;
  /** The bot has come to a room. */
  came(room: string): void;
}

/**
 * Takes one sync answer: every room's events in their order, then invites. Rejects unless all of it is safely queued; may be repeated. Where
 * the homeserver gives trouble about one room, the others are heard; that room is tried again a few times, and then gone past.
 */
export class Batch {
  readonly #in: BatchOptions;
  /** Rooms of this answer that are taken already. */
  readonly #taken = new Set<string>();
  constructor(options: BatchOptions) {
    this.#in = options;
  }

  async take(sync: Sync, first: boolean, attempt: number): Promise<void> {
    const { shelf, usher, hear, user, letters, ear, log, rooms: known } = this.#in;
    const { rooms } = sync;
    for (const [room, { timeline, state }] of Object.entries(rooms?.join ?? {}))
      if (timeline?.limited || [...(timeline?.events ?? []), ...(state?.events ?? [])].some(({ type }) => type === 'm.room.member')) known.changed(room);
    await letters.take(sync, first);
    let trouble: Unanswered | undefined;
    const apart = async (room: string, act: () => Promise<unknown>) => {
      if (this.#taken.has(room)) return;
      try {
        await act();
        this.#taken.add(room);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        trouble ??= error;
      }
    };
    if (attempt === 1) this.#taken.clear();
    for (const [room, news] of Object.entries(rooms?.join ?? {}))
      await apart(room, () => (first ? this.#arrive(room, news, attempt) : this.#room(room, news, attempt)));
    for (const room of Object.keys(rooms?.leave ?? {})) await shelf.heard(room).drop();
    for (const [room, { invite_state }] of Object.entries(rooms?.invite ?? {})) {
      const invite = invite_state?.events.find(
        ({ type, state_key, content }) => type === 'm.room.member' && state_key === user && content.membership === 'invite',
      );
      const known = invite !== undefined && (await hear.knows(invite.sender));
      await apart(room, () => this.#try(`an invite to ${room}`, attempt, () => usher.invited(room, known)));
    }
    // What could not be read before keeps nobody waiting for what can.
    if (await letters.open())
      await ear.again((sync.to_device?.events.length ?? 0) > 0).catch((error: unknown) => {
        if (!(error instanceof MatrixTrouble)) throw error;
        log('matrix: what could not be read yet is tried again later', error);
      });
    if (trouble) throw trouble;
  }

  /** The first answer there ever was: nothing of it is run, but its end is where hearing begins. */
  async #arrive(room: string, { state, timeline }: SyncRoom, attempt: number): Promise<void> {
    await this.#remember(room, timeline?.events.at(-1));
    const encryption = [...(state?.events ?? []), ...(timeline?.events ?? [])].find(({ type }) => type === 'm.room.encryption');
    if (encryption) await this.#event(room, encryption, attempt);
  }

  async #room(room: string, { state, timeline }: SyncRoom, attempt: number): Promise<void> {
    const { user, log, shelf, came } = this.#in;
    const newest = timeline?.events ?? [];
    // Also what was switched on before the bot came.
    for (const event of [...(state?.events ?? []), ...newest]) if (event.type === 'm.room.encryption') await this.#event(room, event, attempt);
    if (newest.length === 0) return;
    const last = await shelf.heard(room).get();
    const from = timeline?.limited && timeline.prev_batch !== undefined ? timeline.prev_batch : last?.gap;
    const missing = from === undefined ? [] : await this.#older(room, from, last, from === last?.gap ? TRIES : attempt);
    const older = missing ?? [];
    const events = sinceComing([...older, ...newest], user);
    if (last === undefined) came(room);
    // A room that was not known and of which the bot's coming was not seen: nothing tells which of this is new.
    const sure = last !== undefined || events.length < older.length + newest.length || !timeline?.limited;
    if (sure) for (const event of events) await this.#event(room, event, attempt);
    else log(`matrix: what was said in ${room} before now is not heard`);
    if (missing || from === undefined) await this.#remember(room, newest.at(-1));
    else await shelf.heard(room).set({ id: '', at: 0, ...last, gap: from });
  }

  /** What was missed; undefined when it cannot be read for now, and is to be read with what is said there next. */
  async #older(room: string, from: string, last: Heard | undefined, attempt: number): Promise<MatrixEvent[] | undefined> {
    const { server, user, log } = this.#in;
    let found: MatrixEvent[] = [];
    const read = async () => {
      found = await missed({ server, user, log }, room, from, last);
    };
    return (await this.#try(`what was missed in ${room}`, attempt, read)) === 'given up' ? undefined : found;
  }

  /** An event whose consequences the homeserver gives trouble with, such as a question in a room that takes none, does not hold up the others. */
  async #event(room: string, event: MatrixEvent, attempt: number): Promise<void> {
    await this.#try(`${event.event_id} in ${room}`, attempt, () => this.#in.ear.take(room, event));
  }

  /** Does something for one room. Throws Unanswered where the homeserver may do it yet, and its trouble where that is about all rooms. */
  async #try(what: string, attempt: number, act: () => Promise<void>): Promise<'done' | 'refused' | 'given up'> {
    const { server, log } = this.#in;
    try {
      await act();
      return 'done';
    } catch (error) {
      if (!(error instanceof MatrixTrouble) || error.status === 401) throw error;
      const refused = isRefused(error);
      if (!refused && attempt < TRIES) throw new Unanswered(error.message, { cause: error });
      if (!refused) await server.whoami(); // does it answer at all?
      log(`matrix: ${what} came to nothing`, error);
      return refused ? 'refused' : 'given up';
    }
  }

  /** Whoever sends an event dates it: of the future it would hide what is missed later. */
  async #remember(room: string, event: MatrixEvent | undefined): Promise<void> {
    if (event) await this.#in.shelf.heard(room).set({ id: event.event_id, at: Math.min(event.origin_server_ts, this.#in.now()) });
  }
}
