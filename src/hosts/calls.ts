import { HostError } from '../core/errors.ts';
import type { Argv, ExecStep, FileOn, Outcome } from '../core/types.ts';
import { say } from '../core/words.ts';
import { type Answer, parseAnswer } from './answer.ts';
import { followArgv, startArgv, stopArgv } from './script.ts';
import { secret } from './secret.ts';
import type { Exec, Ssh } from './ssh.ts';

/** Longest a step may take when it says nothing, in milliseconds. */
export const DEFAULT_LIMIT = 600_000;
/** Most bytes of an answer that leave the host; more than the runner prints. */
const CAP = 600_000;
/** How long a call may take beyond the time it was told to wait, in milliseconds. */
const SLACK = 30_000;
/** Seconds that a stopped step is given to end by itself, and that stopping it may take after that. */
const GRACE = 5;
const STOPPING = 25;

/** The runner was not there to answer: nothing was begun, and this is what came of it. */
export class Unanswered extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('the runner gave no answer');
    this.outcome = outcome;
  }
}

/** Reads a file of another host. Throws HostError. */
export type Fetch = (from: FileOn) => Promise<string>;

/** The calls to the runner about one step. All throw HostError `lost` when no whole answer came, and Unanswered. */
export class Calls {
  readonly limitMs: number;
  readonly #ssh: Ssh;
  readonly #id: string;
  readonly #step: ExecStep;
  readonly #fetch: Fetch;

  constructor(ssh: Ssh, id: string, step: ExecStep, fetch: Fetch) {
    this.#ssh = ssh;
    this.#id = id;
    this.#step = step;
    this.#fetch = fetch;
    this.limitMs = step.timeoutMs ?? DEFAULT_LIMIT;
  }

  /** The connection is no longer to be used: another takes its place. */
  get closed(): boolean {
    return this.#ssh.closed;
  }

  /** Begins it unless it has begun; answers when it has ended or after `hold` seconds. */
  async start(hold: number, may: () => boolean): Promise<Answer> {
    const { argv, stdin: given } = this.#step;
    const stdin = given === undefined || typeof given === 'string' ? (given ?? '') : 'host' in given ? await this.#fetch(given) : secret(given);
    const limit = Math.max(1, Math.ceil(this.limitMs / 1000));
    return this.#ask(startArgv({ id: this.#id, limit, from: 0, hold, stdin: Buffer.byteLength(stdin), argv }), hold, { stdin, lingers: true, may });
  }

  /** Answers with the output from a byte on, when it has ended or after `hold` seconds. */
  follow(from: number, hold: number): Promise<Answer> {
    return this.#ask(followArgv(this.#id, from, hold), hold, hold > 0 ? { lingers: true } : {});
  }

  stop(): Promise<Answer> {
    return this.#ask(stopArgv(this.#id, GRACE), GRACE + STOPPING, {});
  }

  lost(why: string): HostError {
    return lost(this.#step.on.host, why);
  }

  async #ask(argv: Argv, seconds: number, more: { readonly stdin?: string; readonly lingers?: true; readonly may?: () => boolean }): Promise<Answer> {
    const began = Date.now();
    const exec = await this.#ssh.exec(argv, { timeoutMs: seconds * 1000 + SLACK, cap: CAP, binary: true, ...more });
    if (exec.kind === 'lost' || exec.kind === 'timeout') throw this.lost(exec.kind === 'lost' ? exec.why : 'no answer came in time');
    const answer = parseAnswer(exec.stdout);
    if (answer) return answer;
    if (wasCut(exec)) throw this.lost('what answers was killed');
    const why = (exec.stderr || exec.stdout).trim().slice(0, 300);
    throw new Unanswered({ kind: 'exit', code: exec.kind === 'exit' && exec.code !== 0 ? exec.code : 70, output: why, ms: Date.now() - began });
  }
}

export function lost(host: string, why: string): HostError {
  return new HostError('lost', host, say({ en: 'the connection was lost: {why}', zh: '连接已丢失：{why}' }, { why }));
}

/** The runner was killed before it had answered: the step may go on without it. */
function wasCut(exec: Extract<Exec, { stdout: string }>): boolean {
  return exec.stdout.startsWith('hostler-run ') || exec.kind === 'signal' || (exec.kind === 'exit' && exec.code > 128);
}
