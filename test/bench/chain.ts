import { Queue, Worker } from 'bullmq';
import { open, settings } from '../../src/store/redis.ts';
import { startServer } from '../../src/store/server.ts';

/** Queues in a row over bare BullMQ, each hop with one SET: the least a request through as many queues can cost. */
export interface Chain {
  /** Sends a message through the first `hops` queues; with `acts`, the second one does the chain's work. */
  through(hops: number, acts?: boolean): Promise<void>;
  close(): Promise<void>;
}

const LONGEST = 4;
const ABREAST = 64;
/** About as much as a job of the bot carries. */
const FILLING = 'x'.repeat(300);

interface Carried {
  readonly id: string;
  readonly hops: number;
  readonly acts: boolean;
  readonly filling: string;
}

/** Starts bare BullMQ on a private server with the same settings as the bot's. `act`: what the second queue does for a message that acts. */
export async function startChain(program: string, folder: string, act: () => Promise<unknown>): Promise<Chain> {
  const server = await startServer(program, folder);
  const redis = await open(server.url);
  const connection: Readonly<Record<string, unknown>> = { ...settings(server.url), maxRetriesPerRequest: null };
  const waiting = new Map<string, () => void>();
  const queues = Array.from({ length: LONGEST }, (_, i) => new Queue(`hop${i}`, { connection, streams: { events: { maxLen: 100 } } }));
  const send = async (hop: number, data: Carried) => {
    await queues[hop]?.add('hop', data, { jobId: `${data.id}-${hop}`, removeOnComplete: true, removeOnFail: true });
  };
  const take = async (hop: number, data: Carried) => {
    if (hop === 1 && data.acts) await act();
    await redis.set(`bench:${hop}`, data.filling);
    if (hop + 1 < data.hops) return send(hop + 1, data);
    waiting.get(data.id)?.();
    waiting.delete(data.id);
  };
  const workers = queues.map((queue, hop) => new Worker(queue.name, (job) => take(hop, job.data), { connection, concurrency: ABREAST }));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    async through(hops, acts = false) {
      const id = crypto.randomUUID();
      const arrived = new Promise<void>((resolve) => waiting.set(id, resolve));
      await send(0, { id, hops, acts, filling: FILLING });
      await arrived;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all(queues.map((queue) => queue.close()));
      redis.disconnect();
      await server.close();
    },
  };
}
