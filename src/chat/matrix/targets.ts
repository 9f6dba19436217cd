import { type At, Unwelcome } from '../../core/chat.ts';
import type { Place } from '../../core/types.ts';
import type { Direct } from './direct.ts';
import type { Rooms } from './rooms.ts';
import { isRefused } from './trouble.ts';

/** Where a message goes: a room, and the thread in it. `open`: it should be private, and cannot be. */
export interface Target {
  readonly room: string;
  readonly root: string | undefined;
  readonly open?: true;
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
  async of({ place, private: secret }: At): Promise<Target> {
    const here = { room: place.room, root: place.thread };
    if (secret) {
      if (place.to === undefined) throw new Unwelcome('private, but for nobody');
      if (await this.#rooms.isPrivate(place.room, place.to)) return here;
      if (await this.#knows(place.to)) return { room: await this.#direct.with(place.to), root: undefined };
    }
    if (await this.#rooms.closed(place.room)) throw new Unwelcome(`${place.room} is encrypted`);
    return secret ? { ...here, open: true } : here;
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
