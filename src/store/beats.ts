import type { Redis } from 'ioredis';
import type { Beats } from '../core/ports.ts';
import { key } from './redis.ts';

/** KEYS heard; ARGV name, milliseconds. What was heard later stands. */
const HEARD = `
if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '-1') < tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`;

/** KEYS named, heard; ARGV milliseconds, names. Forgets all other names; since when each of these is expected, in their order. */
const NAMED = `
local wanted, since = {}, {}
for i = 2, #ARGV do
  wanted[ARGV[i]] = true
  redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[1])
  since[i - 1] = redis.call('HGET', KEYS[1], ARGV[i])
end
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if not wanted[name] then
    redis.call('HDEL', KEYS[1], name)
    redis.call('HDEL', KEYS[2], name)
  end
end
return since`;

/** When each heartbeat was first expected, last heard, and found to be late: three hashes, by name. `of`: `self` for the bot's own parts. */
export function beats(redis: Redis, of?: 'self'): Beats {
  const at = (what: string) => key('beats', ...(of === undefined ? [] : [of]), what);
  const [named, heard, late] = [at('named'), at('heard'), at('late')];
  return {
    all: async () => times(await redis.hgetall(heard)),
    async heard(name, at) {
      await redis.eval(HEARD, 1, heard, name, Math.round(at));
    },
    async named(names, now) {
      const since = await redis.eval(NAMED, 2, named, heard, Math.round(now), ...names);
      const list: readonly unknown[] = Array.isArray(since) ? since : [];
      return Object.fromEntries(names.map((name, i) => [name, Number(list[i] ?? now)]));
    },
    late: async () => times(await redis.hgetall(late)),
    async setLate(name, since) {
      if (since === undefined) await redis.hdel(late, name);
      else await redis.hset(late, name, Math.round(since));
    },
  };
}

function times(stored: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.entries(stored).map(([name, at]) => [name, Number(at)]));
}
