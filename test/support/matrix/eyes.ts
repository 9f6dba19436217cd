import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PAGE, type RoomNews, type STRIPPED, SYNC } from './events.ts';
import { type Http, path } from './http.ts';
import { Room } from './room.ts';

/** An invitation not yet answered. */
export interface Invitation {
  readonly room: string;
  readonly from: string;
  readonly name: string | undefined;
  /** Whether it is meant as a conversation of two. */
  readonly direct: boolean;
}

const FILTER = JSON.stringify({ room: { timeline: { limit: 50 } }, presence: { types: [] } });
const WAIT_MS = 20_000;

/** What a person sees: one sync after the other, and the past of each room where a sync left some out. */
export class Eyes {
  readonly me: string;
  readonly rooms = new Map<string, Room>();
  readonly joined = new Set<string>();
  readonly invitations = new Map<string, Invitation>();
  /** The person's own settings, by type. */
  readonly settings = new Map<string, Readonly<Record<string, unknown>>>();
  /** Why the last sync gave nothing. */
  trouble: unknown;
  readonly #http: Http;
  readonly #closing = new AbortController();
  readonly #news = new EventTarget();
  #since: string | undefined;
  #loop: Promise<void> = Promise.resolve();
  constructor(http: Http, me: string) {
    this.#http = http;
    this.me = me;
  }

  /** Looks once, then goes on looking. */
  async open(): Promise<void> {
    await this.#sync(0);
    this.#loop = this.#look();
  }

  room(id: string): Room {
    const room = this.rooms.get(id) ?? new Room(id, this.me);
    this.rooms.set(id, room);
    return room;
  }

  /** Looks again at each change until there is something; what there is. */
  async until<T>(look: () => T | undefined | null | false, ms: number): Promise<T> {
    for (const deadline = Date.now() + ms; ; ) {
      const found = look();
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${this.me} has not seen ${look} within ${ms} ms, but:\n${this.describe()}`);
      const over = new AbortController();
      const change = new Promise((resolve) => this.#news.addEventListener('news', resolve, { once: true, signal: over.signal }));
      await Promise.race([change, sleep(left, undefined, { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    }
  }

  /** All that shows, in words. */
  describe(): string {
    const rooms = [...this.rooms.values()].map((room) => `${this.joined.has(room.id) ? 'in' : 'left'} ${room.describe()}`);
    const invitations = [...this.invitations.values()].map(({ room, from }) => `invited to ${room} by ${from}`);
    const trouble = this.trouble === undefined ? [] : [`no sync: ${this.trouble}`];
    return [...rooms, ...invitations, ...trouble].join('\n') || 'nothing';
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  async #look(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#sync(WAIT_MS);
        this.trouble = undefined;
      } catch (error) {
        this.trouble = error; // the server may be away: it is asked again
        await sleep(100);
      }
    }
  }

  async #sync(timeout: number): Promise<void> {
    const query = new URLSearchParams({ filter: FILTER, timeout: String(timeout), ...(this.#since !== undefined && { since: this.#since }) });
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(WAIT_MS + 10_000)]);
    const news = await this.#http.json(SYNC, 'GET', `/_matrix/client/v3/sync?${query}`, { signal });
    const { join, invite, leave } = news.rooms;
    for (const { type, content } of news.account_data?.events ?? []) this.settings.set(type, content);
    for (const [id, { invite_state: state }] of Object.entries(invite)) this.invitations.set(id, invitation(id, this.me, state.events));
    for (const [id, more] of Object.entries(join)) {
      await this.#take(id, more, signal);
      this.invitations.delete(id);
      this.joined.add(id);
    }
    for (const [id, more] of Object.entries(leave)) {
      this.invitations.delete(id);
      this.joined.delete(id);
      await this.#take(id, more, signal).catch(() => undefined); // of an invitation refused there is no past
    }
    this.#since = news.next_batch;
    this.#news.dispatchEvent(new Event('news'));
  }

  /** Takes what came of a room, after what is between it and what was known. */
  async #take(id: string, { state, timeline }: RoomNews, signal: AbortSignal): Promise<void> {
    const room = this.room(id);
    const missed: z.infer<typeof PAGE>['chunk'] = [];
    for (let from = timeline.limited ? timeline.prev_batch : undefined; from !== undefined; ) {
      const page = await this.#http.json(PAGE, 'GET', `${path`/_matrix/client/v3/rooms/${id}/messages`}?dir=b&limit=100&from=${encodeURIComponent(from)}`, {
        signal,
      });
      const known = page.chunk.findIndex(({ event_id }) => room.has(event_id));
      missed.unshift(...page.chunk.slice(0, known < 0 ? undefined : known).reverse());
      from = known < 0 && page.chunk.length > 0 ? page.end : undefined;
    }
    room.take(missed);
    room.take(state.events, true);
    room.take(timeline.events);
  }
}

function invitation(room: string, me: string, state: readonly z.infer<typeof STRIPPED>[]): Invitation {
  const mine = state.find(({ type, state_key }) => type === 'm.room.member' && state_key === me);
  const name = z
    .string()
    .optional()
    .catch(undefined)
    .parse(state.find(({ type }) => type === 'm.room.name')?.content.name);
  return { room, from: mine?.sender ?? '', name, direct: mine?.content.is_direct === true };
}
