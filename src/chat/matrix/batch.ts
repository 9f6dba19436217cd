import type { Hear } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Letters } from './crypto/letters.ts';
import type { Ear } from './ear.ts';
import type { MatrixEvent, Sync, SyncRoom } from './events.ts';
import { missed, sinceComing } from './gap.ts';
import type { Homeserver } from './homeserver.ts';
import type { Rooms } from './rooms.ts';
import type { Shelf } from './shelf.ts';
import { isRefused } from './trouble.ts';
import type { Usher } from './usher.ts';

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
  /** The bot has come to a room. */
  came(room: string): void;
}

/** Takes one sync answer: every room's events in their order, then invites. Rejects unless all of it is safely queued; may be repeated. */
export class Batch {
  readonly #in: BatchOptions;
  constructor(options: BatchOptions) {
    this.#in = options;
  }

  async take(sync: Sync, first: boolean, attempt: number): Promise<void> {
    const { shelf, usher, hear, user, letters, ear, rooms: known } = this.#in;
    const { rooms } = sync;
    for (const [room, { timeline, state }] of Object.entries(rooms?.join ?? {}))
      if (timeline?.limited || [...(timeline?.events ?? []), ...(state?.events ?? [])].some(({ type }) => type === 'm.room.member')) known.changed(room);
    await letters.take(sync, first);
    if (await letters.open()) await ear.again((sync.to_device?.events.length ?? 0) > 0);
    for (const [room, news] of Object.entries(rooms?.join ?? {})) await (first ? this.#arrive(room, news) : this.#room(room, news));
    for (const room of Object.keys(rooms?.leave ?? {})) await shelf.heard(room).drop();
    for (const [room, { invite_state }] of Object.entries(rooms?.invite ?? {})) {
      const invite = invite_state?.events.find(
        ({ type, state_key, content }) => type === 'm.room.member' && state_key === user && content.membership === 'invite',
      );
      await usher.invited(room, invite !== undefined && (await hear.knows(invite.sender)), attempt);
    }
  }

  /** The first answer there ever was: nothing of it is run, but its end is where hearing begins. */
  async #arrive(room: string, { state, timeline }: SyncRoom): Promise<void> {
    await this.#remember(room, timeline?.events.at(-1));
    const encryption = [...(state?.events ?? []), ...(timeline?.events ?? [])].find(({ type }) => type === 'm.room.encryption');
    if (encryption) await this.#event(room, encryption);
  }

  async #room(room: string, { state, timeline }: SyncRoom): Promise<void> {
    const { user, log, shelf, came } = this.#in;
    const newest = timeline?.events ?? [];
    // Also what was switched on before the bot came.
    for (const event of [...(state?.events ?? []), ...newest]) if (event.type === 'm.room.encryption') await this.#event(room, event);
    if (newest.length === 0) return;
    const last = await shelf.heard(room).get();
    const older = timeline?.limited && timeline.prev_batch !== undefined ? await this.#older(room, timeline.prev_batch) : [];
    const events = sinceComing([...older, ...newest], user);
    if (last === undefined) came(room);
    // A room that was not known and of which the bot's coming was not seen: nothing tells which of this is new.
    const sure = last !== undefined || events.length < older.length + newest.length || !timeline?.limited;
    if (sure) for (const event of events) await this.#event(room, event);
    else log(`matrix: what was said in ${room} before now is not heard`);
    await this.#remember(room, newest.at(-1));
  }

  async #older(room: string, from: string): Promise<MatrixEvent[]> {
    const { server, user, log, shelf } = this.#in;
    try {
      return await missed({ server, user, log }, room, from, await shelf.heard(room).get());
    } catch (error) {
      if (!isRefused(error)) throw error;
      log(`matrix: what was missed in ${room} could not be read`, error);
      return [];
    }
  }

  /** An event whose consequences the homeserver refuses, such as a question in a room that takes none, does not hold up the others. */
  async #event(room: string, event: MatrixEvent): Promise<void> {
    try {
      await this.#in.ear.take(room, event);
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#in.log(`matrix: ${event.event_id} in ${room} came to nothing`, error);
    }
  }

  async #remember(room: string, event: MatrixEvent | undefined): Promise<void> {
    if (event) await this.#in.shelf.heard(room).set({ id: event.event_id, at: event.origin_server_ts });
  }
}
