import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { number, rows, text } from './fields.ts';

/** What pruning would do with a backup. `renamed`: its name is not one of vzdump's, so it stays. */
export interface Mark {
  readonly volid: string;
  readonly mark: 'keep' | 'remove' | 'protected' | 'renamed';
  readonly at: number;
  readonly vmid: number | undefined;
}

const UNITS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
/** How many backups to keep, by unit of time; what is left out keeps none for its sake. */
export type Keeping = { readonly [unit in (typeof UNITS)[number]]?: number | undefined };

/** `keep-last=3,keep-daily=7`; empty when nothing is asked to be kept. */
export function keepText(keeping: Keeping): string {
  return UNITS.flatMap((unit) => (keeping[unit] === undefined ? [] : [`keep-${unit}=${keeping[unit]}`])).join(',');
}

/** The same as parameters of a backup server. */
export function keepParams(keeping: Keeping): { [name: string]: number } {
  return Object.fromEntries(UNITS.flatMap((unit) => (keeping[unit] === undefined ? [] : [[`keep-${unit}`, keeping[unit]]])));
}

/** What `--keep-last`, `--keep-daily` … asked for. */
export function keepingOf(options: { readonly [name: string]: unknown }): Keeping {
  return Object.fromEntries(
    UNITS.flatMap((unit) => {
      const n = options[`keep-${unit}`];
      return typeof n === 'number' ? [[unit, n]] : [];
    }),
  );
}

/** A dry run: `GET /nodes/{node}/storage/{storage}/prunebackups`. */
export function pruneMarks(node: string, storage: string, keep: string, vmid?: number): ApiRead<Mark[]> {
  return readApi({
    path: apiPath`/nodes/${node}/storage/${storage}/prunebackups`,
    params: { 'prune-backups': keep, ...(vmid === undefined ? {} : { vmid }) },
    parse: ({ data }) => parseMarks(data),
  });
}

export function parseMarks(data: unknown): Mark[] {
  return rows(data).flatMap((from) => {
    const volid = text(from, 'volid');
    const mark = text(from, 'mark');
    if (volid === undefined || (mark !== 'keep' && mark !== 'remove' && mark !== 'protected' && mark !== 'renamed')) return [];
    return [{ volid, mark, at: number(from, 'ctime') ?? 0, vmid: number(from, 'vmid') }];
  });
}

/** What pruning by the same rules keeps of one group on a backup server: newest first, each rule takes what the ones before left. Protected ones stay besides. */
export function pruneLocally<T extends { readonly at: number; readonly protected: boolean }>(
  group: readonly T[],
  keeping: Keeping,
): (T & { readonly mark: Mark['mark'] })[] {
  const newest = [...group].sort((a, b) => b.at - a.at);
  const kept = new Set<T>();
  for (const unit of UNITS) {
    const most = keeping[unit];
    if (most === undefined) continue;
    const already = new Set([...kept].map((one) => slot(one.at, unit)));
    const taken = new Set<string>();
    for (const one of newest) {
      if (one.protected || kept.has(one)) continue;
      const at = slot(one.at, unit);
      if (taken.has(at) || (unit !== 'last' && already.has(at))) continue;
      if (taken.size >= most) break;
      taken.add(at);
      kept.add(one);
    }
  }
  return newest.map((one) => ({ ...one, mark: one.protected ? 'protected' : kept.has(one) ? 'keep' : 'remove' }));
}

/** Which hour, day, … a moment is in, in UTC. */
function slot(at: number, unit: (typeof UNITS)[number]): string {
  const iso = new Date(at * 1000).toISOString();
  if (unit === 'last') return String(at);
  if (unit === 'weekly') return week(at);
  return iso.slice(0, { hourly: 13, daily: 10, monthly: 7, yearly: 4 }[unit]);
}

/** ISO 8601 week: it belongs to the year of its Thursday. */
function week(at: number): string {
  const day = new Date(at * 1000);
  const thursday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate() - ((day.getUTCDay() + 6) % 7) + 3));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return `${thursday.getUTCFullYear()}-W${Math.floor((thursday.getTime() - first) / (7 * 86_400_000)) + 1}`;
}
