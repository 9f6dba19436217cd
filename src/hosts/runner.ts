import { HostError, Later } from '../core/errors.ts';
import type { Watch } from '../core/ports.ts';
import type { ExecStep, Outcome } from '../core/types.ts';
import { say } from '../core/words.ts';
import type { Answer } from './answer.ts';
import { Calls, type Fetch, lost, Unanswered } from './calls.ts';
import { outcomeOf } from './ended.ts';
import { Kept } from './kept.ts';
import { expireArgv } from './script.ts';
import type { Ssh } from './ssh.ts';

/** How long the host of a step that has begun may be silent, in milliseconds. */
const PATIENCE = 300_000;
/** How long beyond its limit a step may run before it is stopped from here, in milliseconds. */
const OVERDUE = 60_000;
/** Longest that looking for what is to be forgotten may take, in milliseconds. */
const EXPIRE_MS = 300_000;

/**
 * Performs a step at most once, or finds out what became of it. May be called again after any failure.
 * Throws HostError `lost` when the end could not be learned: call again; any other HostError: nothing was begun by this call.
 * Throws Later when `watch.leave` is aborted: the step runs on.
 */
export async function perform(ssh: Ssh, id: string, step: ExecStep, watch: Watch, fetch: Fetch = unfetched): Promise<Outcome> {
  const { stop, leave } = watch;
  if (leave.aborted) throw new Later(0);
  const over = new AbortController();
  const run = new Run(new Calls(ssh, id, step, fetch), over.signal);
  const ways: Promise<Outcome>[] = [
    aborted(leave, over.signal).then(() => {
      throw new Later(0);
    }),
  ];
  if (step.stop !== 'never') ways.push(aborted(stop, over.signal).then(() => run.stop()));
  if (step.stop === 'never' || !stop.aborted) ways.push(run.follow(watch));
  for (const way of ways) way.catch(() => undefined);
  try {
    return await Promise.race(ways);
  } finally {
    over.abort();
  }
}

/** Who only asks begins nothing. */
const unfetched: Fetch = () => Promise.reject(new Error('nothing is read for a step that is not begun'));

/** Asks once what became of a step; undefined while it runs. `stopping`: stops it, and proves that. `begun`: it is known to have begun; what is not, and has not, never will. Throws HostError. */
export async function recheck(ssh: Ssh, id: string, step: ExecStep, stopping: boolean, begun = true): Promise<Outcome | undefined> {
  const run = new Run(new Calls(ssh, id, step, unfetched), AbortSignal.abort());
  return stopping ? run.stop() : run.ask(begun);
}

/** Forgets steps that ended at least so many days ago; how many. Throws HostError. */
export async function expireSpools(ssh: Ssh, host: string, days: number): Promise<number> {
  const exec = await ssh.exec(expireArgv(days), { timeoutMs: EXPIRE_MS, cap: 1000 });
  const count = exec.kind === 'exit' ? /^expired (\d+)\n/.exec(exec.stdout)?.[1] : undefined;
  if (count === undefined) throw lost(host, exec.kind === 'exit' ? exec.stderr.trim() : exec.kind);
  return Number(count);
}

/** One step on its host, and what is known of it here. */
class Run {
  readonly #calls: Calls;
  readonly #over: AbortSignal;
  readonly #kept = new Kept();
  /** The host has answered before. */
  #heard = false;
  #stopping: Promise<Outcome> | undefined;
  #told: { readonly at: number; readonly size: number } | undefined;

  /** `over`: when it is aborted, nothing is asked a second time. */
  constructor(calls: Calls, over: AbortSignal) {
    this.#calls = calls;
    this.#over = over;
  }

  /** Begins it unless it has begun, and stays until its end. */
  async follow(watch: Watch): Promise<Outcome> {
    const first = watch.started ? () => this.#calls.follow(0, 0) : () => this.#calls.start(2, watch.held);
    let answer: Answer;
    try {
      answer = await first();
    } catch (error) {
      // No runner was there to begin it; unless an attempt before this one may have.
      if (error instanceof Unanswered && !watch.started && !watch.maybeBegun) return error.outcome;
      throw error instanceof Unanswered ? this.#calls.lost(error.message) : error;
    }
    this.#heard = true;
    watch.heard();
    if (answer.state === 'none' && !watch.started) throw this.#calls.lost('it was not begun');
    while (!this.#over.aborted) {
      this.#take(answer, watch);
      if (answer.state === 'stopped') return this.stop();
      const outcome = outcomeOf(answer, this.#kept, this.#calls.limitMs);
      if (outcome) return outcome;
      if (answer.ms > this.#calls.limitMs + OVERDUE) return this.#overdue();
      const { hold, pause } = rhythm(answer.ms);
      await sleep(pause, this.#over);
      answer = await this.#insist(() => this.#calls.follow(this.#kept.from, hold));
      watch.heard();
    }
    throw new Later(0);
  }

  /** Stops it, and proves that; or says how it had ended before. */
  stop(): Promise<Outcome> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** What became of it; undefined while it runs. */
  async ask(begun: boolean): Promise<Outcome | undefined> {
    const answer = await this.#insist(() => this.#calls.follow(this.#kept.from, 0));
    this.#kept.add(answer);
    if (answer.state === 'none' && !begun) {
      // Nothing is known to have begun, and nothing ever will: the claim is closed.
      const closed = await this.stop();
      return closed.kind === 'stopped' ? { kind: 'unreachable', why: say({ en: 'it was never begun', zh: '从未开始' }) } : closed;
    }
    return answer.state === 'stopped' ? this.stop() : outcomeOf(answer, this.#kept, this.#calls.limitMs);
  }

  async #stop(): Promise<Outcome> {
    const answer = await this.#insist(() => this.#calls.stop());
    const rest = await this.#insist(() => this.#calls.follow(this.#kept.from, 0));
    this.#kept.add(rest);
    const asked = answer.state === 'stopped' || answer.state === 'unproven';
    return outcomeOf(asked ? answer : rest, this.#kept, this.#calls.limitMs) ?? { kind: 'unproven', alive: [], output: this.#kept.text() };
  }

  /** Its watchdog did not end it. */
  async #overdue(): Promise<Outcome> {
    const outcome = await this.stop();
    return outcome.kind === 'stopped' ? { kind: 'timeout', afterMs: this.#calls.limitMs, output: outcome.output } : outcome;
  }

  #take(answer: Answer, watch: Watch): void {
    this.#kept.add(answer);
    if (answer.state === 'none') return;
    const { size } = answer;
    const now = Date.now();
    if (this.#told && (this.#told.size === size || now - this.#told.at < 1000)) return;
    this.#told = { at: now, size };
    watch.progress({ boot: answer.boot, size, tail: this.#kept.recent() });
  }

  /** Asks again, with growing pauses, as long as a host that has answered before is only lost. */
  async #insist(ask: () => Promise<Answer>): Promise<Answer> {
    const since = performance.now();
    for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
      try {
        const answer = await ask();
        this.#heard = true;
        return answer;
      } catch (error) {
        const problem = error instanceof Unanswered ? this.#calls.lost(error.message) : error;
        if (!(problem instanceof HostError) || problem.trouble === 'key' || problem.trouble === 'auth') throw problem;
        if (!this.#heard || this.#over.aborted || this.#calls.closed) throw problem;
        if (performance.now() - since > PATIENCE) throw problem.trouble === 'lost' ? problem : this.#calls.lost(problem.message);
        await sleep(pause, this.#over);
      }
    }
  }
}

/** How long the next call waits on the host, in seconds, and how long before it is made, in milliseconds, when the step has run so long. */
function rhythm(ms: number): { readonly hold: number; readonly pause: number } {
  if (ms < 20_000) return { hold: 2, pause: 0 };
  if (ms < 60_000) return { hold: 5, pause: 0 };
  return { hold: 0, pause: Math.min(5000, Math.max(1000, ms * 0.02)) };
}

/** Waits until a signal is aborted; for ever when `over` comes first. */
function aborted(signal: AbortSignal, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { signal: over });
  });
}

function sleep(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms === 0 || over.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      over.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    over.addEventListener('abort', done);
  });
}
