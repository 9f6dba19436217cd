import type { Came } from './perform.ts';
import type { Journals, Locks } from './ports.ts';
import type { DeskStep, Outcome, Plan } from './types.ts';
import { say } from './words.ts';

/** Performs the desk's own steps of a wave. May be called again: each of them does nothing where it was done before. */
export async function atDesk(
  plan: Plan,
  wave: number,
  run: { readonly ticket: string; readonly round: number },
  needs: { readonly journals: Journals; readonly locks: Pick<Locks, 'robbed' | 'steal'> },
): Promise<Came> {
  const { journal } = await needs.journals.read(run.ticket, run.round);
  let failed = 0;
  for (const [i, step] of plan.steps.entries()) {
    if (step.kind !== 'desk' || (step.wave ?? 1) !== wave) continue;
    const before = journal[i];
    const outcome = before?.state === 'finished' ? before.outcome : await act(step, before !== undefined, needs.locks, () => intend(i));
    if (before?.state !== 'finished') await needs.journals.write(run.ticket, run.round, i, { state: 'finished', at: Date.now(), outcome });
    if (outcome.kind !== 'met') failed = 1;
  }
  return { ending: failed === 0 ? 'done' : 'failed', failed };

  async function intend(step: number): Promise<void> {
    await needs.journals.write(run.ticket, run.round, step, { state: 'intent', at: Date.now() });
  }
}

/** `before`: it was intended before, so that what is gone now was taken away by that attempt. */
async function act(step: DeskStep, before: boolean, locks: Pick<Locks, 'robbed' | 'steal'>, intend: () => Promise<void>): Promise<Outcome> {
  const { lock, from, token } = step.act.steal;
  if (!before) await intend();
  const stolen = await locks.steal(lock, from, token);
  // Another attempt at the same may have been faster.
  if (stolen || before || (await locks.robbed(from))) return { kind: 'met', ms: 0 };
  return { kind: 'unreachable', why: say({ en: '{from} does not hold it any more', zh: '{from} 已不再占用它' }, { from }) };
}
