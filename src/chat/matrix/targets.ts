import { type At, Unwelcome } from '../../core/chat.ts';
import type { Place } from '../../core/types.ts';
import type { Direct } from './direct.ts';
import type { Rooms } from './rooms.ts';
import { isRefused } from './trouble.ts';

/** Where a message goes: a room, and the thread in it. */
export interface Target {
  readonly room: string;
  readonly root: string | undefined;
}

/** Finds out where messages go. */
export class Targets {
  readonly #rooms: Rooms;
  readonly #direct: Direct;
  readonly #knows: (person: string) => Promise<boolean>;
  constructor(rooms: Rooms, direct: Direct, knows: (person: string) => Promise<boolean>) {
    this.#rooms = rooms;
    this.#direct = direct;
    this.#knows = knows;
  }

  /** Where a new message goes. Throws Unwelcome for encrypted rooms, and for what is private and for nobody. */
  async of(at: At): Promise<Target> {
    const { place } = at;
    const here = { room: place.room, root: place.thread };
    const reader = await this.reader(at);
    if (reader !== undefined) {
      if (await this.#rooms.isPrivate(place.room, reader)) return here;
      return { room: await this.#direct.with(reader), root: undefined };
    }
    // A room named by its person is the one with them alone.
    if (place.room.startsWith('@')) return { room: await this.#direct.with(place.room), root: undefined };
    if (await this.#rooms.closed(place.room)) throw new Unwelcome(`${place.room} is encrypted`);
    return here;
  }

  /** The only one who may see it; undefined when everybody in the room may. Throws Unwelcome for what is private and for nobody whom the bot knows. */
  async reader({ place: { to }, private: secret, open }: At): Promise<string | undefined> {
    if (!secret) return undefined;
    if (to !== undefined && (await this.#knows(to))) return to;
    if (open) return undefined;
    throw new Unwelcome('private, but for nobody whom the bot knows');
  }

  /** The room with the person who spoke, for a place that is closed to the bot; undefined when there can be none. */
  async instead({ to, room }: Place): Promise<Target | undefined> {
    if (to === undefined || !(await this.#knows(to))) return undefined;
    try {
      const alone = await this.#direct.with(to);
      return alone === room ? undefined : { room: alone, root: undefined };
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  }
}
