import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead, Params } from '../../core/types.ts';
import { flag, number, type Row, row, rows, text } from './fields.ts';
import { guestPath, type Place } from './guest-path.ts';

export { guestPath, type Place } from './guest-path.ts';
export { guestSnapshots } from './snapshot-tree.ts';

/** The truth about one guest, from its own node. `state`: `running`, `stopped`, `paused` and what else QEMU may be in. */
export interface Current {
  readonly status: string;
  readonly qmp: string | undefined;
  readonly lock: string | undefined;
  /** Managed by HA, and what it is to be: `started`, `stopped`, `disabled`, `error`. One that HA ignores is not managed. */
  readonly ha: string | undefined;
  readonly memory: number;
  readonly memoryUsed: number;
  readonly cpus: number;
  readonly uptime: number;
}

/** `GET …/status/current`. */
export function current(place: Place): ApiRead<Current> {
  return readApi({ path: guestPath(place, 'status', 'current'), parse: ({ data }) => parseCurrent(data) });
}

export function parseCurrent(data: unknown): Current {
  const from = row(data);
  const ha = row(from.ha);
  return {
    status: text(from, 'status') ?? 'unknown',
    qmp: text(from, 'qmpstatus'),
    lock: text(from, 'lock') || undefined,
    ha: flag(ha, 'managed') && ha.state !== 'ignored' ? (text(ha, 'state') ?? 'started') : undefined,
    memory: number(from, 'maxmem') ?? 0,
    memoryUsed: number(from, 'mem') ?? 0,
    cpus: number(from, 'cpus') ?? 0,
    uptime: number(from, 'uptime') ?? 0,
  };
}

/** The config of a guest, with what waits for a restart; its `digest` apart. */
export interface GuestConfig {
  readonly digest: string;
  readonly values: Row;
}

/** `GET …/config`. */
export function guestConfig(place: Place): ApiRead<GuestConfig> {
  return readApi({
    path: guestPath(place, 'config'),
    parse: ({ data }) => {
      const { digest, ...values } = row(data);
      return { digest: typeof digest === 'string' ? digest : '', values };
    },
  });
}

/** One setting with what waits for a restart: `pending` the new value, `gone` that it will be taken out. */
export interface Pending {
  readonly key: string;
  readonly value: string | undefined;
  readonly pending: string | undefined;
  readonly gone: boolean;
}

/** `GET …/pending`. */
export function pending(place: Place): ApiRead<Pending[]> {
  return readApi({
    path: guestPath(place, 'pending'),
    parse: ({ data }) =>
      rows(data)
        .map((from) => ({ key: text(from, 'key') ?? '', value: text(from, 'value'), pending: text(from, 'pending'), gone: (number(from, 'delete') ?? 0) > 0 }))
        .filter(({ key }) => key !== '' && key !== 'digest')
        .sort((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true })),
  });
}

/** `GET …/feature`: whether its storages can do this, and on which nodes. */
export function feature(place: Place, name: 'snapshot' | 'clone' | 'copy'): ApiRead<{ readonly has: boolean; readonly nodes: readonly string[] }> {
  return readApi({
    path: guestPath(place, 'feature'),
    params: { feature: name },
    parse: ({ data }) => {
      const { nodes } = row(data);
      return { has: flag(row(data), 'hasFeature'), nodes: Array.isArray(nodes) ? nodes.map(String) : [] };
    },
  });
}

/** `GET /cluster/nextid`: a free VMID; with one, whether that is free: a HostError says that it is not. It reserves nothing. */
export function nextId(vmid?: number): ApiRead<number> {
  const params: Params = vmid === undefined ? {} : { vmid };
  return readApi({ path: apiPath`/cluster/nextid`, params, parse: ({ data }) => number({ data }, 'data') ?? 0 });
}

/** Guests' numbers whose disks stand on another's, by the volume they stand on: `GET /nodes/{node}/storage/{storage}/content`. */
export function parents(node: string, storage: string): ApiRead<readonly { readonly parent: string; readonly vmid: number | undefined }[]> {
  return readApi({
    path: apiPath`/nodes/${node}/storage/${storage}/content`,
    params: { content: 'images' },
    parse: ({ data }) =>
      rows(data).flatMap((from) => {
        // Some storages name it, some have it in the volume: `ceph:base-106-disk-0/vm-112-disk-0`.
        const parent = text(from, 'parent') ?? /^[^:]+:(base-[^/]+)\//.exec(text(from, 'volid') ?? '')?.[1];
        return parent === undefined ? [] : [{ parent, vmid: number(from, 'vmid') }];
      }),
  });
}

/** Somebody looks at a screen: nothing is broken off with it. */
const CONSOLE = /^(vnc|spice|term)(proxy|shell)$/;

/** What runs on a node right now, such as `vzdump 101`: `GET /nodes/{node}/tasks`. A token without Sys.Audit sees its own only. */
export function runningTasks(node: string): ApiRead<readonly { readonly type: string; readonly id: string }[]> {
  return readApi({
    path: apiPath`/nodes/${node}/tasks`,
    params: { source: 'active', limit: 500 },
    parse: ({ data }) =>
      rows(data)
        .filter((from) => from.endtime === undefined && ['', 'RUNNING', 'running'].includes(text(from, 'status') ?? ''))
        .filter((from) => !CONSOLE.test(text(from, 'type') ?? ''))
        .map((from) => ({ type: text(from, 'type') ?? '', id: text(from, 'id') ?? '' })),
  });
}
