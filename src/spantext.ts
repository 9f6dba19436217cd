import { BUCKETS, SPANS } from './core/metrics.ts';
import type { Counted } from './store/counts.ts';

/** Spans that were measured, as histograms in the text format: the buckets are kept apart from each other, and are added up here. */
export function spanText(all: readonly Counted[]): string {
  const lines = Object.entries(SPANS).flatMap(([name, help]) => {
    const mine = all.filter((one) => one.name === name);
    const within = (le: string) => mine.find(({ labels }) => labels.le === le)?.value ?? 0;
    let count = 0;
    const buckets = [...BUCKETS.map(String), '+Inf'].map((le) => {
      count += within(le);
      return `${name}_bucket{le="${le}"} ${count}`;
    });
    const sum = mine.find(({ labels }) => labels.le === undefined)?.value ?? 0;
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...buckets, `${name}_sum ${sum}`, `${name}_count ${count}`];
  });
  return `${lines.join('\n')}\n`;
}
