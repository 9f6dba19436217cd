import type { Redis } from 'ioredis';
import { isInForce } from '../core/freeze.ts';
import type { Freezes } from '../core/ports.ts';
import type { Freeze } from '../core/types.ts';
import { redisNow } from './clock.ts';
import { key } from './redis.ts';

/** The format of what is stored. One that is newer stops everything: nobody can say what it freezes. */
const FORMAT = 1;

/** KEYS freezes; ARGV scope, since. Only the freeze that was seen: one that took its place meanwhile stays. */
const LIFT = `
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json or string.format('%.0f', cjson.decode(json).freeze.since) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])`;

/** Freezes in Redis: one hash, a field a scope, `{format, freeze}`. What is in force is told by Redis' clock: that of a worker may be wrong. */
export function freezes(redis: Redis): Freezes {
  const name = key('freezes');
  async function all(): Promise<{ readonly inForce: Freeze[]; readonly over: string[] }> {
    const stored = (await redis.hvals(name)).map(read);
    if (stored.length === 0) return { inForce: [], over: [] };
    const now = await redisNow(redis);
    return {
      inForce: stored.filter((one) => isInForce(one, now)).sort((a, b) => a.since - b.since),
      over: stored.filter((one) => !isInForce(one, now)).map(({ scope }) => scope),
    };
  }
  return {
    list: async () => (await all()).inForce,
    async set(freeze) {
      const { over } = await all();
      if (over.length > 0) await redis.hdel(name, ...over);
      await redis.hset(name, freeze.scope, JSON.stringify({ format: FORMAT, freeze }));
    },
    lift: async (scope, since) => (await redis.eval(LIFT, 1, name, scope, String(since))) === 1,
  };
}

/** Throws for what is no freeze: what nobody can read may freeze anything. */
function read(json: string): Freeze {
  const { format, freeze }: { format: number; freeze: Freeze } = JSON.parse(json);
  if (format !== FORMAT) throw new Error(`a freeze of format ${format} was written by a newer version`);
  const { scope, by, reason, since, until } = freeze;
  const isRead = [scope, by, reason].every((text) => typeof text === 'string') && Number.isFinite(since) && (until === undefined || Number.isFinite(until));
  if (!isRead) throw new Error('what is stored as a freeze is none');
  return freeze;
}
