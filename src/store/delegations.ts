import type { Redis } from 'ioredis';
import type { Delegation } from '../core/policy.ts';
import type { Delegations } from '../core/ports.ts';
import { redisNow } from './clock.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one lends nothing here. */
const FORMAT = 1;

const name = key('delegations');
const field = ({ from, to }: Pick<Delegation, 'from' | 'to'>) => `${from} ${to}`;

/** Delegations in Redis: one hash, a field a pair of people, `{format, delegation}`. */
export function delegations(redis: Redis): Delegations {
  return {
    async add(delegation) {
      await redis.hset(name, field(delegation), JSON.stringify({ format: FORMAT, delegation }));
      const over = await stored(redis, ({ until }, now) => until <= now);
      if (over.length > 0) await redis.hdel(name, ...over.map(field));
    },
    remove: async (from, to) => (await redis.hdel(name, field({ from, to }))) === 1,
  };
}

/** Those that are not over, by Redis' clock. */
export function lent(redis: Redis): Promise<readonly Delegation[]> {
  return stored(redis, ({ until }, now) => now < until);
}

async function stored(redis: Redis, wanted: (delegation: Delegation, now: number) => boolean): Promise<Delegation[]> {
  const all = (await redis.hvals(name)).map((json): { format: number; delegation: Delegation } => JSON.parse(json));
  if (all.length === 0) return [];
  const now = await redisNow(redis);
  return all.flatMap(({ format, delegation }) => (format === FORMAT && wanted(delegation, now) ? [delegation] : []));
}
