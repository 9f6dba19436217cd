import type { Happened } from './faults.ts';
import type { Played } from './play.ts';
import type { FaultKind } from './schedule.ts';

/** Faults after which something has to be found again. */
const HARMLESS = ['none', 'repeats'];

/** How long people waited for a sign of life after a fault. */
export interface Wait {
  readonly kind: FaultKind;
  readonly ms: number;
  /** Whether nothing else went wrong before: else what they waited for may be due to that. */
  readonly alone: boolean;
}

/**
 * How long it took, after each fault, until people saw life again: from the end of the fault (what was killed was started again, the
 * network was whole again) until the first change of a card whose request was in the middle of running when the fault began. A fault
 * into whose wait another one falls gives no sample: the other one does.
 */
export function reattached(requests: readonly Pick<Played, 'changes'>[], faults: readonly Happened[]): Wait[] {
  const harmful = faults.filter(({ kind }) => !HARMLESS.includes(kind));
  return requests.flatMap(({ changes }) =>
    harmful.flatMap((fault) => {
      const before = changes.findLast(({ at }) => at < fault.begin);
      const after = changes.find(({ at }) => at >= fault.end);
      if (!after || (before?.state !== 'running' && before?.state !== 'cancelling')) return [];
      const disturbed = harmful.some((other) => other !== fault && other.begin < after.at && other.end > fault.end);
      const alone = !harmful.some((other) => other !== fault && other.begin < after.at);
      return disturbed ? [] : [{ kind: fault.kind, ms: after.at - fault.end, alone }];
    }),
  );
}

/** How values spread, in milliseconds; null of none. */
export interface Spread {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly samples: number;
}

/** The median, the value below which 95 in 100 lie, and the largest. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  return { p50: at(0.5), p95: at(0.95), max: at(1), samples: sorted.length };
}

/** How often each name occurs. */
export function tally(names: readonly string[]): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of [...names].sort()) counted[name] = (counted[name] ?? 0) + 1;
  return counted;
}
