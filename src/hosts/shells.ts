import { HostError } from '../core/errors.ts';
import type { Watch } from '../core/ports.ts';
import type { Argv, ExecStep, FileOn, Outcome, Probe, Probed, Read } from '../core/types.ts';
import { say } from '../core/words.ts';
import { type Answered, Answers } from './answers.ts';
import type { Reachable } from './fleet.ts';
import { expireSpools, perform, recheck } from './runner.ts';
import { remember, secret } from './secret.ts';
import { type Access, type Exec, Ssh } from './ssh.ts';

/** Longest a look may take, in milliseconds, and most it may read, in bytes. */
export const LOOK_MS = 10_000;
const LOOK_CAP = 1_048_576;
/** Most bytes of a file that is passed from one host to another. */
const FILE_CAP = 65_536;
/** Most bytes of what a wait reads. */
const WAIT_CAP = 65_536;

/** The hosts of one site that have a shell. Connections are opened when first used and shared by everything this worker does. */
export class Shells {
  readonly #hosts: ReadonlyMap<string, Reachable>;
  readonly #connections = new Map<string, Ssh>();
  readonly #answers = new Answers();

  constructor(hosts: readonly Reachable[]) {
    this.#hosts = new Map(hosts.map((reachable) => [reachable.host.name, reachable]));
  }

  /** Asks once, or takes an answer again that is young enough. Throws HostError. */
  async answer<T>(name: string, read: Read<T>, fresh = false): Promise<T> {
    const { stdout, code, at } = await this.#answers.take(name, read, fresh, () => this.#ask(name, read));
    try {
      return read.parse(stdout, code, at);
    } catch (error) {
      throw new HostError(
        'failed',
        name,
        say({ en: '{program} gave an answer that cannot be read', zh: '{program} 的输出无法解析' }, { program: read.argv[0] }),
        { cause: error },
      );
    }
  }

  async #ask(name: string, { stdin, anew, ...read }: Asked & Pick<Read<unknown>, 'stdin' | 'anew'>): Promise<Answered> {
    const { access, look } = this.#reachable(name);
    const input = stdin === undefined ? {} : { stdin: typeof stdin === 'string' ? stdin : secret(stdin) };
    const at = Date.now();
    const ssh = anew ? new Ssh(look ?? access) : this.#ssh(look ?? access);
    try {
      const exec = await ssh.exec(read.argv, { timeoutMs: LOOK_MS, cap: 2 * LOOK_CAP, ...input });
      return { ...checked(name, exec, read), at };
    } finally {
      if (anew) await ssh.close();
    }
  }

  /** Asks once whether a change holds, over a connection of its own where that is asked for. */
  async probe({ what, on, argv, is, over, fresh }: Probe): Promise<Probed> {
    try {
      const { access } = this.#reachable(on);
      const ssh = fresh === undefined ? this.#ssh(access) : new Ssh(typeof fresh === 'string' ? { ...access, address: fresh } : access);
      try {
        const { stdout } = checked(on, await ssh.exec(argv, { timeoutMs: LOOK_MS, cap: WAIT_CAP }), { argv });
        const said = stdout.trim();
        const good = is === undefined || said === is;
        return { what, good, said: good ? '' : said.slice(0, 200), ...(over !== undefined && said.startsWith(over) ? { over: true } : {}) };
      } finally {
        if (fresh !== undefined) await ssh.close();
      }
    } catch (error) {
      if (error instanceof HostError) return { what, good: false, said: error.said };
      throw error;
    }
  }

  /** What a wait waits for, as it is now: the read's trimmed output. Throws HostError. */
  async value(name: string, read: Asked): Promise<string> {
    const { access, look } = this.#reachable(name);
    return checked(name, await this.#ssh(look ?? access).exec(read.argv, { timeoutMs: LOOK_MS, cap: WAIT_CAP }), read).stdout.trim();
  }

  /** Performs an exec step at most once, under this id; see `perform`. */
  async exec(id: string, step: ExecStep, watch: Watch): Promise<Outcome> {
    this.#answers.forget(step.on.host);
    return perform(this.#ssh(this.#reachable(step.on.host).access), id, step, watch, (from) => this.#fetch(step.on.host, from));
  }

  /** A file of one host for a step on another. Nothing that is read leaves this process but to that step. Throws HostError in the name of the step's host. */
  async #fetch(on: string, { host, file }: FileOn): Promise<string> {
    const exec = await this.#ssh(this.#reachable(host).access)
      .exec(['head', '-c', String(FILE_CAP + 1), '--', file], { timeoutMs: LOOK_MS, cap: 4 * FILE_CAP })
      .catch((error: unknown) => {
        if (error instanceof HostError) return error;
        throw error;
      });
    const text = 'stdout' in exec && exec.kind === 'exit' && exec.code === 0 ? exec.stdout : '';
    if (text !== '') remember(text);
    if (text !== '' && Buffer.byteLength(text) <= FILE_CAP) return text;
    const why = exec instanceof HostError ? exec.said : say({ en: 'it cannot be read, is empty, or is too large', zh: '无法读取、为空或过大' });
    throw new HostError('failed', on, say({ en: '{file} of {host}: {why}', zh: '{host} 的 {file}：{why}' }, { file, host, why }));
  }

  /** Asks once what became of an exec step; undefined while it runs. See `recheck`. */
  async recheck(id: string, step: ExecStep, stopping: boolean, begun: boolean): Promise<Outcome | undefined> {
    return recheck(this.#ssh(this.#reachable(step.on.host).access), id, step, stopping, begun);
  }

  /** Forgets the steps that ended on a host at least so many days ago; how many. Throws HostError. */
  async expire(host: string, days: number): Promise<number> {
    return expireSpools(this.#ssh(this.#reachable(host).access), host, days);
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
    await Promise.all([...this.#connections.values()].map((ssh) => ssh.close()));
  }
}

interface Asked {
  readonly argv: Argv;
  readonly exits?: readonly number[];
}

function checked(name: string, exec: Exec, read: Asked): { stdout: string; code: number } {
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
