import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, row, rows, text } from './fields.ts';

/** A cluster as corosync sees it. A node outside of any cluster is one of its own: no name, quorate. */
export interface ClusterStatus {
  readonly name: string | undefined;
  readonly quorate: boolean;
  readonly nodes: readonly { readonly name: string; readonly online: boolean; readonly ip: string; readonly local: boolean }[];
}

/** `GET /cluster/status`. */
export function clusterStatus(): ApiRead<ClusterStatus> {
  return readApi({ path: apiPath`/cluster/status`, parse: ({ data }) => parseStatus(data) });
}

export function parseStatus(data: unknown): ClusterStatus {
  const all = rows(data);
  const cluster = all.find(({ type }) => type === 'cluster');
  const nodes = all
    .filter(({ type }) => type === 'node')
    .map((from) => ({ name: text(from, 'name') ?? '', online: flag(from, 'online'), ip: text(from, 'ip') ?? '', local: flag(from, 'local') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { name: cluster && text(cluster, 'name'), quorate: cluster === undefined || flag(cluster, 'quorate'), nodes };
}

/** Votes by node, from the corosync configuration: `GET /cluster/config/nodes`. A node without an entry has one. */
export function votes(): ApiRead<ReadonlyMap<string, number>> {
  return readApi({
    path: apiPath`/cluster/config/nodes`,
    parse: ({ data }) =>
      new Map(
        rows(data).flatMap((from) => {
          const name = text(from, 'node') ?? text(from, 'name');
          return name === undefined ? [] : [[name, number(from, 'quorum_votes') ?? 1]];
        }),
      ),
  });
}

/** A version such as `9.2.11`: `GET /version`, of whichever server answers. */
export function version(): ApiRead<string> {
  return readApi({ path: apiPath`/version`, parse: ({ data }) => text(row(data), 'version') ?? '?' });
}

/** The version one node runs: `GET /nodes/{node}/version`. */
export function nodeVersion(node: string): ApiRead<string> {
  return readApi({ path: apiPath`/nodes/${node}/version`, parse: ({ data }) => text(row(data), 'version') ?? '?' });
}
