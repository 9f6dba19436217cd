import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import { z } from 'zod';
import { Later } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';

/** Redis connection settings, as the store makes them from a URL. */
export type Connection = Readonly<Record<string, unknown>>;

/** A message for a queue. `id`: while a message of this id waits or is worked on, another is not added. */
export interface Message {
  readonly queue: string;
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
  /** 0 goes first; default 0. */
  readonly priority?: number;
}

/** The format of messages, and how one is wrapped. */
const FORMAT = 1;
const envelope = z.object({ format: z.number(), data: z.unknown() });

export type Take = (name: string, data: unknown) => Promise<void>;

/** How long a worker may hold a job without renewing it, in milliseconds; then another takes it over. */
const HOLD = 10_000;
/** Prefix of all queues in Redis. */
export const PREFIX = 'hostler-queue';

/** BullMQ queues over one Redis. Everything sent is durable when `send` returns. */
export class Queues {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #queues = new Map<string, Queue>();
  readonly #workers: Worker[] = [];

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
  }

  /** Adds messages. Throws when Redis is away. */
  async send(messages: readonly Message[]): Promise<void> {
    await Promise.all(
      messages.map(({ queue, name, id, data, priority }) =>
        this.#queue(queue).add(
          name,
          { format: FORMAT, data },
          {
            jobId: id,
            removeOnComplete: true,
            removeOnFail: true,
            attempts: 5,
            backoff: { type: 'exponential', delay: 200 },
            ...(priority ? { priority } : {}),
          },
        ),
      ),
    );
  }

  /** Sends a message every so often, once over all processes. */
  async every(ms: number, queue: string, name: string): Promise<void> {
    await this.#queue(queue).upsertJobScheduler(
      `every-${name}`,
      { every: ms },
      { name, data: { format: FORMAT, data: {} }, opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }

  /** Works on a queue until closed. A handler that throws `Later` is called again after that time; other errors are tried again, then logged. */
  async work(queue: string, take: Take, concurrency: number): Promise<void> {
    const worker = new Worker(queue, (job, token) => this.#take(take, job, token), {
      connection: { ...this.#connection, maxRetriesPerRequest: null },
      prefix: PREFIX,
      concurrency,
      lockDuration: HOLD,
      stalledInterval: HOLD / 2,
      // Handlers do the same whether called once or twice: journal and claims see to it. So a stalled job is simply taken over.
      maxStalledCount: 1_000_000,
    });
    worker.on('error', () => undefined); // Redis is away: BullMQ connects again by itself
    worker.on('failed', (job, error) => this.#log(`job ${job?.name ?? '?'} failed`, error));
    this.#workers.push(worker);
    await worker.waitUntilReady();
  }

  async #take(take: Take, job: Job, token: string | undefined): Promise<void> {
    try {
      const { format, data } = envelope.parse(job.data);
      if (format > FORMAT) throw new Later(60_000); // written by a newer version: it waits for one
      await take(job.name, data);
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      await job.moveToDelayed(Date.now() + error.ms, token);
      throw new DelayedError();
    }
  }

  #queue(name: string): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection: { ...this.#connection, maxRetriesPerRequest: 1, enableOfflineQueue: true },
      prefix: PREFIX,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', () => undefined);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Finishes the jobs under way (at most `ms` milliseconds), then closes. */
  async close(ms = 5000): Promise<void> {
    const gently = Promise.all(this.#workers.map((worker) => worker.close()));
    const soon = new Promise((resolve) => setTimeout(resolve, ms).unref());
    await Promise.race([gently, soon]);
    await Promise.all(this.#workers.map((worker) => worker.close(true).catch(() => undefined)));
    await Promise.all([...this.#queues.values()].map((queue) => queue.close().catch(() => undefined)));
  }
}
