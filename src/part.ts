import type { Redis } from 'ioredis';
import type { Log, Send } from './core/ports.ts';
import { redactor } from './core/redact.ts';
import { resolvedSecrets } from './hosts/secret.ts';
import { message } from './messages.ts';
import { Queues } from './queue/bullmq.ts';
import { open, settings } from './store/redis.ts';

/** A part of the bot that is running: gateway, desk or worker. */
export interface Part {
  close(): Promise<void>;
}

/** What every part begins with: its Redis connection and its queues. */
export interface Base extends Part {
  readonly redis: Redis;
  readonly queues: Queues;
  readonly send: Send;
  readonly log: Log;
}

/** Connects a part to Redis. Throws when there is none. */
export async function base(redisUrl: string, log: Log): Promise<Base> {
  const redis = await open(redisUrl);
  const queues = new Queues({ ...settings(redisUrl) }, log);
  return {
    redis,
    queues,
    log,
    send: (jobs) => queues.send(jobs.map(message)),
    async close() {
      await queues.close();
      redis.disconnect();
    },
  };
}

/** Hides what this process must not tell. */
export const hiding = redactor(resolvedSecrets);

/** Unexpected trouble as one line on standard error, with its stack; nothing people typed, no output of hosts. */
export const logToStderr: Log = (text, detail) => {
  const more = detail instanceof Error ? (detail.stack ?? detail.message) : detail === undefined ? '' : String(detail);
  process.stderr.write(`${new Date().toISOString()} ${hiding.redact(`${text}${more ? `: ${more}` : ''}`)}\n`);
};
