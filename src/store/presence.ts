import type { Redis } from 'ioredis';
import type { Presence, Present } from '../core/ports.ts';
import { redisNow } from './clock.ts';
import { key } from './redis.ts';

/** How long a part counts as present after it last said so, in milliseconds. */
export const LASTS = 20_000;

/** The format of what is stored; one of another format is left alone. */
const FORMAT = 1;

/** KEYS parts; ARGV id, JSON, milliseconds. By Redis' clock; parts that were not heard of for long are forgotten. */
const NOTE = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now) .. ARGV[2])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if now - tonumber(string.match(all[i + 1], '^%d+') or '0') > tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

const hashOf = ({ kind, site }: Pick<Present, 'kind' | 'site'>) => key('presence', kind, ...(site === undefined ? [] : [site]));

/** Which parts run: a hash for each kind (and site), a field a part: the time by Redis' clock, then JSON. `lastsMs`: how long a word counts. */
export function presence(redis: Redis, lastsMs = LASTS): Presence {
  return {
    async note(part) {
      await redis.eval(NOTE, 1, hashOf(part), part.id, JSON.stringify({ format: FORMAT, ...part }), Math.max(LASTS, lastsMs));
    },
    async leave(part) {
      await redis.hdel(hashOf(part), part.id);
    },
    async list(sites) {
      const hashes = [hashOf({ kind: 'gateway' }), hashOf({ kind: 'desk' }), ...sites.map((site) => hashOf({ kind: 'worker', site }))];
      const [now, ...stored] = await Promise.all([redisNow(redis), ...hashes.map((hash) => redis.hvals(hash))]);
      return stored.flat().flatMap((text) => {
        const [, at = '0', json = ''] = /^(\d+) (.*)$/s.exec(text) ?? [];
        if (now - Number(at) > lastsMs) return [];
        const { format, ...part }: Omit<Present, 'at'> & { readonly format: number } = JSON.parse(json);
        return format === FORMAT ? [{ ...part, at: Number(at) }] : [];
      });
    },
  };
}
