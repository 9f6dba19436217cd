import type { Entry, Outcome } from './types.ts';

/** What each step has come to, by its index in the plan; steps not begun have no entry. */
export type Journal = Readonly<Record<number, Entry>>;

/** The outcomes of a plan's steps in order; a step without an end counts as skipped. */
export function outcomes(journal: Journal, count: number): Outcome[] {
  return Array.from({ length: count }, (_, i) => {
    const entry = journal[i];
    return entry?.state === 'finished' ? entry.outcome : { kind: 'skipped' };
  });
}

/** Whether a step did what it was to do. */
export function isGood(outcome: Outcome): boolean {
  return outcome.kind === 'met' || (outcome.kind === 'exit' && outcome.code === 0) || (outcome.kind === 'task' && outcome.came !== 'error');
}

/** Whether nobody can say what a step did. */
export function isUnknown(outcome: Outcome): boolean {
  return outcome.kind === 'gone' || outcome.kind === 'unproven';
}
