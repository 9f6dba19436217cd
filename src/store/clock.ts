import type { Redis } from 'ioredis';

/** The time by Redis' clock, in milliseconds since the epoch. */
export async function redisNow(redis: Redis): Promise<number> {
  const [seconds, micros] = (await redis.time()).map(Number);
  if (seconds === undefined || micros === undefined || Number.isNaN(seconds + micros)) throw new Error('Redis does not say what time it is');
  return seconds * 1000 + Math.floor(micros / 1000);
}
