import type { Redis } from 'ioredis';
import type { Schedules } from '../core/ports.ts';
import type { Schedule } from '../core/schedules/schedule.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;

/** How long it is known that one was removed, in milliseconds: longer than the request that made it. */
const REMEMBERED = 8 * 86_400_000;

/** KEYS schedules; ARGV id, the revision that is to be there (0: there never was one), JSON. */
const CHANGE = `
local now = redis.call('HGET', KEYS[1], ARGV[1])
local rev = now and cjson.decode(now).rev or 0
if string.format('%.0f', rev) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** What is left of one that was removed: nobody makes it again. */
interface Gone {
  readonly format: number;
  readonly id: string;
  readonly rev: number;
  readonly gone: number;
}

/** Schedules in Redis: one hash, a field each. */
export function schedules(redis: Redis): Schedules {
  const name = key('schedules');
  const read = (json: string): Schedule[] => {
    const stored: Schedule | Gone = JSON.parse(json);
    return stored.format !== FORMAT || 'gone' in stored ? [] : [stored];
  };
  return {
    list: async () => (await redis.hvals(name)).flatMap(read).sort((a, b) => a.at - b.at),
    async get(id) {
      const json = await redis.hget(name, id);
      return json === null ? undefined : read(json)[0];
    },
    set: async (schedule, rev) => (await redis.eval(CHANGE, 1, name, schedule.id, String(rev), JSON.stringify(schedule))) === 1,
    async remove(id, rev) {
      const now = Date.now();
      const gone: Gone = { format: FORMAT, id, rev: rev + 1, gone: now };
      for (const json of await redis.hvals(name)) {
        const old: Schedule | Gone = JSON.parse(json);
        if ('gone' in old && now - old.gone > REMEMBERED) await redis.hdel(name, old.id);
      }
      return (await redis.eval(CHANGE, 1, name, id, String(rev), JSON.stringify(gone))) === 1;
    },
  };
}
