import type { Homeserver } from './homeserver.ts';
import { MatrixTrouble } from './trouble.ts';

/** What the bot knows of its rooms: who is there, and whether it can read. Asked for once, and forgotten when it changes. */
export class Rooms {
  readonly #server: Homeserver;
  readonly #user: string;
  readonly #members = new Map<string, Promise<readonly string[]>>();
  readonly #encrypted = new Map<string, boolean>();

  constructor(server: Homeserver, user: string) {
    this.#server = server;
    this.#user = user;
  }

  /** Who comes or goes makes what was known of a room's members stale. */
  changed(room: string): void {
    this.#members.delete(room);
  }

  /** Whether nobody but the bot and one other is in the room. */
  async alone(room: string): Promise<boolean> {
    const asked = this.#members.get(room) ?? this.#server.joined(room);
    this.#members.set(room, asked);
    try {
      const members = await asked;
      return members.length === 2 && members.includes(this.#user);
    } catch (error) {
      this.#members.delete(room);
      if (error instanceof MatrixTrouble && error.code === 'M_FORBIDDEN') return false;
      throw error;
    }
  }

  /** Notes that a room is encrypted; it stays so for ever. */
  encrypts(room: string): void {
    this.#encrypted.set(room, true);
  }

  /** Whether the room's messages are encrypted, as far as the bot may know. */
  async encrypted(room: string): Promise<boolean> {
    const known = this.#encrypted.get(room);
    if (known !== undefined) return known;
    try {
      const found = (await this.#server.state(room, 'm.room.encryption'))?.algorithm !== undefined;
      this.#encrypted.set(room, found);
      return found;
    } catch (error) {
      if (error instanceof MatrixTrouble && error.code === 'M_FORBIDDEN') return false;
      throw error;
    }
  }

  /** Whether a room can hold what only this person may see: both are there, nobody else is or is invited, and it can be read. */
  async isPrivate(room: string, person: string): Promise<boolean> {
    try {
      const present = await this.#server.present(room);
      const here = present.some(({ id, joined }) => id === this.#user && joined) && present.some(({ id }) => id === person);
      return here && present.length === 2 && !(await this.encrypted(room));
    } catch (error) {
      if (error instanceof MatrixTrouble && ['M_FORBIDDEN', 'M_NOT_FOUND'].includes(error.code)) return false;
      throw error;
    }
  }
}
