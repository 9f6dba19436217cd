import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, rows, text, words } from './fields.ts';

/** A scheduled backup of a cluster. `next` in seconds since the epoch. */
export interface BackupJob {
  readonly id: string;
  readonly schedule: string;
  readonly storage: string;
  readonly enabled: boolean;
  readonly next: number | undefined;
  readonly mode: string;
  readonly comment: string;
  readonly all: boolean;
  readonly vmids: readonly string[];
  readonly exclude: readonly string[];
  readonly pool: string | undefined;
  readonly node: string | undefined;
}

/** `GET /cluster/backup`. Before 7.1 a job had a start time and days in place of a schedule. */
export function backupJobs(): ApiRead<BackupJob[]> {
  return readApi({ path: apiPath`/cluster/backup`, parse: ({ data }) => parseJobs(data) });
}

export function parseJobs(data: unknown): BackupJob[] {
  return rows(data).map((from) => ({
    id: text(from, 'id') ?? '',
    schedule: text(from, 'schedule') ?? [text(from, 'dow'), text(from, 'starttime')].filter(Boolean).join(' '),
    storage: text(from, 'storage') ?? text(from, 'dumpdir') ?? '',
    enabled: from.enabled === undefined || flag(from, 'enabled'),
    next: number(from, 'next-run'),
    mode: text(from, 'mode') ?? 'snapshot',
    comment: text(from, 'comment') ?? '',
    all: flag(from, 'all'),
    vmids: words(text(from, 'vmid')),
    exclude: words(text(from, 'exclude')),
    pool: text(from, 'pool'),
    node: text(from, 'node'),
  }));
}

/** Numbers of the guests no job covers: `GET /cluster/backup-info/not-backed-up`. A job that is disabled covers, too. */
export function notBackedUp(): ApiRead<number[]> {
  return readApi({
    path: apiPath`/cluster/backup-info/not-backed-up`,
    parse: ({ data }) => rows(data).flatMap((from) => number(from, 'vmid') ?? []),
  });
}
