import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { number, type Row, row, rows, text } from './fields.ts';

/** How full a datastore is. Bytes; `full` in seconds since the epoch, an estimate that is absent while there is too little to go by. */
export interface Usage {
  readonly store: string;
  readonly total: number;
  readonly used: number;
  readonly avail: number;
  readonly full: number | undefined;
  readonly error: string | undefined;
  readonly gc: Gc | undefined;
}

/** The last garbage collection. Bytes; times in seconds since the epoch; `state` `OK` or what went wrong. */
export interface Gc {
  readonly removed: number;
  readonly pending: number;
  readonly onDisk: number;
  readonly data: number;
  readonly bad: number;
  readonly state: string | undefined;
  readonly ended: number | undefined;
  readonly next: number | undefined;
  readonly schedule: string | undefined;
}

/** All datastores in one answer: `GET /status/datastore-usage`. */
export function usages(): ApiRead<Usage[]> {
  return readApi({ path: apiPath`/status/datastore-usage`, parse: ({ data }) => rows(data).flatMap(parseUsage) });
}

export function parseUsage(from: Row): Usage[] {
  const store = text(from, 'store');
  if (store === undefined) return [];
  const gc = from['gc-status'];
  return [
    {
      store,
      total: number(from, 'total') ?? 0,
      used: number(from, 'used') ?? 0,
      avail: Math.max(0, number(from, 'avail') ?? 0),
      full: number(from, 'estimated-full-date'),
      error: text(from, 'error'),
      gc: gc === undefined || gc === null ? undefined : parseGc(row(gc)),
    },
  ];
}

/** The last garbage collection of every datastore, by name: `GET /admin/gc`. What usage says of it has no times. */
export function allGc(): ApiRead<ReadonlyMap<string, Gc>> {
  return readApi({ path: apiPath`/admin/gc`, parse: ({ data }) => new Map(rows(data).map((from) => [text(from, 'store') ?? '', parseGc(from)])) });
}

/** `GET /admin/datastore/{store}/gc`. */
export function gc(store: string): ApiRead<Gc> {
  return readApi({ path: apiPath`/admin/datastore/${store}/gc`, parse: ({ data }) => parseGc(row(data)) });
}

export function parseGc(from: Row): Gc {
  return {
    removed: number(from, 'removed-bytes') ?? 0,
    pending: number(from, 'pending-bytes') ?? 0,
    onDisk: number(from, 'disk-bytes') ?? 0,
    data: number(from, 'index-data-bytes') ?? 0,
    bad: (number(from, 'removed-bad') ?? 0) + (number(from, 'still-bad') ?? 0),
    state: text(from, 'last-run-state'),
    ended: number(from, 'last-run-endtime'),
    next: number(from, 'next-run'),
    schedule: text(from, 'schedule'),
  };
}

/** Seconds since a backup server was started: `GET /nodes/localhost/status`. */
export function serverUptime(): ApiRead<number | undefined> {
  return readApi({ path: apiPath`/nodes/localhost/status`, parse: ({ data }) => number(row(data), 'uptime') });
}
