import type { Given } from '../parameters.ts';
import type { Snapshot } from '../snapshot.ts';
import { periods } from '../time.ts';
import { KEEP } from './shared.ts';

/** What a prune makes of a snapshot. A protected one is kept and not counted. */
export type Mark = 'keep' | 'protected' | 'remove';

/** How many to keep, by `keep-last` and so on; what was not said is not there. */
export type Keep = { readonly [option: string]: number };

/** The keep options of a call, or of a job. */
export function keepOf(given: Pick<Given, 'number'>): Keep {
  return Object.fromEntries(Object.keys(KEEP).flatMap((name) => [[name, given.number(name) ?? 0] as const].filter(([, count]) => count > 0)));
}

/** The keep options as they would be typed. */
export function keepText(keep: Keep): string {
  return Object.entries(keep)
    .map(([name, count]) => `--${name} ${count}`)
    .join(' ');
}

/** Marks the snapshots of one group, the oldest first. With nothing to keep, all are kept. */
export function mark(group: readonly Snapshot[], keep: Keep): readonly { readonly snapshot: Snapshot; readonly mark: Mark; readonly keep: boolean }[] {
  const newest = group.toSorted((a, b) => b.time - a.time);
  const marks = new Map<Snapshot, Mark>();
  for (const name of Object.keys(KEEP)) {
    const count = keep[name];
    if (count !== undefined) select(newest, marks, count, (time) => periodOf(name, time));
  }
  const all = Object.keys(keep).length === 0;
  return newest.toReversed().map((snapshot) => {
    const made = snapshot.protected ? 'protected' : (marks.get(snapshot) ?? 'remove');
    return { snapshot, mark: made, keep: all || made !== 'remove' };
  });
}

/** The newest of each period, for so many periods that no rule before has covered. */
function select(newest: readonly Snapshot[], marks: Map<Snapshot, Mark>, count: number, period: (time: number) => string): void {
  const covered = new Set(newest.filter((one) => marks.get(one) === 'keep').map(({ time }) => period(time)));
  const taken = new Set<string>();
  for (const one of newest) {
    if (marks.has(one)) continue;
    if (one.protected) {
      marks.set(one, 'protected');
      continue;
    }
    const name = period(one.time);
    if (covered.has(name)) continue;
    if (taken.has(name)) marks.set(one, 'remove');
    else if (taken.size >= count) return;
    else {
      taken.add(name);
      marks.set(one, 'keep');
    }
  }
}

function periodOf(option: string, time: number): string {
  const all = periods(time);
  switch (option) {
    case 'keep-hourly':
      return all.hourly;
    case 'keep-daily':
      return all.daily;
    case 'keep-weekly':
      return all.weekly;
    case 'keep-monthly':
      return all.monthly;
    case 'keep-yearly':
      return all.yearly;
    default:
      return String(time);
  }
}
