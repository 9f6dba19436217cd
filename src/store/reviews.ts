import type { Redis } from 'ioredis';
import type { Review, Reviews } from '../core/ports.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;

/** Reviews that are still owed: one hash, a field per request, `{format, review}`. */
export function reviews(redis: Redis): Reviews {
  const name = key('reviews');
  return {
    async open(review) {
      await redis.hsetnx(name, review.ticket, JSON.stringify({ format: FORMAT, review }));
    },
    async list() {
      const all = (await redis.hvals(name)).map((json): { format: number; review: Review } => JSON.parse(json));
      return all
        .filter(({ format }) => format === FORMAT)
        .map(({ review }) => review)
        .sort((a, b) => a.at - b.at);
    },
    close: async (ticket) => (await redis.hdel(name, ticket)) === 1,
  };
}
