import type { Redis } from 'ioredis';
import { PREFIX } from './bullmq.ts';

/** How full a queue is. */
export interface Depth {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** How long the oldest that waits has been there, in milliseconds; 0 when none waits. */
  readonly oldestMs: number;
}

/** BullMQ orders jobs by priority times 2³², then as they came. */
const PRIORITY = 2 ** 32;
/** Priorities there are. */
const MOST = 3;

/** Reads how full queues are, as BullMQ keeps them; writes nothing, so that whoever may only read can ask. */
export async function depths(redis: Redis, queues: readonly string[]): Promise<readonly Depth[]> {
  return Promise.all(queues.map((queue) => depth(redis, queue)));
}

async function depth(redis: Redis, queue: string): Promise<Depth> {
  const at = (what: string) => `${PREFIX}:${queue}:${what}`;
  const first = Array.from({ length: MOST }, (_, i) => redis.zrangebyscore(at('prioritized'), (i + 1) * PRIORITY, `(${(i + 2) * PRIORITY}`, 'LIMIT', 0, 1));
  const [plain, prioritized, active, delayed, next, ...others] = await Promise.all([
    redis.llen(at('wait')),
    redis.zcard(at('prioritized')),
    redis.llen(at('active')),
    redis.zcard(at('delayed')),
    redis.lrange(at('wait'), -1, -1),
    ...first,
  ]);
  const since = await Promise.all([...next, ...others.flat()].map((id) => redis.hget(at(id), 'timestamp')));
  const ages = since.flatMap((stamp) => (stamp === null ? [] : [Date.now() - Number(stamp)]));
  return { queue, waiting: plain + prioritized, active, delayed, oldestMs: Math.max(0, ...ages) };
}
