import { type Post, Throttled } from '../../core/chat.ts';
import { carries, type Ours, type Spot } from './find.ts';

/** How long what was read of a room serves others who ask, in milliseconds. */
const FRESH = 2000;
/** It is read since the beginning of such a span, so that many can be served by one reading. Milliseconds. */
const SPAN = 600_000;

/** What stands in rooms under a key: many look at about the same time, so each room is read once for all of them. */
export class Copies {
  readonly #read: (spot: Spot) => Promise<readonly Ours[]>;
  readonly #reads = new Map<string, { readonly at: number; readonly messages: Promise<readonly Ours[]> }>();
  #silentUntil = 0;

  constructor(read: (spot: Spot) => Promise<readonly Ours[]>) {
    this.#read = read;
  }

  /** Oldest first. Throws Throttled, without asking again, for as long as Slack has asked for silence. */
  async of(key: string, { room, thread, began }: Spot): Promise<readonly Post[]> {
    const now = Date.now();
    if (now < this.#silentUntil) throw new Throttled(this.#silentUntil - now);
    for (const [name, { at }] of this.#reads) if (now - at > FRESH) this.#reads.delete(name);
    const spot = { room, thread, began: Math.floor(began / SPAN) * SPAN };
    const name = Object.values(spot).join(' ');
    const known = this.#reads.get(name) ?? { at: now, messages: this.#read(spot) };
    this.#reads.set(name, known);
    try {
      const found = (await known.messages).filter((one) => carries(one, key));
      return found.sort((a, b) => Number(a.ts) - Number(b.ts)).map(({ ts }) => ({ room, id: ts }));
    } catch (error) {
      if (error instanceof Throttled) this.#silentUntil = Math.max(this.#silentUntil, now + error.ms);
      throw error;
    }
  }
}
