import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, type Row, rows, text, words } from './fields.ts';

/** All of a cluster in one answer: `GET /cluster/resources`. It is as old as the nodes' last report, up to 10 s. */
export interface Resources {
  readonly guests: readonly ResourceGuest[];
  readonly nodes: readonly ResourceNode[];
  readonly storages: readonly ResourceStorage[];
}

/** A guest as the cluster last heard of it. `unknown`: its node has not reported. Sizes in bytes, uptime in seconds. */
export interface ResourceGuest {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  /** Its name; `VM 105` or `CT 105` where it has none. */
  readonly name: string;
  readonly node: string;
  readonly status: string;
  readonly cpus: number;
  readonly memory: number;
  readonly memoryUsed: number;
  readonly disk: number;
  readonly uptime: number;
  readonly template: boolean;
  readonly tags: readonly string[];
  readonly lock: string | undefined;
  readonly hastate: string | undefined;
}

export interface ResourceNode {
  readonly node: string;
  /** `online`, `offline` or `unknown`. */
  readonly status: string;
  readonly cpu: number;
  readonly cpus: number;
  readonly memory: number;
  readonly memoryUsed: number;
  readonly uptime: number;
}

/** A storage as one node sees it. */
export interface ResourceStorage {
  readonly storage: string;
  readonly node: string;
  readonly status: string;
  readonly type: string;
  readonly shared: boolean;
  readonly content: readonly string[];
  readonly total: number;
  readonly used: number;
}

export function resources(): ApiRead<Resources> {
  return readApi({ path: apiPath`/cluster/resources`, parse: ({ data }) => parseResources(data) });
}

export function parseResources(data: unknown): Resources {
  const all = rows(data);
  return {
    guests: all.flatMap(guest).sort((a, b) => a.vmid - b.vmid),
    nodes: all.flatMap(node).sort(by(({ node: name }) => name)),
    storages: all.flatMap(storage).sort(by(({ storage: name, node: on }) => `${name} ${on}`)),
  };
}

const by =
  <T>(key: (value: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : 1;

function guest(from: Row): ResourceGuest[] {
  const type = from.type;
  const vmid = number(from, 'vmid');
  if ((type !== 'qemu' && type !== 'lxc') || vmid === undefined) return [];
  return [
    {
      vmid,
      type,
      name: text(from, 'name') ?? `${type === 'qemu' ? 'VM' : 'CT'} ${vmid}`,
      node: text(from, 'node') ?? '',
      status: text(from, 'status') ?? 'unknown',
      cpus: number(from, 'maxcpu') ?? 0,
      memory: number(from, 'maxmem') ?? 0,
      memoryUsed: number(from, 'mem') ?? 0,
      disk: number(from, 'maxdisk') ?? 0,
      uptime: number(from, 'uptime') ?? 0,
      template: flag(from, 'template'),
      tags: words(text(from, 'tags')),
      lock: text(from, 'lock'),
      hastate: text(from, 'hastate'),
    },
  ];
}

function node(from: Row): ResourceNode[] {
  const name = text(from, 'node');
  if (from.type !== 'node' || name === undefined) return [];
  return [
    {
      node: name,
      status: text(from, 'status') ?? 'unknown',
      cpu: number(from, 'cpu') ?? 0,
      cpus: number(from, 'maxcpu') ?? 0,
      memory: number(from, 'maxmem') ?? 0,
      memoryUsed: number(from, 'mem') ?? 0,
      uptime: number(from, 'uptime') ?? 0,
    },
  ];
}

function storage(from: Row): ResourceStorage[] {
  const name = text(from, 'storage');
  const on = text(from, 'node');
  if (from.type !== 'storage' || name === undefined || on === undefined) return [];
  return [
    {
      storage: name,
      node: on,
      status: text(from, 'status') ?? 'unknown',
      type: text(from, 'plugintype') ?? '',
      shared: flag(from, 'shared'),
      content: words(text(from, 'content')),
      total: number(from, 'maxdisk') ?? 0,
      used: number(from, 'disk') ?? 0,
    },
  ];
}
