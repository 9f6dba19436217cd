import type { Redis } from 'ioredis';
import type { Limits } from '../core/ports.ts';
import type { Account } from '../core/types.ts';
import { key } from './redis.ts';

/** How much is let through in a minute, at most that much at once; and whose an account is. */
export interface Sizes {
  readonly limits: { readonly person: number; readonly room: number };
  personOf(account: Account): string | undefined;
}

/** How long after a refusal others of its kind are not answered, in milliseconds. */
const QUIET = 60_000;

/**
 * Takes one from each bucket, or from none. A bucket is the time (microseconds, by Redis' clock) at which it would be full again.
 * KEYS buckets, then one each for who was told; ARGV microseconds for one from each bucket, then quiet milliseconds.
 * Returns 0, or the milliseconds to wait, the bucket (from 1) and whether it is the first refusal.
 */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local n = #KEYS / 2
local full, wait, which = {}, 0, 0
for i = 1, n do
  full[i] = math.max(now, tonumber(redis.call('GET', KEYS[i]) or '0')) + tonumber(ARGV[i])
  local over = full[i] - now - 60000000
  if over > wait then wait, which = over, i end
end
if which > 0 then
  local first = redis.call('SET', KEYS[n + which], '1', 'NX', 'PX', ARGV[n + 1]) and 1 or 0
  return { math.ceil(wait / 1000), which, first }
end
for i = 1, n do redis.call('SET', KEYS[i], string.format('%.0f', full[i]), 'PX', 61000) end
return 0`;

/**
 * Token buckets in Redis: one for each person (all of their accounts together) or unknown account, and one for each room. What
 * strangers say in a room fills a bucket of its own: nobody can shut those out who belong there.
 */
export function limits(redis: Redis, now: () => Promise<Sizes>): Limits {
  return {
    async take(kind, account, room) {
      const sizes = await now();
      const person = sizes.personOf(account);
      const names = person === undefined ? [`account:${account.chat}:${account.id}`, `strangers:${room}`] : [`person:${person}`, `room:${room}`];
      const most = [sizes.limits.person, sizes.limits.room];
      const keys = names.map((name) => key('limit', kind, name));
      const told = names.map((name) => key('limit', 'told', kind, name));
      const answer = await redis.eval(TAKE, 2 * keys.length, ...keys, ...told, ...most.map((n) => Math.ceil(60_000_000 / n)), QUIET);
      if (!Array.isArray(answer)) return { ok: true };
      const [afterMs, which, first] = answer.map(Number);
      return { ok: false, afterMs: afterMs ?? QUIET, first: first === 1, whose: which === 2 ? 'room' : 'person', most: most[(which ?? 1) - 1] ?? 0 };
    },
  };
}
