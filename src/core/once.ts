import { attempt } from './attempt.ts';
import { Later, Robbed } from './errors.ts';
import type { Hosts, Journals, Locks, Log, Right, Tickets } from './ports.ts';
import { prove } from './prove.ts';
import type { Entry, Outcome, Step } from './types.ts';

/** What performing steps takes. */
export interface StepNeeds {
  readonly tickets: Tickets;
  readonly journals: Journals;
  readonly locks: Pick<Locks, 'robbed'>;
  readonly hosts: Pick<Hosts, 'exec' | 'wait' | 'recheck' | 'probe'>;
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
  /** Who said, since then (milliseconds since the epoch), to keep the change before it had proven itself, if anyone. */
  kept?(since: number): string | undefined;
  /** Aborted when this worker is to leave what runs to another. */
  readonly leave: AbortSignal;
}

/** The name under which a step is claimed on its host: the same for every attempt. */
export function claimId(ticket: string, round: number, step: number): string {
  return `${ticket}-${round}-${step}`;
}

/** What `always` steps are performed under: a cancel does not reach them. */
const NEVER = new AbortController().signal;

/** One step: intent, started, finished. Whoever comes after a crash finds the journal and asks the host what became of it. */
export async function once(step: Step, index: number, whole: Run, needs: StepNeeds): Promise<Outcome> {
  const run: Run = step.always ? { ...whole, stop: NEVER } : whole;
  const { journal } = await needs.journals.read(run.ticket, run.round);
  const entry = journal[index];
  if (entry?.state === 'finished') return entry.outcome;
  const write = (next: Entry) => record(index, next, run, needs);
  const outcome = await act(step, index, entry, write, run, needs);
  await write({ state: 'finished', at: Date.now(), outcome });
  return outcome;
}

/** Writes a line of the journal under the right to act; to begin something takes the locks, too, to tell what came of it does not. Throws when that was lost. */
export async function record(index: number, entry: Entry, run: Pick<Run, 'ticket' | 'round' | 'right' | 'held'>, needs: StepNeeds): Promise<void> {
  if (!run.held()) throw new Later(1000);
  const right = entry.state === 'intent' ? run.right : { ...run.right, locks: undefined };
  if (!(await needs.journals.write(run.ticket, run.round, index, entry, right))) {
    throw entry.state === 'intent' && (await needs.locks.robbed(run.ticket)) ? new Robbed() : new Later(1000);
  }
  await needs.changed();
}

async function act(step: Step, index: number, entry: Entry | undefined, write: (entry: Entry) => Promise<void>, run: Run, needs: StepNeeds): Promise<Outcome> {
  if (step.kind === 'desk') throw new Error('a step of the desk came to a worker');
  if (step.kind === 'exec' || step.kind === 'api') return attempt(step, claimId(run.ticket, run.round, index), entry, write, run, needs);
  if (!entry) await write({ state: 'intent', at: Date.now() });
  if (step.kind === 'prove') return prove(step, entry, write, run, needs);
  const outcome = await needs.hosts.wait(step, () => run.stop.aborted || run.leave.aborted || !run.held());
  if (outcome.kind === 'skipped' && !run.stop.aborted) throw new Later(run.leave.aborted ? 0 : 1000);
  return outcome;
}
