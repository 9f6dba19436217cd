import type { Host, Look } from '../core/command.ts';
import { HostError, Later } from '../core/errors.ts';
import type { Watch, World } from '../core/ports.ts';
import { isRead } from '../core/read.ts';
import type { ApiRead, ApiStep, ExecStep, Outcome, Probe, Probed, Read, Until, WaitStep } from '../core/types.ts';
import { DEFAULT_LIMIT } from './calls.ts';
import { type ApiReachable, Servers, type ServersOptions } from './servers.ts';
import { Shells } from './shells.ts';
import type { Access } from './ssh.ts';

/** A host a worker can reach: how plans see it, how steps log in to it, and how looks do. */
export interface Reachable {
  readonly host: Host;
  readonly access: Access;
  readonly look?: Access;
}

/** The hosts of one site: those with a shell, and those with an API. Connections are opened when first used and shared by everything this worker does. */
export class Fleet {
  readonly #shells: Shells;
  readonly #servers: Servers;
  #closed = false;

  constructor(hosts: readonly Reachable[], servers: readonly ApiReachable[] = [], options?: ServersOptions) {
    this.#shells = new Shells(hosts);
    this.#servers = new Servers(servers, options);
  }

  /** Read-only access to `hosts` for one plan. */
  look(hosts: readonly Host[], visible: readonly Host[], { clusters, fresh, ...world }: World): Look {
    const inLook = new Set([...hosts, ...clusters].map((host) => host.name));
    return {
      hosts,
      ...world,
      clusterOf: ({ node }) => clusters.find((host) => host.name === node?.cluster),
      find: (name) => visible.find((host) => host.name === name),
      now: () => Date.now(),
      read: async <T>(host: Host, read: Read<T> | ApiRead<T>): Promise<T> => {
        if (!inLook.has(host.name)) throw new Error(`the plan may not look at ${host.name}`);
        if (!isRead(read)) throw new Error('look performs only reads made in src/tools');
        return 'argv' in read ? this.#shells.answer(host.name, read, fresh) : this.#servers.answer(host.name, read);
      },
    };
  }

  /** Performs a step at most once, under this id; see `perform` and `Call`. */
  async exec(id: string, step: ExecStep | ApiStep, watch: Watch): Promise<Outcome> {
    try {
      return await (step.kind === 'exec' ? this.#shells.exec(id, step, watch) : this.#servers.exec(id, step, watch));
    } catch (error) {
      if (this.#closed && error instanceof HostError) throw new Later(500); // a new configuration: it is followed with its hosts
      throw error;
    }
  }

  /** Asks once what became of a step; undefined while it runs. See `recheck`. */
  async recheck(id: string, step: ExecStep | ApiStep, stopping: boolean, begun: boolean): Promise<Outcome | undefined> {
    return step.kind === 'exec' ? this.#shells.recheck(id, step, stopping, begun) : this.#servers.recheck(id, step, stopping, begun);
  }

  /** Forgets the steps that ended on a host at least so many days ago; how many. Throws HostError. */
  expire(host: string, days: number): Promise<number> {
    return this.#shells.expire(host, days);
  }

  /** Waits until a read says what the step waits for. A host that cannot be asked is asked again until the time is over. */
  async wait(step: WaitStep, stopped: () => boolean): Promise<Outcome> {
    const began = performance.now();
    const limit = step.timeoutMs ?? DEFAULT_LIMIT;
    let last = '';
    while (!stopped()) {
      if (this.#closed) throw new Later(500); // a new configuration: the wait goes on with its hosts
      try {
        last = await ('argv' in step.read ? this.#shells.value(step.on.host, step.read) : this.#servers.value(step.on.host, step.read));
        if (isOver(step.until, last)) return { kind: 'met', ms: Math.round(performance.now() - began) };
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        if ('silent' in step.until && ['unreachable', 'timeout'].includes(error.trouble)) return { kind: 'met', ms: Math.round(performance.now() - began) };
        last = error.message;
      }
      if (performance.now() - began > limit) return { kind: 'timeout', afterMs: limit, output: last };
      await new Promise((resolve) => setTimeout(resolve, step.everyMs));
    }
    return { kind: 'skipped' };
  }

  /** Asks a host once whether a change holds. */
  async probe(probe: Probe): Promise<Probed> {
    const probed = await this.#shells.probe(probe);
    if (this.#closed) throw new Later(500); // a new configuration: it is asked over its connections
    return probed;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#shells.close(), this.#servers.close()]);
  }
}

function isOver(until: Until, last: string): boolean {
  if ('silent' in until) return false;
  return 'is' in until ? last === until.is : last !== until.isNot;
}
