import { randomBytes } from 'node:crypto';
import type { Log } from '../../core/ports.ts';
import type { Api } from './api.ts';
import { HEARD, type Sync, syncShape } from './events.ts';
import type { Hearing } from './hearing.ts';
import type { Shelf } from './shelf.ts';
import { isCode, MatrixTrouble, Unanswered } from './trouble.ts';

/** Longest pause between two attempts, in milliseconds. */
const LONGEST = 30_000;
/** Longest pause for the sake of an answer, in milliseconds: meanwhile nothing else is heard. */
const ANSWERING = 5000;
/** How much longer than the long poll an answer may take. */
const GRACE = 10_000;

const NONE = { types: [] };
const filter = (limit: number) =>
  JSON.stringify({
    presence: NONE,
    account_data: NONE,
    room: {
      account_data: NONE,
      ephemeral: NONE,
      state: { types: ['m.room.encryption'], lazy_load_members: true },
      timeline: { limit, types: HEARD, lazy_load_members: true },
    },
  });

/** Synapse answers the same first question with what it answered minutes ago: 128 random bits of JSON's white space make each another one. */
const blanks = () => Array.from(randomBytes(64), (byte) => ' \t\n\r'[byte & 3]).join('');

interface SyncOptions {
  readonly api: Api;
  readonly shelf: Shelf;
  readonly hearing: Hearing;
  readonly log: Log;
  /** Length of the long poll, in milliseconds. */
  readonly pollMs: number;
  /** Takes an answer; rejects when it could not be taken whole. `attempt` counts from 1. `first`: nothing was heard before it. */
  take(sync: Sync, first: boolean, attempt: number): Promise<void>;
}

/** Follows the homeserver's stream of events. Its place in the stream is stored only when everything before it is safely taken. */
export class Stream {
  readonly #options: SyncOptions;
  #over: Promise<void> = Promise.resolve();

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  /** Begins to follow. Resolves when the first answer is taken, or the first attempt has failed. */
  follow(): Promise<void> {
    return new Promise((began) => {
      this.#over = this.#run(began);
    });
  }

  /** Resolves when nothing of it runs any more. */
  ended(): Promise<void> {
    return this.#over;
  }

  async #run(began: () => void): Promise<void> {
    const { api, hearing, log } = this.#options;
    let failures = 0;
    let fresh = true;
    while (!api.closed) {
      try {
        await this.#round(fresh ? 0 : this.#options.pollMs, began);
        fresh = false;
        failures = 0;
      } catch (error) {
        if (api.closed) break;
        fresh = true;
        failures += 1;
        hearing.failed(error);
        if (failures === 1 || failures % 20 === 0) log('matrix: the homeserver’s events cannot be followed, and are tried again', error);
        began();
        await api.pause(Math.max(pauseOf(error), backoff(failures)));
      }
      began();
    }
    began();
  }

  async #round(pollMs: number, began: () => void): Promise<void> {
    const { api, shelf, hearing } = this.#options;
    const since = await shelf.token.get();
    const which = since === undefined ? { filter: filter(1) + blanks() } : { filter: filter(100), since };
    const sync = await this.#ask({ timeout: String(pollMs), ...which }, pollMs + GRACE);
    for (let attempt = 1; !api.closed; attempt += 1) {
      try {
        await this.#options.take(sync, since === undefined, attempt);
        if (api.closed) return; // what was given up then is taken anew
        await shelf.token.set(sync.next_batch);
        return hearing.ok();
      } catch (error) {
        if (api.closed) return;
        began();
        if (error instanceof Unanswered) {
          hearing.ok();
          await api.pause(Math.max(Math.min(ANSWERING, pauseOf(error.cause)), backoff(attempt)));
          continue;
        }
        hearing.failed(error);
        if (attempt % 10 === 1) this.#options.log('matrix: what was heard could not be taken, and is tried again', error);
        await api.pause(Math.max(pauseOf(error), backoff(attempt)));
      }
    }
  }

  async #ask(qs: Readonly<Record<string, string>>, within: number): Promise<Sync> {
    const { api, shelf, log } = this.#options;
    try {
      return await api.ask('GET', '/_matrix/client/v3/sync', syncShape, { qs, within });
    } catch (error) {
      if (error instanceof MatrixTrouble && error.status === 400 && 'since' in qs && isCode(error, 'M_UNKNOWN', 'M_INVALID_PARAM', 'M_UNKNOWN_POS')) {
        log('matrix: the homeserver does not know where we were in its events; what was said meanwhile is not heard', error);
        await shelf.token.drop();
      }
      throw error;
    }
  }
}

function backoff(failures: number): number {
  return Math.min(LONGEST, 250 * 2 ** Math.min(failures - 1, 10));
}

function pauseOf(error: unknown): number {
  return error instanceof MatrixTrouble ? Math.min(LONGEST, error.pauseMs ?? 0) : 0;
}
