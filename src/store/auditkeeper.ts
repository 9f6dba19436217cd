import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import type { Audited, AuditQuery } from '../core/audit.ts';
import type { Lease, Leases, Log } from '../core/ports.ts';
import type { Ticket } from '../core/ticket.ts';
import { answerAll } from './auditask.ts';
import { Chain } from './auditchain.ts';
import { advanceHead, type KnownHead, noteTrouble, readHead } from './audithead.ts';
import { AuditIndex } from './auditindex.ts';
import { comingAfter, isBefore, withRequest } from './auditstream.ts';
import { NOTES_FORMAT, STREAM } from './notes.ts';

/** Between what the keeper does, in this order: at each of them it may be killed. */
export const POINTS = ['taken', 'appended', 'synced', 'indexed', 'headed'] as const;

export interface KeeperOptions {
  readonly redis: Redis;
  readonly leases: Leases;
  readonly ticketOf: (id: string) => Promise<Ticket | undefined>;
  readonly dir: string;
  readonly log: Log;
  /** Entries of the stream taken at once. */
  readonly batch?: number;
  /** How often the stream is looked at, and how long it waits when something is wrong, in milliseconds. */
  readonly everyMs?: number;
  readonly againMs?: number;
  /** Called between; throws where a test kills it. */
  readonly at?: (point: (typeof POINTS)[number]) => void | Promise<void>;
}

/** The lease of the one desk that writes the chain. */
const LEASE = 'audit';

/** What the desk in charge holds. */
interface Charge {
  readonly lease: Lease;
  readonly chain: Chain;
  readonly index: AuditIndex;
}

/** Takes the notes out of the stream into the chain's files, at one desk at a time. What cannot be written stays in the stream. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #me = crypto.randomUUID();
  #charge: Charge | undefined;
  #closing = false;
  #troubled = false;
  #work: Promise<unknown> = Promise.resolve();
  #wake = (): void => undefined;
  readonly #ended: Promise<void>;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#ended = this.#run();
  }

  /** What fits, all that is noted by now among it; undefined when another desk is in charge. */
  async search(query: AuditQuery): Promise<Audited[] | undefined> {
    return this.#alone(async () => {
      const charge = this.#charge;
      if (!charge?.lease.held()) return undefined;
      try {
        while ((await this.#drain(charge)) > 0);
        return charge.index.find(query);
      } catch (error) {
        await this.#trouble(error);
        return undefined;
      }
    });
  }

  /** Writes what there is, and lets another desk take over. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#ended;
    await this.#alone(async () => {
      const charge = this.#charge;
      try {
        if (charge?.lease.held()) while ((await this.#drain(charge)) > 0);
      } finally {
        await this.#letGo();
      }
    }).catch(() => undefined); // it stays in the stream
  }

  async #run(): Promise<void> {
    const { everyMs = 250, againMs = 5000 } = this.#options;
    while (!this.#closing) {
      const good = await this.#alone(() => this.#turn()).catch((error: unknown) => this.#trouble(error));
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, good === false ? againMs : everyMs);
      this.#wake = resolve;
      if (this.#closing) resolve();
      await promise;
      clearTimeout(timer);
    }
  }

  async #turn(): Promise<void> {
    const { redis } = this.#options;
    if (this.#charge && !this.#charge.lease.held()) await this.#letGo();
    this.#charge ??= await this.#takeOver();
    const charge = this.#charge;
    if (!charge) return;
    while (!this.#closing && (await this.#drain(charge)) > 0);
    await answerAll(redis, async (query) => charge.index.find(query));
    if (this.#troubled) this.#options.log('the audit is written again');
    this.#troubled = false;
  }

  async #takeOver(): Promise<Charge | undefined> {
    const { redis, dir, leases, log } = this.#options;
    const lease = await leases.take(LEASE, this.#me);
    if (!lease) return undefined;
    let chain: Chain | undefined;
    try {
      const head = await readHead(redis);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await access(dir, constants.W_OK);
      chain = await Chain.open(dir, head, log);
      await chain.sync(); // what a process that was killed left behind may not be on the disk yet
      if (await isBefore(redis, chain.head.from)) await this.#begunAnew(chain, head.from);
      const index = await AuditIndex.open(dir);
      const charge = { lease, chain, index };
      if (chain.head.seq > head.seq || head.trouble) await this.#advance(charge, chain.head, false);
      return charge;
    } catch (error) {
      await chain?.close();
      await lease.release();
      throw error;
    }
  }

  /** What Redis held is lost or older than what is written: the chain goes on with all that is there, rather too much than too little, and says so. */
  async #begunAnew(chain: Chain, from: string): Promise<void> {
    const { redis, log } = this.#options;
    const why = `Redis was emptied or set back after entry ${chain.head.seq}: what it held and was not written by then is lost`;
    log(`the audit goes on: ${why}`);
    chain.head = { ...chain.head, from };
    await redis.xadd(STREAM, '*', 'format', NOTES_FORMAT, 'notes', JSON.stringify([{ at: Date.now(), kind: 'garbled', more: { why } }]));
  }

  /** Writes some of what is in the stream; how many notes. */
  async #drain({ lease, chain, index }: Charge): Promise<number> {
    const { redis, ticketOf, batch = 500, at = () => undefined } = this.#options;
    const coming = await withRequest(await comingAfter(redis, chain.head.from, batch), ticketOf);
    if (coming.length === 0) return 0;
    await at('taken');
    if (!lease.held()) throw new Error('another desk keeps the audit since');
    const written = await chain.append(coming);
    await at('appended');
    await chain.sync();
    await at('synced');
    index.add(written);
    await at('indexed');
    await this.#advance({ lease, chain, index }, chain.head, true);
    await at('headed');
    return coming.length;
  }

  async #advance({ lease }: Charge, head: KnownHead, whole: boolean): Promise<void> {
    const mine = await advanceHead(this.#options.redis, { name: LEASE, token: lease.token }, head, whole);
    if (!mine) throw new Error('another desk keeps the audit since');
  }

  /** Says once what is wrong, and begins anew later: by what is on the disk and in Redis. */
  async #trouble(error: unknown): Promise<false> {
    const { redis, log } = this.#options;
    if (!this.#troubled) log('the audit cannot be written: everything stays in Redis until it can', error);
    this.#troubled = true;
    await this.#letGo().catch(() => undefined);
    await noteTrouble(redis, error instanceof Error ? error.message : String(error)).catch(() => undefined);
    return false;
  }

  async #letGo(): Promise<void> {
    const charge = this.#charge;
    this.#charge = undefined;
    if (!charge) return;
    charge.index.close();
    await charge.chain.close().catch(() => undefined);
    await charge.lease.release();
  }

  /** One thing after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#work.then(work, work);
    this.#work = next.catch(() => undefined);
    return next;
  }
}
