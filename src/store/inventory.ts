import type { Redis } from 'ioredis';
import type { Inventory } from '../core/ports.ts';
import type { Found } from '../core/types.ts';
import { key } from './redis.ts';

/** Names seen on hosts: one hash field per host, replaced whole whenever the host was listed. */
export function inventory(redis: Redis): Inventory {
  const hash = key('guests');
  return {
    async remember(listed) {
      if (listed.length === 0) return;
      const fields = listed.map(({ host, found }) => [host, JSON.stringify(found)] as const);
      await redis.hset(hash, Object.fromEntries(fields));
    },
    async guests() {
      const fields = await redis.hvals(hash);
      return fields.flatMap((json): Found[] => JSON.parse(json));
    },
  };
}
