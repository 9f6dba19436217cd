import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, rows, text } from './fields.ts';

export const JOB_KINDS = ['prune', 'sync', 'verify'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** A scheduled job of a backup server, and what its last run came to. Times in seconds since the epoch. */
export interface PbsJob {
  readonly kind: JobKind;
  readonly id: string;
  readonly store: string;
  readonly ns: string;
  readonly schedule: string;
  readonly disabled: boolean;
  /** `OK`, or what went wrong; undefined: it never ran. */
  readonly state: string | undefined;
  readonly ended: number | undefined;
  readonly next: number | undefined;
  readonly comment: string;
  /** What it keeps, or where it copies from. */
  readonly detail: string;
}

/** Jobs of one kind: `GET /admin/prune`, `/admin/sync`, `/admin/verify`. */
export function pbsJobs(kind: JobKind): ApiRead<PbsJob[]> {
  return readApi({ path: apiPath`/admin/${kind}`, parse: ({ data }) => parsePbsJobs(data, kind) });
}

export function parsePbsJobs(data: unknown, kind: JobKind): PbsJob[] {
  return rows(data).map((from) => {
    const keeps = Object.keys(from)
      .filter((name) => name.startsWith('keep-'))
      .sort()
      .map((name) => `${name}=${text(from, name)}`);
    const remote = [text(from, 'remote'), text(from, 'remote-store')].filter((part) => part !== undefined).join(':');
    return {
      kind,
      id: text(from, 'id') ?? '',
      store: text(from, 'store') ?? '',
      ns: text(from, 'ns') ?? '',
      schedule: text(from, 'schedule') ?? '',
      disabled: flag(from, 'disable'),
      state: text(from, 'last-run-state'),
      ended: number(from, 'last-run-endtime'),
      next: number(from, 'next-run'),
      comment: text(from, 'comment') ?? '',
      detail: kind === 'prune' ? keeps.join(' ') : kind === 'sync' ? remote : '',
    };
  });
}

/** Tasks that run on a backup server now, by what they do and on what: `GET /nodes/localhost/tasks?running=1`. */
export function runningTasks(store: string): ApiRead<{ type: string; id: string; since: number }[]> {
  return readApi({
    path: apiPath`/nodes/localhost/tasks`,
    params: { running: 1, store, limit: 0 },
    parse: ({ data }) =>
      rows(data).map((from) => ({ type: text(from, 'worker_type') ?? '', id: text(from, 'worker_id') ?? '', since: number(from, 'starttime') ?? 0 })),
  });
}
