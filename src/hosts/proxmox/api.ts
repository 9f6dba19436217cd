import { HostError } from '../../core/errors.ts';
import { classify } from '../../core/pveerror.ts';
import type { ApiBody, Params } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { Ssh } from '../ssh.ts';
import { type ApiAccess, authorityOf, type Endpoint, tokenOf } from './access.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { Doors } from './doors.ts';
import { either } from './either.ts';
import { form, query } from './form.ts';
import { TIMING, type Timing } from './timing.ts';
import { hostError, isPassing, isUnsent, worse } from './trouble.ts';
import { exchange, type Question, type Reply, Unreplied } from './wire.ts';

/** Longest answer that is read, in bytes. */
const CAP = 8 * 1024 * 1024;
const ROOT = '/api2/json';
/** Reads and changes at once at one server: changes may take long, and must not keep reads waiting. */
const READS = 8;
const CHANGES = 4;

/** A good answer; `at`: the clock of the server that gave it, in seconds since the epoch. */
export interface Answer extends ApiBody {
  readonly at: number;
}

/** Where a question goes, instead of to whoever serves: this endpoint alone. */
export interface AskOptions {
  readonly at?: Endpoint;
  readonly timeoutMs?: number;
}

/** The API of one cluster or backup server: any server of it that can be reached serves. */
export class Api {
  readonly access: ApiAccess;
  readonly timing: Timing;
  readonly dialect: Dialect;
  readonly #doors: ReadonlyMap<Endpoint, { readonly reads: Doors; readonly changes: Doors }>;
  readonly #tunnel: Ssh | undefined;
  /** Until when a server is not asked first, and who answered last. */
  readonly #away = new Map<Endpoint, number>();
  #last: Endpoint | undefined;
  #closed = false;

  constructor(access: ApiAccess, timing: Timing = TIMING) {
    this.access = access;
    this.timing = timing;
    this.dialect = dialectOf(access);
    const ssh = access.tunnel === undefined ? undefined : new Ssh(access.tunnel);
    this.#tunnel = ssh;
    const how = { name: access.name, connectMs: timing.connectMs, ca: () => authorityOf(access) };
    const through = ssh && ((address: string, port: number) => ssh.forward(address, port));
    const way = { ...how, ...(through ? { through } : {}) };
    this.#doors = new Map(
      access.endpoints.map((endpoint) => [
        endpoint,
        { reads: new Doors(endpoint, { ...way, most: READS }), changes: new Doors(endpoint, { ...way, most: CHANGES, fresh: true }) },
      ]),
    );
  }

  /** Whether it was closed for good: a new configuration has another. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Who we are: `user@realm!name`. Throws HostError. */
  get tokenId(): string {
    return tokenOf(this.access).id;
  }

  /** Reads. Tried at another server where that does no harm. Throws HostError, whose cause is the PveError when the server said no. */
  async get(path: string, params?: Params, { at, timeoutMs = this.timing.lookMs }: AskOptions = {}): Promise<Answer> {
    const until = performance.now() + timeoutMs;
    const question = (): Question => ({ ...this.#question('GET', query(path, params)), timeoutMs: Math.max(1, until - performance.now()), cap: CAP });
    let trouble: unknown;
    const attempts = at ? [at, at] : this.#attempts(path);
    for (const [i, endpoint] of attempts.entries()) {
      try {
        const asked = this.#ask(endpoint, path, question());
        // A server that accepts and never answers must not be the only one that is asked.
        const other = trouble === undefined ? attempts.slice(i + 1).find((one) => one !== endpoint) : undefined;
        return await (other ? either(asked, (until - performance.now()) / 2, () => this.#ask(other, path, question()), worse) : asked);
      } catch (error) {
        const second = trouble !== undefined && !isUnsent(trouble);
        trouble = worse(trouble, error);
        if (performance.now() >= until || !isPassing(error) || (second && !isUnsent(error))) break;
      }
    }
    throw hostError(this.access.name, trouble, 'GET', timeoutMs);
  }

  /**
   * Changes something: sent once, to the first server that can be reached. Throws HostError: `lost` and `timeout` when the call may have been carried out,
   * with PveError as its cause when the server said no; what `may` throws, right before anything is sent.
   */
  async call(method: 'POST' | 'PUT' | 'DELETE', path: string, params: Params, may?: () => void): Promise<Answer> {
    const inQuery = method === 'DELETE';
    const question: Question = {
      ...this.#question(method, inQuery ? query(path, params) : path),
      ...(inQuery ? {} : { body: form(params) }),
      ...(may ? { may } : {}),
      timeoutMs: this.timing.callMs,
      cap: CAP,
    };
    let trouble: unknown;
    for (const endpoint of this.#order()) {
      try {
        return await this.#ask(endpoint, path, question);
      } catch (error) {
        trouble = worse(trouble, error);
        if (!isUnsent(error)) break;
      }
    }
    throw hostError(this.access.name, trouble, method, this.timing.callMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reads, changes } of this.#doors.values()) for (const doors of [reads, changes]) doors.destroy();
    await this.#tunnel?.close();
  }

  #question(method: Question['method'], path: string): Pick<Question, 'method' | 'path' | 'authorization'> {
    return { method, path: `${ROOT}${path}`, authorization: this.dialect.authorization(tokenOf(this.access)) };
  }

  async #ask(endpoint: Endpoint, path: string, question: Question): Promise<Answer> {
    const both = this.#doors.get(endpoint);
    if (!both) throw new Error(`${this.access.name} has no endpoint ${endpoint.node}`);
    let reply: Reply;
    let isTurn = false;
    if (this.#closed) throw new HostError('unreachable', this.access.name, say({ en: 'the connection is closed', zh: '连接已关闭' }));
    try {
      const doors = question.method === 'GET' ? both.reads : both.changes;
      const until = performance.now() + question.timeoutMs;
      reply = await doors.slots.use(() => {
        const leftMs = until - performance.now();
        if (leftMs <= 0) throw new Unreplied('unsent', 'too many are before it');
        isTurn = true;
        // What changes something has all its time once it is sent: its answer is worth more than a time.
        return exchange(doors, question.method === 'GET' ? { ...question, timeoutMs: leftMs } : question);
      });
    } catch (error) {
      if (isTurn && isUnsent(error)) this.#away.set(endpoint, performance.now() + this.timing.awayMs);
      throw error;
    }
    this.#away.delete(endpoint);
    this.#last = endpoint;
    if (reply.status >= 200 && reply.status < 300) return answerOf(reply, question.method !== 'GET');
    const node = nodeOf(path);
    throw classify({ ...reply, ...(node === undefined ? {} : { node }) });
  }

  /** Servers in the order they are asked: who answered last, then the others, those that failed lately at the end. */
  #order(): Endpoint[] {
    const now = performance.now();
    const rank = (endpoint: Endpoint) => ((this.#away.get(endpoint) ?? 0) > now ? 2 : endpoint === this.#last ? 0 : 1);
    return [...this.access.endpoints].sort((a, b) => rank(a) - rank(b));
  }

  /** As `#order`, the first twice at its place for a connection that was closed at the wrong moment; a node that is asked about is the second. */
  #attempts(path: string): Endpoint[] {
    const [first, ...others] = this.#order();
    if (!first) return [];
    const about = nodeOf(path);
    others.sort((a, b) => Number(b.node === about) - Number(a.node === about));
    return others.length === 0 ? [first, first] : [first, ...others];
  }
}

/** The node a path is about, where it names one. */
export function nodeOf(path: string): string | undefined {
  const node = /^\/nodes\/([^/?]+)/.exec(path)?.[1];
  return node === undefined || node === 'localhost' ? undefined : decodeURIComponent(node);
}

/** Reads a good answer leniently; that of a change must say what came of it, if only null. Throws Unreplied `garbage`. */
function answerOf({ body, at = Date.now() / 1000 }: Reply, strictly: boolean): Answer {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw new Unreplied('garbage', 'the answer is not JSON', false, error);
  }
  if (typeof json !== 'object' || json === null) throw new Unreplied('garbage', 'the answer is not an object');
  if (strictly && !('data' in json)) throw new Unreplied('garbage', 'the answer has no data');
  const total = 'total' in json ? Number(json.total) : Number.NaN;
  return {
    data: 'data' in json ? json.data : null,
    ...(Number.isNaN(total) ? {} : { total }),
    ...('changes' in json && typeof json.changes === 'string' ? { changes: json.changes } : {}),
    at,
  };
}
