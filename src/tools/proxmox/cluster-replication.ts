import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, rows, text } from './fields.ts';

/** A replication of a guest to another node: `GET /cluster/replication`. */
export interface Replication {
  readonly id: string;
  readonly guest: number;
  readonly source: string;
  readonly target: string;
  readonly schedule: string;
  readonly disabled: boolean;
}

export function replications(): ApiRead<Replication[]> {
  return readApi({
    path: apiPath`/cluster/replication`,
    parse: ({ data }) =>
      rows(data).map((from) => ({
        id: text(from, 'id') ?? '',
        guest: number(from, 'guest') ?? 0,
        source: text(from, 'source') ?? '',
        target: text(from, 'target') ?? '',
        schedule: text(from, 'schedule') ?? '*/15',
        disabled: flag(from, 'disable'),
      })),
  });
}

/** How the replications that start on a node are doing: `GET /nodes/{node}/replication`. Times in seconds since the epoch. */
export function replicationState(
  node: string,
): ApiRead<ReadonlyMap<string, { last: number | undefined; next: number | undefined; error: string | undefined }>> {
  return readApi({
    path: apiPath`/nodes/${node}/replication`,
    parse: ({ data }) =>
      new Map(
        rows(data).map((from) => [
          text(from, 'id') ?? '',
          { last: number(from, 'last_sync') || undefined, next: number(from, 'next_sync') || undefined, error: text(from, 'error') },
        ]),
      ),
  });
}
