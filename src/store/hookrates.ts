import type { Redis } from 'ioredis';
import { key } from './redis.ts';

/**
 * Takes one from a bucket that holds a minute's worth: the time (microseconds, by Redis' clock) at which it would be full again.
 * KEYS bucket; ARGV microseconds for one. Returns 0, or the milliseconds to wait.
 */
const TAKE = `
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0')) + tonumber(ARGV[1])
if full - now > 60000000 then return math.ceil((full - now - 60000000) / 1000) end
redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', 61000)
return 0`;

/** How often each source may send, over all gateways. Takes one more of so many a minute: 0, or the milliseconds until there may be one. */
export function hookRates(redis: Redis): (name: string, perMinute: number) => Promise<number> {
  return async (name, perMinute) => Number(await redis.eval(TAKE, 1, key('hooks', 'rate', name), Math.floor(60_000_000 / perMinute)));
}
