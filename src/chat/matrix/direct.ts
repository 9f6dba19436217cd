import { z } from 'zod';
import { Throttled } from '../../core/chat.ts';
import type { Homeserver } from './homeserver.ts';
import type { Rooms } from './rooms.ts';
import type { Shelf } from './shelf.ts';

const directShape = z.record(z.string(), z.array(z.string()).catch([])).catch({});

/** The rooms in which the bot is alone with one person. */
export class Direct {
  readonly #server: Homeserver;
  readonly #shelf: Shelf;
  readonly #rooms: Rooms;
  readonly #user: string;
  readonly #encrypts: boolean;
  constructor(parts: { readonly server: Homeserver; readonly shelf: Shelf; readonly rooms: Rooms; readonly user: string; readonly encrypts: boolean }) {
    this.#server = parts.server;
    this.#shelf = parts.shelf;
    this.#rooms = parts.rooms;
    this.#user = parts.user;
    this.#encrypts = parts.encrypts;
  }

  /** The room with this person: the one there is, or a new one to which they are invited. Throws Throttled while another attempt makes it. */
  async with(person: string): Promise<string> {
    const shelf = this.#shelf.direct(person);
    const known = await shelf.get();
    if (known !== undefined && (await this.#fits(known, person))) return known;
    const all = directShape.parse((await this.#server.accountData(this.#user, 'm.direct')) ?? {});
    for (const room of all[person] ?? []) {
      if (room === known || !(await this.#fits(room, person))) continue;
      await shelf.set(room);
      return room;
    }
    if (!(await this.#shelf.claim(`dm:${person}`, 60_000))) throw new Throttled(1000);
    try {
      const room = await this.#server.create({
        is_direct: true,
        preset: 'trusted_private_chat',
        invite: [person],
        // Who is invited later does not read what was said before.
        initial_state: [
          { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: 'invited' } },
          ...(this.#encrypts ? [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }] : []),
        ],
      });
      await shelf.set(room);
      await this.#server.setAccountData(this.#user, 'm.direct', { ...all, [person]: [room, ...(all[person] ?? [])] });
      return room;
    } finally {
      await this.#shelf.free(`dm:${person}`);
    }
  }

  /** Where encryption is wanted, what was said in an encrypted room is not repeated in clear. */
  async #fits(room: string, person: string): Promise<boolean> {
    return (await this.#rooms.isPrivate(room, person)) && (!this.#encrypts || (await this.#rooms.encrypted(room)));
  }
}
