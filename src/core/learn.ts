import { HostError } from './errors.ts';
import { isUnknown, type Journal } from './journal.ts';
import { claimId, type Run, record, type StepNeeds } from './once.ts';
import type { ApiStep, Entry, ExecStep, Step } from './types.ts';

/** What learning takes to know of the run; `stopping`: it was cancelled. */
export type Learning = Omit<Run, 'stop'> & { readonly stopping: boolean };

/** Asks the hosts once more about steps whose outcome is unknown. Whether nothing is unknown any more: all is known, or runs and can be followed. */
export async function learn(journal: Journal, steps: readonly (readonly [number, Step])[], run: Learning, needs: StepNeeds): Promise<boolean> {
  let left = 0;
  let learned = false;
  for (const [index, step] of steps) {
    const entry = journal[index];
    if ((step.kind !== 'exec' && step.kind !== 'api') || entry?.state !== 'finished' || !isUnknown(entry.outcome)) continue;
    const now = await ask(index, step, entry, run, needs);
    if (now) learned = true;
    else left++;
  }
  // What an attempt before this one has learned, and could not tell any more, is in the journal: then nothing is left here.
  return learned || left === 0;
}

async function ask(
  index: number,
  step: ExecStep | ApiStep,
  { outcome }: Extract<Entry, { state: 'finished' }>,
  run: Learning,
  needs: StepNeeds,
): Promise<boolean> {
  const begun = outcome.kind === 'unproven' || (outcome.kind === 'gone' && outcome.begun === true);
  // Past the point of no return nothing is stopped, and what is done whatever happens is not either.
  const stopping = run.stopping && step.stop !== 'never' && !step.always;
  try {
    const now = await needs.hosts.recheck(claimId(run.ticket, run.round, index), step, stopping, begun);
    if (now && isUnknown(now)) return false;
    const at = Date.now();
    const seen = { boot: '-', size: 0, tail: '' };
    await record(index, now ? { state: 'finished', at, outcome: now } : { state: 'started', at, since: at, seen }, run, needs);
    return true;
  } catch (error) {
    if (error instanceof HostError) return false; // it still does not answer
    throw error;
  }
}
