import type { Letters } from './crypto/letters.ts';
import type { Homeserver } from './homeserver.ts';
import type { Shelf } from './shelf.ts';
import { MatrixTrouble } from './trouble.ts';

/** What the bot knows of its rooms: who is there, and whether it can read. Asked for once, and forgotten when it changes. */
export class Rooms {
  readonly #server: Homeserver;
  readonly #user: string;
  readonly #members = new Map<string, Promise<readonly string[]>>();
  readonly #readers = new Map<string, Promise<readonly string[]>>();
  readonly #encrypted = new Map<string, boolean>();

  readonly #shelf: Shelf;
  readonly #letters: Pick<Letters, 'open'>;
  constructor(server: Homeserver, user: string, shelf: Shelf, letters: Pick<Letters, 'open'>) {
    this.#server = server;
    this.#shelf = shelf;
    this.#letters = letters;
    this.#user = user;
  }

  /** Who comes or goes makes what was known of a room's members stale. */
  changed(room: string): void {
    this.#members.delete(room);
    this.#readers.delete(room);
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
  async encrypts(room: string): Promise<void> {
    if (this.#encrypted.get(room)) return;
    await this.#shelf.encrypted(room).set('1');
    this.#encrypted.set(room, true);
  }

  /** Whether the room's messages are encrypted, as far as the bot may know. */
  async encrypted(room: string): Promise<boolean> {
    const known = this.#encrypted.get(room);
    if (known !== undefined) return known;
    try {
      const found = (await this.#shelf.encrypted(room).get()) !== undefined || (await this.#server.state(room, 'm.room.encryption'))?.algorithm !== undefined;
      this.#encrypted.set(room, found);
      return found;
    } catch (error) {
      if (error instanceof MatrixTrouble && error.code === 'M_FORBIDDEN') return false;
      throw error;
    }
  }

  /** Whether the bot can neither read nor write there. */
  async closed(room: string): Promise<boolean> {
    return (await this.encrypted(room)) && !(await this.#letters.open());
  }

  /** Account ids of those who are to read what is encrypted in a room: who is there, and who is invited if they may read what is said now. */
  async readers(room: string): Promise<readonly string[]> {
    const known = this.#readers.get(room) ?? this.#present(room);
    this.#readers.set(room, known);
    try {
      return await known;
    } catch (error) {
      this.#readers.delete(room);
      throw error;
    }
  }

  async #present(room: string): Promise<readonly string[]> {
    const [present, history] = await Promise.all([this.#server.present(room), this.#server.state(room, 'm.room.history_visibility')]);
    return present.filter(({ joined }) => joined || history?.history_visibility !== 'joined').map(({ id }) => id);
  }

  /** Whether a room can hold what only this person may see: both are there, nobody else is or is invited, and it can be read. */
  async isPrivate(room: string, person: string): Promise<boolean> {
    try {
      const present = await this.#server.present(room);
      const here = present.some(({ id, joined }) => id === this.#user && joined) && present.some(({ id }) => id === person);
      return here && present.length === 2 && !(await this.closed(room));
    } catch (error) {
      if (error instanceof MatrixTrouble && ['M_FORBIDDEN', 'M_NOT_FOUND'].includes(error.code)) return false;
      throw error;
    }
  }
}
