import type { Redis } from 'ioredis';
import type { Kept } from '../core/command.ts';
import type { Kepts } from '../core/ports.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;

/** What is kept for safety: one hash, a field each, `{format, kept}`. */
export function kepts(redis: Redis): Kepts {
  const name = key('kept');
  async function list(): Promise<Kept[]> {
    const all = (await redis.hvals(name)).map((json): { format: number; kept: Kept } => JSON.parse(json));
    return all
      .filter(({ format }) => format === FORMAT)
      .map(({ kept }) => kept)
      .sort((a, b) => a.expiresAt - b.expiresAt);
  }
  return {
    list,
    async add(some) {
      for (const kept of some) await redis.hsetnx(name, kept.id, JSON.stringify({ format: FORMAT, kept }));
    },
    async drop(id) {
      await redis.hdel(name, id);
    },
    async postpone(id, until) {
      const kept = (await list()).find((one) => one.id === id);
      if (kept) await redis.hset(name, id, JSON.stringify({ format: FORMAT, kept: { ...kept, expiresAt: until } }));
    },
  };
}
