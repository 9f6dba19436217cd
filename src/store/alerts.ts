import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { isOpen, type Member } from '../core/alerts/alert.ts';
import { follow } from '../core/alerts/follow.ts';
import { FIRING_BELOW, nameOf } from '../core/alerts/members.ts';
import type { Alerts, Malformed } from '../core/ports.ts';
import { BY_KEY, cardKey, indexOf, keyField, LATEST, membersKey, OPEN, ranksKey, readCard, readMembers, writeCard, writeMembers } from './alertcards.ts';
import { homesOf, putMembers } from './alertput.ts';
import { together } from './alertqueue.ts';
import { BORN, END, UNINDEX } from './alertscripts.ts';
import { trimMembers } from './alerttrim.ts';
import { key } from './redis.ts';

/** How long a card is kept after it is looked after no more, in seconds. */
const KEPT = 7 * 86_400;
/** How many members are read at once. */
const CHUNK = 500;
/** How many new cards of a room are counted at most. */
const COUNTED = 2000;
/** How many bodies that could not be read are kept. */
const MALFORMED = 50;
/** Their format; a newer one is left alone. */
const MALFORMED_FORMAT = 1;

/** Alerts in Redis: a hash a card; beside it a hash of its members by source and fingerprint, and their ranks. */
export function alerts(redis: Redis): Alerts {
  const get = async (id: string) => (await readCard(redis, id))?.alert;
  return {
    get,
    async members(id, most = 100) {
      const names = await redis.zrange(ranksKey(id), '0', String(most - 1));
      const found = await readMembers(redis, id, names);
      return names.flatMap((name) => found.get(name) ?? []);
    },
    async *firing(id) {
      const names = await redis.zrangebyscore(ranksKey(id), 0, `(${FIRING_BELOW}`);
      for (let from = 0; from < names.length; from += CHUNK) yield [...(await readMembers(redis, id, names.slice(from, from + CHUNK))).values()];
    },
    async *standing(source) {
      for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
        const [next, pairs] = await redis.hscan(indexOf(source), cursor, 'COUNT', CHUNK);
        cursor = next;
        yield await standingAt(pairs);
      }
      async function standingAt(pairs: readonly string[]): Promise<Member[]> {
        const homes = new Map<string, string[]>();
        for (let i = 0; i + 1 < pairs.length; i += 2) {
          const [fingerprint = '', id = ''] = pairs.slice(i, i + 2);
          homes.set(id, [...(homes.get(id) ?? []), nameOf({ source, fingerprint })]);
        }
        const all = await Promise.all([...homes].map(([id, names]) => readMembers(redis, id, names)));
        return all.flatMap((some) => [...some.values()]).filter(({ status }) => status === 'firing');
      }
    },
    open: () => redis.smembers(OPEN),
    recent: (most) => redis.zrevrange(LATEST, 0, most - 1),
    of: async (source, fingerprint) => (await redis.hget(indexOf(source), fingerprint)) ?? undefined,
    async keyed(route, name) {
      const id = await redis.hget(BY_KEY, keyField({ route, key: name }));
      return id ? get(id) : undefined;
    },
    async change(id, event, rev) {
      for (;;) {
        const card = await readCard(redis, id);
        if (!card || (rev !== undefined && card.alert.rev !== rev)) return card?.alert;
        const next = follow(card.alert, event);
        if (next === card.alert || (await writeCard(redis, card, next))) return next;
      }
    },
    put: together((fresh, members, reopenMs) => putMembers(redis, fresh, members, reopenMs)),
    async mark(id, silences) {
      for (;;) {
        const card = await readCard(redis, id);
        if (!card) return undefined;
        const known = await readMembers(redis, id, [...silences.keys()]);
        const said = [...known].flatMap(([name, { silence: _, ...member }]): Member[] => {
          const silence = silences.get(name);
          return member.status === 'firing' ? [silence === undefined ? member : { ...member, silence }] : [];
        });
        const homes = await homesOf(redis, said);
        const done = await writeMembers(redis, { card, fresh: card.alert, said, known, homes });
        if (done) return done.alert;
      }
    },
    trim: (id, before, most) => trimMembers(redis, id, before, most),
    async close(id) {
      const card = await readCard(redis, id);
      if (card) {
        const { alert, turn } = card;
        if (isOpen(alert)) return;
        const keys = [cardKey(id), membersKey(id), ranksKey(id), BY_KEY];
        if ((await redis.eval(END, keys.length, ...keys, turn, String(Number(turn) + 1), id, keyField(alert), KEPT)) !== 1) return;
        await unindex(redis, id);
      }
      await redis.srem(OPEN, id);
    },
    async born(room, withinMs, at) {
      const counted = await redis.eval(BORN, 1, key('alerts', 'born', room), at, at - withinMs, COUNTED, withinMs, randomUUID());
      return Number(counted);
    },
    async storming(route, until) {
      const name = key('alerts', 'storm', route);
      if (until !== undefined) await redis.set(name, until, 'PX', Math.max(1, until - Date.now()));
      return until !== undefined || (await redis.exists(name)) === 1;
    },
    async keepMalformed(one) {
      const name = key('alerts', 'malformed');
      await redis
        .multi()
        .lpush(name, JSON.stringify({ format: MALFORMED_FORMAT, ...one }))
        .ltrim(name, 0, MALFORMED - 1)
        .exec();
    },
    malformed: async () =>
      (await redis.lrange(key('alerts', 'malformed'), 0, -1)).flatMap((json) => {
        const { format = MALFORMED_FORMAT, ...one }: Malformed & { readonly format?: number } = JSON.parse(json);
        return format === MALFORMED_FORMAT ? [one] : [];
      }),
  };
}

/** What stood on a card that is over stands nowhere. */
async function unindex(redis: Redis, id: string): Promise<void> {
  for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
    const [next, pairs] = await redis.hscan(membersKey(id), cursor, 'COUNT', CHUNK);
    cursor = next;
    const all = pairs.filter((_, i) => i % 2 === 1).map((json): Member => JSON.parse(json));
    if (all.length > 0) await redis.eval(UNINDEX, all.length, ...all.map(({ source }) => indexOf(source)), id, ...all.map(({ fingerprint }) => fingerprint));
  }
}
