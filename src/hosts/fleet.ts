import type { Host, Look } from '../core/command.ts';
import { HostError, Later } from '../core/errors.ts';
import type { Watch } from '../core/ports.ts';
import { isRead } from '../core/read.ts';
import type { Argv, ExecStep, Outcome, Read, WaitStep } from '../core/types.ts';
import { say } from '../core/words.ts';
import { DEFAULT_LIMIT } from './calls.ts';
import { expireSpools, perform, recheck } from './runner.ts';
import { type Access, type Exec, Ssh } from './ssh.ts';

/** Longest a look may take, in milliseconds, and most it may read, in bytes. */
const LOOK_MS = 10_000;
const LOOK_CAP = 1_048_576;

/** A host a worker can reach: how plans see it, how steps log in to it, and how looks do. */
export interface Reachable {
  readonly host: Host;
  readonly access: Access;
  readonly look?: Access;
}

/** The hosts of one site. Connections are opened when first used and shared by everything this worker does. */
export class Fleet {
  readonly #hosts: ReadonlyMap<string, Reachable>;
  readonly #connections = new Map<string, Ssh>();
  #closed = false;

  constructor(hosts: readonly Reachable[]) {
    this.#hosts = new Map(hosts.map((reachable) => [reachable.host.name, reachable]));
  }

  /** Read-only access to `hosts` for one plan. */
  look(hosts: readonly Host[], visible: readonly Host[], world: Pick<Look, 'self' | 'programs' | 'ticket'>): Look {
    const inLook = new Set(hosts.map((host) => host.name));
    return {
      hosts,
      ...world,
      find: (name) => visible.find((host) => host.name === name),
      now: () => Date.now(),
      read: async (host, read) => {
        if (!inLook.has(host.name)) throw new Error(`the plan may not look at ${host.name}`);
        if (!isRead(read)) throw new Error('look performs only reads made in src/tools');
        return this.#answer(host.name, read);
      },
    };
  }

  async #answer<T>(name: string, read: Read<T>): Promise<T> {
    const { access, look } = this.#reachable(name);
    const exec = await this.#ssh(look ?? access).exec(read.argv, { timeoutMs: LOOK_MS, cap: 2 * LOOK_CAP });
    const { stdout, code } = this.#checked(name, exec, read);
    try {
      return read.parse(stdout, code);
    } catch (error) {
      throw new HostError(
        'failed',
        name,
        say({ en: '{program} gave an answer that cannot be read', zh: '{program} 的输出无法解析' }, { program: read.argv[0] }),
        { cause: error },
      );
    }
  }

  #checked(name: string, exec: Exec, read: { readonly argv: Argv; readonly exits?: readonly number[] }): { stdout: string; code: number } {
    const program = read.argv[0];
    if (exec.kind === 'timeout')
      throw new HostError(
        'timeout',
        name,
        say({ en: '{program} did not answer within {s} s', zh: '{program} 在 {s} 秒内没有回应' }, { program, s: LOOK_MS / 1000 }),
      );
    if (exec.kind === 'lost') throw new HostError('lost', name, say({ en: 'the connection was lost', zh: '连接已丢失' }));
    if (exec.kind === 'signal')
      throw new HostError(
        'failed',
        name,
        say({ en: '{program} was killed by SIG{signal}', zh: '{program} 被信号 SIG{signal} 终止' }, { program, signal: exec.signal }),
      );
    if (exec.cut > 0 || exec.stdout.length > LOOK_CAP)
      throw new HostError('failed', name, say({ en: '{program} answered more than 1 MB', zh: '{program} 的输出超过 1 MB' }, { program }));
    if (exec.code !== 0 && !read.exits?.includes(exec.code)) {
      const why = (exec.stderr.trim() || exec.stdout.trim()).split('\n').at(-1)?.slice(0, 200) ?? '';
      throw new HostError(
        'failed',
        name,
        say({ en: '{program} failed (exit {code}): {why}', zh: '{program} 失败（退出码 {code}）：{why}' }, { program, code: exec.code, why }),
      );
    }
    return { stdout: exec.stdout || exec.stderr, code: exec.code };
  }

  /** Performs an exec step at most once, under this id; see `perform`. */
  async exec(id: string, step: ExecStep, watch: Watch): Promise<Outcome> {
    try {
      return await perform(this.#ssh(this.#reachable(step.on.host).access), id, step, watch);
    } catch (error) {
      if (this.#closed && error instanceof HostError) throw new Later(500); // a new configuration: it is followed with its hosts
      throw error;
    }
  }

  /** Asks once what became of an exec step; undefined while it runs. See `recheck`. */
  recheck(id: string, step: ExecStep, stopping: boolean, begun: boolean): Promise<Outcome | undefined> {
    return recheck(this.#ssh(this.#reachable(step.on.host).access), id, step, stopping, begun);
  }

  /** Forgets the steps that ended on a host at least so many days ago; how many. Throws HostError. */
  expire(host: string, days: number): Promise<number> {
    return expireSpools(this.#ssh(this.#reachable(host).access), host, days);
  }

  /** Waits until a read says what the step waits for. A host that cannot be asked is asked again until the time is over. */
  async wait(step: WaitStep, stopped: () => boolean): Promise<Outcome> {
    const { access, look } = this.#reachable(step.on.host);
    const began = Date.now();
    const limit = step.timeoutMs ?? DEFAULT_LIMIT;
    let last = '';
    while (!stopped()) {
      if (this.#closed) throw new Later(500); // a new configuration: the wait goes on with its hosts
      try {
        const exec = await this.#ssh(look ?? access).exec(step.read.argv, { timeoutMs: LOOK_MS, cap: 65_536 });
        last = this.#checked(step.on.host, exec, step.read).stdout.trim();
        if ('is' in step.until ? last === step.until.is : last !== step.until.isNot) return { kind: 'met', ms: Date.now() - began };
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        last = error.message;
      }
      if (Date.now() - began > limit) return { kind: 'timeout', afterMs: limit, output: last };
      await new Promise((resolve) => setTimeout(resolve, step.everyMs));
    }
    return { kind: 'skipped' };
  }

  #reachable(name: string): Reachable {
    const reachable = this.#hosts.get(name);
    if (!reachable) throw new HostError('unreachable', name, say({ en: 'this site has no host {name}', zh: '本站点没有主机 {name}' }, { name }));
    return reachable;
  }

  #ssh(access: Access): Ssh {
    const key = `${access.name} ${access.user}`;
    const known = this.#connections.get(key);
    if (known) return known;
    const ssh = new Ssh(access);
    this.#connections.set(key, ssh);
    return ssh;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#connections.values()].map((ssh) => ssh.close()));
  }
}
