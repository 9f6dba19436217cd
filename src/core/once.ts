import { HostError, Later, Robbed } from './errors.ts';
import { isUnknown, type Journal } from './journal.ts';
import type { Hosts, Journals, Locks, Log, Right, Tickets } from './ports.ts';
import type { Entry, Outcome, Seen, Step } from './types.ts';
import { say } from './words.ts';

/** What performing steps takes. */
export interface StepNeeds {
  readonly tickets: Tickets;
  readonly journals: Journals;
  readonly locks: Pick<Locks, 'robbed'>;
  readonly hosts: Pick<Hosts, 'exec' | 'wait' | 'recheck'>;
  readonly log: Log;
  /** Called after every line of the journal. */
  changed(): Promise<void>;
}

/** The run a step belongs to. */
export interface Run {
  readonly ticket: string;
  readonly round: number;
  readonly right: Right;
  /** False once the right to act was lost. */
  held(): boolean;
  /** Aborted when the request was cancelled. */
  readonly stop: AbortSignal;
  /** Aborted when this worker is to leave what runs to another. */
  readonly leave: AbortSignal;
}

/** How long a host that was lost in the middle of a step is asked again what became of it, in milliseconds; after that its outcome is unknown, and it is asked on. */
const PATIENCE = 300_000;

/** The name under which a step is claimed on its host: the same for every attempt. */
export function claimId(ticket: string, round: number, step: number): string {
  return `${ticket}-${round}-${step}`;
}

/** One step: intent, started, finished. Whoever comes after a crash finds the journal and asks the host what became of it. */
export async function once(step: Step, index: number, run: Run, needs: StepNeeds): Promise<Outcome> {
  const { journal } = await needs.journals.read(run.ticket, run.round);
  const entry = journal[index];
  if (entry?.state === 'finished') return entry.outcome;
  const write = (next: Entry) => record(index, next, run, needs);
  if (!entry) await write({ state: 'intent', at: Date.now() });
  const outcome = await act(step, index, entry, write, run, needs);
  await write({ state: 'finished', at: Date.now(), outcome });
  return outcome;
}

/** Writes a line of the journal under the right to act; to begin something takes the locks, too, to tell what came of it does not. Throws when that was lost. */
async function record(index: number, entry: Entry, run: Pick<Run, 'ticket' | 'round' | 'right' | 'held'>, needs: StepNeeds): Promise<void> {
  if (!run.held()) throw new Later(1000);
  const right = entry.state === 'intent' ? run.right : { ...run.right, locks: undefined };
  if (!(await needs.journals.write(run.ticket, run.round, index, entry, right))) {
    throw entry.state === 'intent' && (await needs.locks.robbed(run.ticket)) ? new Robbed() : new Later(1000);
  }
  await needs.changed();
}

async function act(step: Step, index: number, entry: Entry | undefined, write: (entry: Entry) => Promise<void>, run: Run, needs: StepNeeds): Promise<Outcome> {
  if (step.kind === 'desk') throw new Error('a step of the desk came to a worker');
  if (step.kind === 'exec') return exec(step, index, entry, write, run, needs);
  const outcome = await needs.hosts.wait(step, () => run.stop.aborted || run.leave.aborted || !run.held());
  if (outcome.kind === 'skipped' && !run.stop.aborted) throw new Later(run.leave.aborted ? 0 : 1000);
  return outcome;
}

async function exec(
  step: Extract<Step, { kind: 'exec' }>,
  index: number,
  entry: Entry | undefined,
  write: (entry: Entry) => Promise<void>,
  run: Run,
  needs: StepNeeds,
): Promise<Outcome> {
  const until = Date.now() + PATIENCE;
  const id = claimId(run.ticket, run.round, index);
  const progress = journalled(entry, write);
  let maybeBegun = entry !== undefined;
  for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
    const watch = { started: progress.started(), stop: run.stop, leave: run.leave, progress: progress.seen };
    try {
      return await needs.hosts.exec(id, step, watch);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      maybeBegun ||= error.trouble === 'lost' || progress.started();
      if (!maybeBegun && error.trouble !== 'busy') return { kind: 'unreachable', why: error.said };
      needs.log(`step ${id} on ${step.on.host}: asking again`, error.message);
      if (Date.now() > until) {
        const begun = progress.started() ? { begun: true as const } : {};
        return maybeBegun
          ? { kind: 'gone', why: say({ en: 'the host does not answer: {why}', zh: '主机没有回应：{why}' }, { why: error.said }), ...begun }
          : { kind: 'unreachable', why: error.said };
      }
      if (!run.held() || run.leave.aborted) throw new Later(run.leave.aborted ? 0 : 1000);
      await new Promise((resolve) => setTimeout(resolve, pause));
    } finally {
      await progress.settled();
    }
  }
}

/** The journal's lines about a step that runs: the first when the host has begun it, then ever more seldom, at most 5 % of the time it has taken. */
function journalled(entry: Entry | undefined, write: (entry: Entry) => Promise<void>) {
  const since = entry?.state === 'started' ? entry.since : (entry?.at ?? Date.now());
  let started = entry?.state === 'started';
  let last = 0;
  let writing: Promise<void> = Promise.resolve();
  return {
    started: () => started,
    settled: () => writing,
    seen(seen: Seen) {
      const now = Date.now();
      if (started && now - last < Math.min(30_000, Math.max(1000, (now - since) / 20))) return;
      started = true;
      last = now;
      // A line that could not be written is no harm: the end will be refused, too, if the right was lost.
      writing = writing.then(() => write({ state: 'started', at: now, since, seen })).catch(() => undefined);
    },
  };
}

/** Asks the hosts once more about steps whose outcome is unknown. Whether any of them is known now, or still runs and can be followed. */
export async function learn(
  journal: Journal,
  steps: readonly (readonly [number, Step])[],
  run: Omit<Run, 'stop'> & { stopping: boolean },
  needs: StepNeeds,
): Promise<boolean> {
  let learned = false;
  for (const [index, step] of steps) {
    const entry = journal[index];
    if (step.kind !== 'exec' || entry?.state !== 'finished' || !isUnknown(entry.outcome)) continue;
    try {
      const begun = entry.outcome.kind === 'unproven' || (entry.outcome.kind === 'gone' && entry.outcome.begun === true);
      const outcome = await needs.hosts.recheck(claimId(run.ticket, run.round, index), step, run.stopping, begun);
      if (outcome && isUnknown(outcome)) continue;
      const at = Date.now();
      await record(index, outcome ? { state: 'finished', at, outcome } : { state: 'intent', at }, run, needs);
      learned = true;
    } catch (error) {
      if (!(error instanceof HostError)) throw error; // it still does not answer
    }
  }
  return learned;
}
