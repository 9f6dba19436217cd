import { DelayedError, type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
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
  /** Milliseconds before it is worked on. */
  readonly delayMs?: number;
  /** How often it is tried when it cannot be worked on, twice as long apart each time, from 200 ms; default 12, which is seven minutes. */
  readonly attempts?: number;
  /** After this (milliseconds since the epoch) it is not added any more, and `send` rejects. */
  readonly before?: number;
}

/** What is sent every so often. `ms`: how often; `id`: among those of its name, for ever of these data. */
export interface Recurring {
  readonly id: string;
  readonly ms: number;
  readonly data: unknown;
  readonly priority?: number;
}

/** The format of messages, and how one is wrapped. */
const FORMAT = 1;
const envelope = z.object({ format: z.number(), data: z.unknown() });

/** What came is no message of this bot, and never will be. */
export class Garbled extends Error {
  override readonly name = 'Garbled';
  readonly why: string;
  constructor({ issues }: z.ZodError) {
    const why = issues.slice(0, 3).map(({ path, message: wrong }) => `${path.join('.')}: ${wrong}`);
    super(`not a message of this bot: ${why.join('; ')}`);
    this.why = why.join('; ');
  }
}

/** What a message says. Throws Garbled: other things that are not as expected may be so another time. */
export function read<T>(payload: z.ZodType<T>, data: unknown): T {
  const said = payload.safeParse(data);
  if (!said.success) throw new Garbled(said.error);
  return said.data;
}

/** `id`: of the message, the same however often it is delivered. */
export type Take = (name: string, data: unknown, id: string) => Promise<void>;

/** How long a worker may hold a job without renewing it, in milliseconds; then another takes it over. */
const HOLD = 5000;
/** Prefix of all queues in Redis. */
export const PREFIX = 'hostler-queue';
/** How long a new queue may take to connect, in milliseconds. */
const CONNECT = 3000;

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

  /** Adds messages. Throws when Redis is away; then nothing of it goes out later by itself. */
  async send(messages: readonly Message[]): Promise<void> {
    await Promise.all(
      messages.map(async ({ queue, name, id, data, priority, delayMs, before, attempts = 12 }) => {
        const ready = await this.#ready(queue);
        // A server that hangs would take it when it goes on: it is sent to one that answers only.
        if (before !== undefined) await ready.count();
        if (before !== undefined && Date.now() > before) throw new Error('too late to be queued');
        await ready.add(
          name,
          { format: FORMAT, data },
          {
            jobId: id,
            removeOnComplete: true,
            removeOnFail: true,
            attempts,
            backoff: { type: 'exponential', delay: 200 },
            ...(priority ? { priority } : {}),
            ...(delayMs ? { delay: delayMs } : {}),
          },
        );
      }),
    );
  }

  /** Sends a message every so often, once over all processes. */
  async every(ms: number, queue: string, name: string): Promise<void> {
    const ready = await this.#ready(queue);
    await ready.upsertJobScheduler(
      `every-${name}`,
      { every: ms },
      { name, data: { format: FORMAT, data: {} }, opts: { removeOnComplete: true, removeOnFail: true } },
    );
  }

  /** Sends a message of this name every so often for each of these, once over all processes, and no more for any other. What stays goes on as it was. */
  async everyOf(queue: string, name: string, wanted: readonly Recurring[]): Promise<void> {
    const ready = await this.#ready(queue);
    const prefix = `every-${name}-`;
    const there = (await ready.getJobSchedulers(0, -1)).filter(({ key }) => key.startsWith(prefix));
    for (const { key } of there) if (!wanted.some(({ id }) => key === `${prefix}${id}`)) await ready.removeJobScheduler(key);
    for (const { id, ms, data, priority } of wanted) {
      if (there.some(({ key, every }) => key === `${prefix}${id}` && Number(every) === ms)) continue;
      const opts = { removeOnComplete: true, removeOnFail: true, ...(priority ? { priority } : {}) };
      await ready.upsertJobScheduler(`${prefix}${id}`, { every: ms }, { name, data: { format: FORMAT, data }, opts });
    }
  }

  /** Works on a queue until closed. A handler that throws `Later` is called again after that time; other errors are tried again, then logged. */
  async work(queue: string, take: Take, concurrency: number): Promise<{ close(): Promise<void> }> {
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
    return {
      close: async () => {
        this.#workers.splice(this.#workers.indexOf(worker), 1);
        await Promise.race([worker.close().catch(() => undefined), after(5000)]);
        await worker.disconnect().catch(() => undefined);
      },
    };
  }

  async #take(take: Take, job: Job, token: string | undefined): Promise<void> {
    try {
      const { format, data } = read(envelope, job.data);
      if (format > FORMAT) throw new Later(60_000); // written by a newer version: it waits for one
      await take(job.name, data, job.id ?? '');
    } catch (error) {
      if (error instanceof Garbled) throw new UnrecoverableError(error.message);
      if (!(error instanceof Later)) throw error;
      await job.moveToDelayed(Date.now() + error.ms, token);
      throw new DelayedError();
    }
  }

  /** A queue that has connected. One that could not is given up: else what is added to it would go out when nobody expects it any more. */
  async #ready(name: string): Promise<Queue> {
    const queue = this.#queue(name);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error('Redis does not answer')), CONNECT)));
    try {
      await Promise.race([queue.waitUntilReady(), late]);
      return queue;
    } catch (error) {
      if (this.#queues.get(name) === queue) this.#queues.delete(name);
      queue.close().catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
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

  /** Finishes the jobs under way (at most `ms` milliseconds, and none when Redis is away), then closes. What is left is taken over by others. */
  async close(ms = 5000): Promise<void> {
    if (await this.#answers()) {
      const gently = Promise.all(this.#workers.map((worker) => worker.close())).then(() =>
        Promise.all([...this.#queues.values()].map((queue) => queue.close())),
      );
      await Promise.race([gently.catch(() => undefined), after(ms)]);
    }
    // A worker that is closing already cannot be closed faster, and without Redis nothing closes: the connections are dropped.
    const dropped = [...this.#workers, ...this.#queues.values()].map((one) => one.disconnect().catch(() => undefined));
    await Promise.race([Promise.all(dropped), after(200)]);
  }

  /** Whether Redis answers at all. */
  async #answers(): Promise<boolean> {
    const [worker] = this.#workers;
    if (!worker) return true;
    return Promise.race([
      worker
        .getBackend()
        .isMaxed()
        .then(
          () => true,
          () => false,
        ),
      after(1000).then(() => false),
    ]);
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
