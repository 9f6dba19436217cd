import type { Redis } from 'ioredis';
import { z } from 'zod';

const alert = z.object({
  id: z.string(),
  rev: z.number(),
  state: z.enum(['firing', 'resolved']),
  storm: z.literal(true).optional(),
  counts: z.object({ firing: z.number(), silenced: z.number(), resolved: z.number() }),
  places: z.array(z.object({ chat: z.string(), room: z.string() })),
});
const member = z.object({ source: z.string(), fingerprint: z.string(), status: z.enum(['firing', 'resolved']) });
const shelf = z.object({ kept: z.object({ rev: z.number(), post: z.object({ room: z.string(), id: z.string() }).optional() }) });

/** An alert's card as it is stored, and what stands on it. */
export interface Stored extends z.infer<typeof alert> {
  readonly members: readonly z.infer<typeof member>[];
}

/** Every card there is, read from Redis as it is. */
export async function storedCards(redis: Redis): Promise<Stored[]> {
  const found: Stored[] = [];
  for await (const keys of redis.scanStream({ match: 'hostler:alert:*', count: 1000 })) {
    for (const key of keys) {
      if (!/^hostler:alert:A[^:]+$/.test(key)) continue;
      const members = await redis.hvals(`${key}:members`);
      found.push({ ...alert.parse(JSON.parse((await redis.hget(key, 'json')) ?? '')), members: members.map((json) => member.parse(JSON.parse(json))) });
    }
  }
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** The revision that the bot knows to stand in a room; 0 where none does. */
export async function revShown(redis: Redis, card: string, room: string): Promise<number> {
  const json = await redis.get(`hostler:chat:slack:shelf:${card} slack ${room}  `);
  return json === null ? 0 : shelf.parse(JSON.parse(json)).kept.rev;
}

/** Cards that the bot is yet to show in Slack, by id and room. */
export async function wantedThere(redis: Redis): Promise<Set<string>> {
  return new Set((await redis.hkeys('hostler:chat:slack:wanted')).map((name) => name.split(' slack ').join(' ').trim()));
}

const ticket = z.object({ state: z.string() });

/** Whether a request has ended well. */
export async function isDone(redis: Redis, id: string): Promise<boolean> {
  const json = await redis.hget(`hostler:ticket:${id}`, 'json');
  return json !== null && ticket.parse(JSON.parse(json)).state === 'done';
}
