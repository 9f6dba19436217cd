import type { Redis } from 'ioredis';
import type { LockState, Locks } from '../core/ports.ts';
import { HELD, LINE, TOKENS } from './fence.ts';
import { ACQUIRE, LIST, RELEASE, STEAL } from './lockscripts.ts';
import { key } from './redis.ts';

/** How long a ticket stands in line without asking again, in milliseconds; by Redis' clock. */
const WAITS = 15_000;

/** What a ticket holds or, with `seen`, waits for: see lockscripts.ts. */
interface Entry {
  readonly format: number;
  readonly ticket: string;
  readonly token: number;
  readonly since: number;
  readonly seen?: number;
  readonly robbed?: true;
  readonly modes: Readonly<Record<string, 'is' | 'ix' | 's' | 'six' | 'x'>>;
}

/** Locks in Redis. */
export function locks(redis: Redis, { waitsMs }: { readonly waitsMs: number } = { waitsMs: WAITS }): Locks {
  return {
    async acquire(ticket, wanted) {
      if (wanted.length === 0) return { token: undefined };
      const sorted = [...wanted].sort((a, b) => (a.name < b.name ? -1 : 1));
      const asked = sorted.flatMap(({ name, shared }) => [name, shared ? 's' : 'x']);
      const [first, by, since, place] = texts(await redis.eval(ACQUIRE, 3, HELD, LINE, TOKENS, ticket, waitsMs, ...asked));
      if (first === undefined) throw new Error('Redis says nothing of the locks');
      return by === undefined ? { token: Number(first) } : { busy: { name: first, ticket: by, since: Number(since), place: Number(place) } };
    },
    release: async (ticket, rev) => texts(await redis.eval(RELEASE, 2, HELD, LINE, ticket, waitsMs, rev ?? '', key('ticket', ticket))),
    async robbed(ticket) {
      const json = await redis.hget(HELD, ticket);
      return json !== null && read(json).robbed === true;
    },
    list: async () => states(texts(await redis.eval(LIST, 2, HELD, LINE, waitsMs)).map(read)),
    steal: async (name, ticket, token) => (await redis.eval(STEAL, 2, HELD, LINE, ticket, name, token)) === 1,
  };
}

function texts(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}

function read(json: string): Entry {
  const entry: Entry = JSON.parse(json);
  if (entry.format > 1) throw new Error(`locks were written by a newer version (format ${entry.format})`);
  return entry;
}

/** Entries, oldest first, by the locks that were asked for: what they mean for nodes above is left out. */
function states(entries: readonly Entry[]): LockState[] {
  const asked = entries.flatMap((entry) => Object.entries(entry.modes).flatMap(([name, mode]) => (mode[0] === 'i' ? [] : [{ name, mode, entry }])));
  const names = [...new Set(asked.map(({ name }) => name))].sort();
  return names.map((name) => {
    const here = asked.filter((one) => one.name === name);
    return {
      name,
      holders: here.flatMap(({ mode, entry: { ticket, since, token, seen } }) => (seen === undefined ? [{ ticket, shared: mode !== 'x', since, token }] : [])),
      waiting: here.flatMap(({ entry: { ticket, since, seen } }) => (seen === undefined ? [] : [{ ticket, since }])),
    };
  });
}
