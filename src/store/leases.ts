import type { Redis } from 'ioredis';
import type { Lease, Leases } from '../core/ports.ts';
import { lastKey, leaseKey, TOKENS } from './fence.ts';
import { key } from './redis.ts';

/** Times of leases, in milliseconds: how long one lasts without renewal, by Redis' clock, and how often it is renewed. */
export interface LeaseTimes {
  readonly lastsMs: number;
  readonly renewMs: number;
}
const TIMES: LeaseTimes = { lastsMs: 8000, renewMs: 2500 };

/** How long the last token of a lease is remembered, in milliseconds: longer than any word is on its way. */
const REMEMBERED = 30 * 86_400_000;

/** KEYS lease, tokens, last; ARGV owner, milliseconds, milliseconds the last token is remembered. Returns the token as text, or nil when it is held. */
const TAKE = `
if redis.call('HEXISTS', KEYS[1], 'token') == 1 then return false end
local token = string.format('%.0f', redis.call('INCR', KEYS[2]))
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', token)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[3], token, 'PX', ARGV[3])
return token`;

/** KEYS lease; ARGV token, milliseconds. Returns 0 when it lapsed or is another's. */
const RENEW = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** KEYS lease; ARGV token. */
const RELEASE = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/** Where leases are kept. */
interface LeaseKeys {
  lease(name: string): string;
  last(name: string): string;
  readonly tokens: string;
}
const KEYS: LeaseKeys = { lease: leaseKey, last: lastKey, tokens: TOKENS };

/** Leases in Redis. */
export function leases(redis: Redis, { lastsMs, renewMs }: LeaseTimes = TIMES, keys: LeaseKeys = KEYS): Leases {
  function keep(name: string, token: string, asked: number): Lease {
    let until = asked + lastsMs;
    const held = () => performance.now() < until;
    const lose = () => {
      clearInterval(timer);
      until = Number.NEGATIVE_INFINITY;
    };
    const timer = setInterval(async () => {
      if (!held()) return lose();
      const from = performance.now();
      try {
        const renewed = await redis.eval(RENEW, 1, name, token, lastsMs);
        if (renewed !== 1 || !held()) lose();
        else until = Math.max(until, from + lastsMs);
      } catch {
        // Redis is away: the lease ends by itself when its time is over.
      }
    }, renewMs);
    timer.unref();
    return {
      token: Number(token),
      held,
      async release() {
        lose();
        await redis.eval(RELEASE, 1, name, token);
      },
    };
  }

  return {
    async take(name, owner) {
      const asked = performance.now();
      const token = await redis.eval(TAKE, 3, keys.lease(name), keys.tokens, keys.last(name), owner, lastsMs, REMEMBERED);
      return typeof token === 'string' ? keep(keys.lease(name), token, asked) : undefined;
    },
  };
}

/** Turns at what only one gateway may do at a time, such as speaking in a chat: apart from the workers' leases, which a gateway may not touch. */
export function turns(redis: Redis): Leases {
  return leases(redis, TIMES, { lease: (name) => key('turn', name), last: (name) => key('turn', 'last', name), tokens: key('turn', 'token') });
}
