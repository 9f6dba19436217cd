import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, row, rows, text } from './fields.ts';

/** The namespaces of a datastore; the root is the empty name: `GET /admin/datastore/{store}/namespace`. */
export function namespaces(store: string): ApiRead<string[]> {
  return readApi({
    path: apiPath`/admin/datastore/${store}/namespace`,
    parse: ({ data }) => [...new Set(['', ...rows(data).map((from) => text(from, 'ns') ?? '')])].sort(),
  });
}

/** One backup on a backup server. `at` in seconds since the epoch, size in bytes. */
export interface Snapshot {
  readonly store: string;
  readonly ns: string;
  readonly type: 'vm' | 'ct' | 'host';
  readonly id: string;
  readonly at: number;
  readonly size: number;
  readonly owner: string;
  readonly notes: string;
  readonly protected: boolean;
  readonly verified: 'ok' | 'failed' | undefined;
  /** It has its manifest: the backup was carried to its end. */
  readonly whole: boolean;
}

/** The snapshots of one namespace: `GET /admin/datastore/{store}/snapshots`. `of`: of one group, such as `vm/101`. */
export function snapshots(store: string, ns: string, of?: { readonly type: string; readonly id: string }): ApiRead<Snapshot[]> {
  return readApi({
    path: apiPath`/admin/datastore/${store}/snapshots`,
    params: { ...(ns === '' ? {} : { ns }), ...(of ? { 'backup-type': of.type, 'backup-id': of.id } : {}) },
    parse: ({ data }) => parseSnapshots(data, store, ns),
  });
}

export function parseSnapshots(data: unknown, store: string, ns: string): Snapshot[] {
  return rows(data)
    .flatMap((from): Snapshot[] => {
      const [type, id, at] = [text(from, 'backup-type'), text(from, 'backup-id'), number(from, 'backup-time')];
      if ((type !== 'vm' && type !== 'ct' && type !== 'host') || id === undefined || at === undefined) return [];
      const state = text(row(from.verification), 'state');
      const files = Array.isArray(from.files) ? from.files.map((file) => (typeof file === 'string' ? file : (text(row(file), 'filename') ?? ''))) : [];
      return [
        {
          ...{ store, ns, type, id, at },
          size: number(from, 'size') ?? 0,
          owner: text(from, 'owner') ?? '',
          notes: (text(from, 'comment') ?? '').split('\n')[0] ?? '',
          protected: flag(from, 'protected'),
          verified: state === 'ok' || state === 'failed' ? state : undefined,
          whole: files.length === 0 || files.some((file) => file.startsWith('index.json')),
        },
      ];
    })
    .sort((a, b) => b.at - a.at);
}

/** `vm/101/2026-03-11T08:51:30Z`, with the namespace in front where there is one. */
export function snapshotName({ ns, type, id, at }: Pick<Snapshot, 'ns' | 'type' | 'id' | 'at'>): string {
  return `${ns === '' ? '' : `${ns}:`}${type}/${id}/${new Date(at * 1000).toISOString().slice(0, 19)}Z`;
}
