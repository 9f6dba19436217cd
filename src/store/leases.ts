import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Lease, Leases } from '../core/ports.ts';
import { key } from './redis.ts';

/** How long a lease lasts without renewal, in milliseconds; by Redis' clock. */
const LASTS = 15_000;
const RENEW_EVERY = 4000;

/** Redis' clock in milliseconds, for the scripts below. */
const NOW = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`;

/**
 * Takes all locks or none. A lock is a hash from owner to mode (`x` alone, `s` shared) and the time it ends; owners whose
 * time is over do not count. KEYS the locks; ARGV owner, ttl, then a mode for each. Returns {} or {owner in the way, lock's number}.
 */
const LOCK = `${NOW}
for i, name in ipairs(KEYS) do
  local held = redis.call('HGETALL', name)
  for j = 1, #held, 2 do
    local mode, ends = string.match(held[j + 1], '(%a):(%d+)')
    if tonumber(ends) <= now then redis.call('HDEL', name, held[j])
    elseif held[j] ~= ARGV[1] and (ARGV[i + 2] == 'x' or mode == 'x') then return { held[j], i } end
  end
end
for i, name in ipairs(KEYS) do redis.call('HSET', name, ARGV[1], ARGV[i + 2] .. ':' .. string.format('%.0f', now + ARGV[2])) end
return {}`;

/** Renews what is still ours. KEYS the locks; ARGV owner, ttl. Returns how many were not. */
const RENEW = `${NOW}
local lost = 0
for _, name in ipairs(KEYS) do
  local mode, ends = string.match(redis.call('HGET', name, ARGV[1]) or '', '(%a):(%d+)')
  if mode and tonumber(ends) > now then redis.call('HSET', name, ARGV[1], mode .. ':' .. string.format('%.0f', now + ARGV[2])) else lost = lost + 1 end
end
return lost`;

const RELEASE = `for _, name in ipairs(KEYS) do redis.call('HDEL', name, ARGV[1]) end return 1`;

/** Leases and locks in Redis. */
export function leases(redis: Redis): Leases {
  async function acquire(keys: readonly string[], owner: string, modes: readonly string[]): Promise<Lease | { owner: string; at: number }> {
    const answer = await redis.eval(LOCK, keys.length, ...keys, owner, LASTS, ...modes);
    const [busy, at] = Array.isArray(answer) ? answer : [];
    if (typeof busy === 'string') return { owner: busy, at: Number(at) - 1 };
    return keep(keys, owner);
  }

  function keep(keys: readonly string[], owner: string): Lease {
    let until = performance.now() + LASTS;
    const timer = setInterval(async () => {
      const asked = performance.now();
      try {
        const lost = await redis.eval(RENEW, keys.length, ...keys, owner, LASTS);
        until = lost === 0 ? asked + LASTS : 0;
      } catch {
        // Redis is away: the lease ends by itself when its time is over.
      }
    }, RENEW_EVERY);
    timer.unref();
    return {
      held: () => performance.now() < until,
      forget() {
        clearInterval(timer);
        until = 0;
      },
      async release() {
        clearInterval(timer);
        until = 0;
        await redis.eval(RELEASE, keys.length, ...keys, owner);
      },
    };
  }

  return {
    async take(name, owner) {
      const lease = await acquire([key('lease', name)], `${owner} ${randomBytes(6).toString('hex')}`, ['x']);
      return 'held' in lease ? lease : undefined;
    },
    async lock(locks, owner) {
      const sorted = [...locks].sort((a, b) => (a.name < b.name ? -1 : 1));
      if (sorted.length === 0) return { lease: { held: () => true, forget: () => undefined, release: async () => undefined } };
      const lease = await acquire(
        sorted.map(({ name }) => key('lock', name)),
        owner,
        sorted.map(({ shared }) => (shared ? 's' : 'x')),
      );
      return 'held' in lease ? { lease } : { busy: lease.owner, name: sorted[lease.at]?.name ?? '' };
    },
  };
}
