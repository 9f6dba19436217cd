import type { Redis } from 'ioredis';
import type { Watched, Watches } from '../core/ports.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;

/** KEYS: the hash. ARGV: the name, what is to be there ('' for nothing), what is put in its place ('' for nothing). */
const CHANGE = `
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1`;

/** What watches have found, in Redis: one hash, a field a watch. */
export function watches(redis: Redis): Watches {
  const hash = key('watches');
  const text = (watched: Watched | undefined) => (watched ? JSON.stringify(watched) : '');
  return {
    names: () => redis.hkeys(hash),
    async get(name) {
      const json = await redis.hget(hash, name);
      const stored: Watched | undefined = json === null ? undefined : JSON.parse(json);
      if (stored && stored.format !== FORMAT) throw new Error(`what the watch ${name} found was written by a newer version`);
      return stored;
    },
    change: async (name, was, next) => (await redis.eval(CHANGE, 1, hash, name, text(was), text(next))) === 1,
  };
}
