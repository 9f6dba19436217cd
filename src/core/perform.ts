import { Later, Robbed } from './errors.ts';
import { isGood, isUnknown, type Journal } from './journal.ts';
import { once, type Run, type StepNeeds } from './once.ts';
import type { Ending } from './ticket.ts';
import type { Outcome, Plan, Step } from './types.ts';

/** Targets worked on at once, per site. */
const ABREAST = 20;

/** What a site's steps of one wave came to. `failed`: hosts that failed. */
export interface Came {
  readonly ending: Ending;
  readonly failed: number;
}

/** How steps are to be performed. */
export interface How extends Omit<Run, 'stop'> {
  /** How many more hosts may fail before no other host is begun. */
  readonly mayFail: number;
  /** What attempts before this one began and ended. */
  readonly journal: Journal;
}

/**
 * Performs steps of one wave at one site, targets side by side, steps on one target in order, each at most once.
 * Throws Later when the right to act was lost or the worker is to leave: the journal tells the next attempt where to go on.
 */
export async function performSteps(plan: Plan, indexes: readonly number[], how: How, needs: StepNeeds): Promise<Came> {
  const line = [...Map.groupBy(indexes, (i) => plan.steps[i]?.on.host ?? '')];
  const outcomes: Outcome[] = [];
  // Known from the start: another attempt must not begin hosts that this one would not have begun.
  const bad = new Set(line.flatMap(([host, own]) => (own.some((i) => endedBadly(how.journal, i)) ? [host] : [])));
  const cancelled = watchForCancel(how.ticket, needs);
  const run = { ...how, stop: cancelled.signal, kept: cancelled.kept };
  const work = async () => {
    for (let next = line.shift(); next; next = line.shift()) {
      const [host, own] = next;
      const halted = bad.size > how.mayFail && !own.some((i) => i in how.journal);
      const came: Outcome[] = halted ? [{ kind: 'skipped' }] : await onOneHost(own, plan, run, cancelled.isStopped, needs);
      outcomes.push(...came);
      if (came.some(isBad)) bad.add(host);
    }
  };
  try {
    // All come to rest before this ends, also when one cannot go on.
    const ends = await Promise.allSettled(Array.from({ length: ABREAST }, work));
    const troubles = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    const others = troubles.filter((trouble) => !(trouble instanceof Robbed));
    if (others.length > 0) throw others.find((trouble) => !(trouble instanceof Later)) ?? others[0];
    if (troubles.length > 0 && !outcomes.some(isUnknown)) return { ending: 'robbed', failed: bad.size };
  } finally {
    cancelled.end();
  }
  return { ending: endingOf(outcomes), failed: bad.size };
}

function endingOf(outcomes: readonly Outcome[]): Ending {
  if (outcomes.some(isUnknown)) return 'unknown';
  if (outcomes.some(isBad)) return 'failed';
  return outcomes.some((outcome) => outcome.kind === 'skipped' || outcome.kind === 'stopped') ? 'stopped' : 'done';
}

function isBad(outcome: Outcome): boolean {
  return !isGood(outcome) && outcome.kind !== 'skipped' && outcome.kind !== 'stopped';
}

function endedBadly(journal: Journal, step: number): boolean {
  const entry = journal[step];
  return entry?.state === 'finished' && isBad(entry.outcome);
}

function isOfApi(step: Step): boolean {
  return step.kind === 'api' || (step.kind === 'wait' && 'path' in step.read);
}

async function onOneHost(
  own: readonly number[],
  plan: Plan,
  run: Run & Pick<How, 'journal'>,
  isStopped: () => Promise<boolean>,
  needs: StepNeeds,
): Promise<Outcome[]> {
  const came: Outcome[] = [];
  // A cluster is one host with many guests: what fails on one of them does not end the others.
  const over = new Set<string>();
  for (const i of own) {
    const step = plan.steps[i];
    if (!step) continue;
    // What was begun by an attempt before this one is brought to its end, on cancel too: by stopping it.
    const target = isOfApi(step) ? (step.on.name ?? '') : '';
    const stopped = await isStopped();
    const always = step.always === 'cancelled' ? stopped : step.always;
    const skip: boolean = (over.has(target) || over.has('') || stopped || step.always === 'cancelled') && !always && !(i in run.journal);
    if (skip && step.always === 'cancelled') continue; // there was nothing to take back
    const outcome: Outcome = skip ? { kind: 'skipped' } : await once(step, i, run, needs);
    came.push(outcome);
    if (isUnknown(outcome)) break; // what comes after waits until it is known
    if (!isGood(outcome)) over.add(target);
  }
  return came;
}

/** How often it is looked whether the request was cancelled, in milliseconds; also during a long step. */
const LOOK_EVERY = 500;

function watchForCancel(ticket: string, { tickets }: StepNeeds) {
  const stop = new AbortController();
  let kept: { readonly by: string; readonly at: number } | undefined;
  const isStopped = async () => {
    if (stop.signal.aborted) return true;
    const now = await tickets.get(ticket);
    if (now?.state === 'running') kept = now.kept;
    if (now?.state === 'cancelling') stop.abort();
    return stop.signal.aborted;
  };
  const timer = setInterval(() => isStopped().catch(() => undefined), LOOK_EVERY);
  return { signal: stop.signal, isStopped, kept: (since: number) => (kept && kept.at >= since ? kept.by : undefined), end: () => clearInterval(timer) };
}
