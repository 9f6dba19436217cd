import type { Redis } from 'ioredis';
import { redisNow } from './clock.ts';
import { key } from './redis.ts';

/** A receiver that was not heard of for so long is forgotten, in milliseconds. */
const KEPT = 30 * 86_400_000;
/** Most of one source. */
const MOST = 500;

/** By which receivers sources were heard, each with when it last was. */
export function receivers(redis: Redis) {
  const at = (source: string) => key('chat', 'sources', 'receivers', source);
  return {
    async heard(source: string, name: string): Promise<void> {
      await redis.zadd(at(source), await redisNow(redis), name);
      await redis.zremrangebyrank(at(source), 0, -MOST - 1);
      await redis.pexpire(at(source), KEPT);
    },
    of: async (source: string): Promise<readonly string[]> => redis.zrangebyscore(at(source), (await redisNow(redis)) - KEPT, '+inf'),
  };
}
