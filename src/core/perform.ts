import { HostError, Later } from './errors.ts';
import { isGood, isUnknown } from './journal.ts';
import type { Hosts, Journals, Log, Tickets } from './ports.ts';
import type { Ending } from './ticket.ts';
import type { Outcome, Plan, Step } from './types.ts';
import { say } from './words.ts';

/** What performing steps takes. */
export interface Performer {
  readonly tickets: Tickets;
  readonly journals: Journals;
  readonly hosts: Pick<Hosts, 'exec' | 'wait'>;
  readonly log: Log;
}

/** How long a host that was lost in the middle of a step is asked again what became of it, beyond the step's own limit, in milliseconds. */
const PATIENCE = 300_000;
/** Targets worked on at once, per site. */
const ABREAST = 20;

/** The name under which a step is claimed on its host: the same for every attempt. */
export function claimId(ticket: string, round: number, step: number): string {
  return `${ticket}-${round}-${step}`;
}

/**
 * Performs steps of one wave at one site, targets side by side, steps on one target in order, each at most once.
 * Throws Later when the right to act was lost: the journal tells the next attempt where to go on.
 */
export async function performSteps(
  plan: Plan,
  indexes: readonly number[],
  round: number,
  ticket: string,
  held: () => boolean,
  needs: Performer & { changed(): Promise<void> },
): Promise<Ending> {
  const byHost = Map.groupBy(indexes, (i) => plan.steps[i]?.on.host ?? '');
  const line = [...byHost.values()];
  const outcomes: Outcome[] = [];
  let stopped = false;
  let final = false;
  const isStopped = async () => {
    if (!stopped && !final) stopped = (await needs.tickets.get(ticket))?.state === 'cancelling';
    return stopped;
  };
  const watch = setInterval(() => isStopped().catch(() => undefined), 1000); // a cancel is noticed during a long wait, too
  const work = async () => {
    for (let own = line.shift(); own; own = line.shift()) {
      let failed: boolean = false;
      for (const i of own) {
        const step = plan.steps[i];
        if (!step) continue;
        const skip: boolean = (failed || (await isStopped())) && !step.always;
        const outcome: Outcome = skip ? { kind: 'skipped' } : await once(step, i, { round, ticket, held, isStopped: () => stopped }, needs);
        if (step.stop === 'never' && !skip) final = true;
        outcomes.push(outcome);
        failed ||= !isGood(outcome);
      }
    }
  };
  try {
    // All come to rest before the locks are let go, also when one cannot go on.
    const ends = await Promise.allSettled(Array.from({ length: ABREAST }, work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  } finally {
    clearInterval(watch);
  }
  if (outcomes.some(isUnknown)) return 'unknown';
  if (outcomes.some((outcome) => !isGood(outcome) && outcome.kind !== 'skipped')) return 'failed';
  return outcomes.some((outcome) => outcome.kind === 'skipped') ? 'stopped' : 'done';
}

interface Once {
  readonly round: number;
  readonly ticket: string;
  held(): boolean;
  isStopped(): boolean;
}

/** One step: intent, act, finished. Whoever comes after a crash finds the intent and asks the host what became of it. */
async function once(step: Step, index: number, run: Once, needs: Performer & { changed(): Promise<void> }): Promise<Outcome> {
  const { journal } = await needs.journals.read(run.ticket, run.round);
  const entry = journal[index];
  if (entry?.state === 'finished') return entry.outcome;
  if (!run.held()) throw new Later(1000);
  if (!entry) {
    await needs.journals.write(run.ticket, run.round, index, { state: 'intent', at: Date.now() });
    await needs.changed();
  }
  const outcome =
    step.kind === 'wait' ? await needs.hosts.wait(step, () => run.isStopped() || !run.held()) : await exec(step, index, run, entry !== undefined, needs);
  if (!run.held()) throw new Later(1000);
  await needs.journals.write(run.ticket, run.round, index, { state: 'finished', at: Date.now(), outcome });
  await needs.changed();
  return outcome;
}

async function exec(step: Extract<Step, { kind: 'exec' }>, index: number, run: Once, before: boolean, needs: Performer): Promise<Outcome> {
  const until = Date.now() + (step.timeoutMs ?? 0) + PATIENCE;
  let maybeBegun = before;
  for (let pause = 200; ; pause = Math.min(pause * 2, 5000)) {
    try {
      return await needs.hosts.exec(claimId(run.ticket, run.round, index), step);
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      maybeBegun ||= error.trouble === 'lost';
      if (!maybeBegun && error.trouble !== 'busy') return { kind: 'unreachable', why: error.said };
      needs.log(`step ${claimId(run.ticket, run.round, index)} on ${step.on.host}: asking again`, error.message);
      if (Date.now() > until)
        return maybeBegun
          ? { kind: 'gone', why: say({ en: 'the host did not come back to say', zh: '主机没有恢复，无法得知结果' }) }
          : { kind: 'unreachable', why: error.said };
      if (!run.held()) throw new Later(1000);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
