import { pick, textOf } from '../core/apivalue.ts';
import type { Host } from '../core/command.ts';
import { HostError } from '../core/errors.ts';
import type { Tasks, Watch } from '../core/ports.ts';
import type { ApiRead, ApiStep, ApiValue, Outcome } from '../core/types.ts';
import { say } from '../core/words.ts';
import type { ApiAccess } from './proxmox/access.ts';
import { Api } from './proxmox/api.ts';
import { Board } from './proxmox/board.ts';
import { Call } from './proxmox/call.ts';
import { inMemory } from './proxmox/memory.ts';
import { TIMING, type Timing } from './proxmox/timing.ts';

/** A cluster or a backup server that a worker can reach: how plans see it, and how its API is reached. */
export interface ApiReachable {
  readonly host: Host;
  readonly api: ApiAccess;
}

export interface ServersOptions {
  readonly timing?: Timing;
  /** Which tasks belong to which steps; without it, in memory only, which is enough for looks. */
  readonly tasks?: Tasks;
}

/** The Proxmox clusters and backup servers of one site. */
export class Servers {
  readonly #apis: ReadonlyMap<string, Api>;
  readonly #boards = new Map<string, Board>();
  readonly #calls = new Map<string, number>();
  readonly #tasks: Tasks;

  constructor(servers: readonly ApiReachable[], { timing = TIMING, tasks = inMemory() }: ServersOptions = {}) {
    this.#apis = new Map(servers.map(({ host, api }) => [host.name, new Api(api, timing)]));
    this.#tasks = tasks;
  }

  /** Asks once. Throws HostError, whose cause is the PveError when the server said no. */
  async answer<T>(name: string, read: ApiRead<T>): Promise<T> {
    const answer = await this.#api(name).get(read.path, read.params);
    try {
      return read.parse(answer);
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw new HostError('failed', name, say({ en: 'GET {path} gave an answer that cannot be read', zh: 'GET {path} 的回答无法解析' }, { path: read.path }), {
        cause: error,
      });
    }
  }

  /** What a wait waits for, as it is now. Throws HostError. */
  async value(name: string, { path, params, pick: place }: ApiValue): Promise<string> {
    return textOf(pick(await this.#api(name).get(path, params), place)) ?? '';
  }

  /** Performs an API step at most once, under this id; see `Call`. */
  async exec(id: string, step: ApiStep, watch: Watch): Promise<Outcome> {
    const outcome = await this.#call(id, step).perform(watch);
    this.#calls.delete(id);
    return outcome;
  }

  /** Asks once what became of an API step; undefined while it runs. See `Call`. */
  async recheck(id: string, step: ApiStep, stopping: boolean, begun: boolean): Promise<Outcome | undefined> {
    return this.#call(id, step).recheck(stopping, begun);
  }

  #call(id: string, step: ApiStep): Call {
    const api = this.#api(step.on.host);
    const board = (node: string) => {
      const key = `${step.on.host} ${node}`;
      const known = this.#boards.get(key) ?? new Board(api, node);
      this.#boards.set(key, known);
      return known;
    };
    return new Call({ api, tasks: this.#tasks, calls: this.#calls, board }, id, step);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#apis.values()].map((api) => api.close()));
  }

  #api(name: string): Api {
    const api = this.#apis.get(name);
    if (!api) throw new HostError('unreachable', name, say({ en: 'this site has no server {name}', zh: '本站点没有服务器 {name}' }, { name }));
    return api;
  }
}
