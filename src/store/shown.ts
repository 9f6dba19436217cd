import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from '../core/ports.ts';
import { key } from './redis.ts';

/** How often it is looked what other gateways have shown, in milliseconds. */
const LOOK = 250;
/** How many cards are kept for a gateway that lags behind; what it misses is there when the page is opened anew. */
const KEPT = 1000;

/** Tells all gateways which cards have changed, because each is taken from the outbox by one of them. A Redis stream: `gateway`, `card`. */
export function shownCards(redis: Redis, bring: (card: string) => Promise<void>, log: Log): { tell(card: string): Promise<void>; close(): Promise<void> } {
  const stream = key('chat', 'web', 'shown');
  const me = randomUUID();
  let last: string | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    if (last === undefined) {
      const [newest] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
      last = newest?.[0] ?? '0-0';
      return;
    }
    const entries = (await redis.xread('COUNT', 100, 'STREAMS', stream, last))?.[0]?.[1] ?? [];
    for (const [id, fields] of entries) {
      last = id;
      const [, gateway, , card] = fields;
      if (card !== undefined && gateway !== me) await bring(card).catch((error: unknown) => log(`${card} was not shown in the console`, error));
    }
  }
  const turn = async (): Promise<void> => {
    await look().catch(() => undefined); // Redis is away: it goes on where it was
    if (!closed) timer = setTimeout(() => (looking = turn()), LOOK);
  };
  let looking = turn();

  return {
    async tell(card) {
      await redis.xadd(stream, 'MAXLEN', '~', KEPT, '*', 'gateway', me, 'card', card);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await Promise.race([looking, sleep(500, undefined, { ref: false })]); // a Redis that hangs keeps nobody here
    },
  };
}
