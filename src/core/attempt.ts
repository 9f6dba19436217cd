import { HostError, Later, Robbed } from './errors.ts';
import type { Run, StepNeeds } from './once.ts';
import { classifyText } from './pveerror.ts';
import type { ApiStep, Before, Entry, ExecStep, Outcome, Seen } from './types.ts';
import { say } from './words.ts';

/** How long a host that cannot be reached before a step was begun is tried again, in milliseconds: it may be in the middle of a restart. */
const TRIES = 15_000;
/** How long a host that was lost in the middle of a step may be silent, in milliseconds; after that its outcome is unknown, and it is asked on. */
const PATIENCE = 300_000;

/** How often an API step is called again when its task ended with nothing but that something was busy, and the pause before, in milliseconds. */
const BUSY_TRIES = 2;
const BUSY_PAUSE = 3000;

type Write = (entry: Entry) => Promise<void>;

/** Performs a step at most once, as often as its host has to be asked. Throws Later, and Robbed when it may not begin and has not. */
export async function attempt(step: ExecStep | ApiStep, id: string, entry: Entry | undefined, write: Write, run: Run, needs: StepNeeds): Promise<Outcome> {
  const seen = journalled(entry, write);
  const began = performance.now();
  let maybeBegun = entry !== undefined;
  let before = entry?.state === 'intent' ? entry.before : undefined;
  let busy = 0;
  let spent: Outcome | undefined;
  for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
    try {
      const outcome = await askOnce();
      if (step.kind === 'api' && busy < BUSY_TRIES && wasBusy(outcome) && !run.stop.aborted) {
        busy++;
        spent = outcome;
        await pausing(BUSY_PAUSE * busy);
        if (!run.held() || run.leave.aborted) throw new Later(run.leave.aborted ? 0 : 1000);
        seen.anew();
        maybeBegun = false;
        before = undefined;
        continue;
      }
      return outcome.kind === 'gone' && seen.started() ? { ...outcome, begun: true } : outcome;
    } catch (error) {
      if (error instanceof Robbed && spent) return spent; // it was called before, and that is how it ended
      if (!(error instanceof HostError)) throw error;
      maybeBegun ||= error.trouble === 'lost' || seen.started();
      const passing = error.trouble === 'busy' || ((error.trouble === 'unreachable' || error.trouble === 'timeout') && performance.now() - began < TRIES);
      if (!maybeBegun && !passing) return { kind: 'unreachable', why: error.said };
      if (!maybeBegun && run.stop.aborted) return spent ?? { kind: 'skipped' };
      needs.log(`step ${id} on ${step.on.host}: asking again`, error.message);
      if (performance.now() - Math.max(began, seen.heardAt()) > PATIENCE)
        return maybeBegun ? silent(error, seen.started()) : { kind: 'unreachable', why: error.said };
      if (!run.held() || run.leave.aborted) throw new Later(run.leave.aborted ? 0 : 1000);
      await pausing(pause);
    } finally {
      await seen.settled();
    }
  }

  /** Asks the host to begin it, under a right that is proven anew every time; or only what became of it, where it may not begin any more. */
  async function askOnce(): Promise<Outcome> {
    const { progress, heard } = seen;
    const task = seen.task();
    const known = { ...(before ? { before } : {}), ...(task === undefined ? {} : { task }) };
    const watch = { started: seen.started(), maybeBegun, stop: run.stop, leave: run.leave, held: run.held, progress, heard, intend, ...known };
    if (watch.started) return needs.hosts.exec(id, step, watch);
    const tooLate = step.stop === 'never' && run.stop.aborted;
    try {
      if (!tooLate) {
        // What is called by an API is intended when it is known how things were before.
        if (step.kind === 'exec') await intend();
        return await needs.hosts.exec(id, step, watch);
      }
    } catch (error) {
      if (!(error instanceof Robbed) || !maybeBegun) throw error;
    }
    // It may not begin any more. Whether it has is known to the host alone, which now sees to it that it never will.
    const came = await needs.hosts.recheck(id, step, false, false);
    if (came === undefined) return needs.hosts.exec(id, step, { ...watch, started: true });
    return tooLate && came.kind === 'unreachable' ? { kind: 'skipped' } : came;
  }

  async function intend(now?: Before): Promise<void> {
    before = now;
    await write({ state: 'intent', at: entry?.at ?? began, ...(now ? { before: now } : {}) });
    if (!run.held()) throw new Later(1000); // it may have been a long time until the line was written
  }
}

const pausing = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A lock file, or a lock of the cluster's: who says it in the middle of something says what that was before it. */
const WAITED = /^(can't lock file '[^']*' - got timeout|(error with cfs lock '[^']*': |cfs-lock '[^']*' error: )?got lock request timeout)$/;

/** It ended with exactly the words that something else was at work: nothing of it was done. */
function wasBusy(outcome: Outcome): boolean {
  if (outcome.kind !== 'task' || outcome.came !== 'error') return false;
  const { kind } = classifyText(outcome.said).fault;
  return (kind === 'flockTimeout' && WAITED.test(outcome.said)) || kind === 'workerFailed';
}

function silent({ said }: HostError, begun: boolean): Outcome {
  return { kind: 'gone', why: say({ en: 'the host does not answer: {why}', zh: '主机没有回应：{why}' }, { why: said }), ...(begun ? { begun: true } : {}) };
}

/** The journal's lines about a step that runs: the first when the host has begun it, then ever more seldom, at most 5 % of the time it has taken. */
function journalled(entry: Entry | undefined, write: Write) {
  const since = entry?.state === 'started' ? entry.since : (entry?.at ?? Date.now());
  let started = entry?.state === 'started';
  let task = entry?.state === 'started' ? entry.seen.task : undefined;
  let last = 0;
  let heardAt = 0;
  let writing: Promise<void> = Promise.resolve();
  return {
    started: () => started,
    task: () => task,
    /** It is begun another time. */
    anew() {
      started = false;
      task = undefined;
    },
    heardAt: () => heardAt,
    settled: () => writing,
    heard() {
      heardAt = performance.now();
    },
    progress(seen: Seen) {
      const now = Date.now();
      if (started && task === seen.task && now - last < Math.min(30_000, Math.max(1000, (now - since) / 20))) return;
      started = true;
      task = seen.task;
      last = now;
      // A line that could not be written is no harm: the end will be refused, too, if the right was lost.
      writing = writing.then(() => write({ state: 'started', at: now, since, seen })).catch(() => undefined);
    },
  };
}
