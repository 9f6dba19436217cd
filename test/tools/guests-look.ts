import type { Host, Look } from '../../src/core/command.ts';
import { HostError } from '../../src/core/errors.ts';
import { classify } from '../../src/core/pveerror.ts';
import type { ApiRead, Params, Read } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { NOTHING_DECLARED } from '../support/world.ts';

/** The data of an answer, or a no of the API: status and reason. */
export type Answered = { readonly data: unknown } | { readonly no: number; readonly reason: string };
/** Answers by path, and by path with its parameters as a query where those matter. */
export type Answers = Readonly<Record<string, unknown>>;

/** A no of the API in a table of answers. */
export function no(status: number, reason: string): Answered {
  return { no: status, reason };
}

export const ALPHA: Host = {
  ...{ name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: ['prod'], address: '192.0.2.11', libvirt: '' },
  nodes: [{ name: 'pve1' }, { name: 'pve2' }, { name: 'pve3', shell: 'px3' }],
};
export const PX3: Host = { ...{ name: 'px3', site: 'west', sites: ['west'], kind: 'linux', tags: [], address: '192.0.2.13', libvirt: '' } };

/** A look that answers from a table alone, and remembers what it was asked. What the table lacks is a 500 `does not exist`. */
export function lookAt(answers: Answers, more: Partial<Pick<Look, 'self' | 'hosts'>> & { readonly shell?: Host } = {}): Look & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    hosts: more.hosts ?? [ALPHA],
    find: (name) => (more.shell?.name === name ? more.shell : undefined),
    async read<T>(host: Host, question: Read<T> | ApiRead<T>): Promise<T> {
      if (!('path' in question)) return question.parse(String(answers[question.argv.join(' ')] ?? ''), 0, 1_800_000_000_000);
      const path = question.path + query(question.params);
      asked.push(path);
      const found = answers[path] ?? answers[question.path];
      if (found === undefined || isNo(found)) throw refusal(host, found ?? { no: 500, reason: `Configuration file '${question.path}' does not exist` });
      return question.parse({ data: found });
    },
    clusterOf: () => undefined,
    ...{ declared: NOTHING_DECLARED, checks: [], earlier: async () => undefined },
    self: more.self,
    programs: new Map(),
    ticket: 'T0123456789A',
    now: () => 1_800_000_000_000,
  };
}

function isNo(found: unknown): found is { no: number; reason: string } {
  return typeof found === 'object' && found !== null && 'no' in found;
}

function refusal(host: Host, { no: status, reason }: { no: number; reason: string }): HostError {
  const error = classify({ status, reason, body: '' });
  return new HostError(status === 595 ? 'unreachable' : 'failed', host.name, say({ en: '{reason}', zh: '{reason}' }, { reason }), { cause: error });
}

function query(params: Params = {}): string {
  const words = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return words.length > 0 ? `?${words.join('&')}` : '';
}

interface Made {
  readonly vmid: number;
  readonly node: string;
  readonly type?: 'qemu' | 'lxc';
  readonly name?: string;
  readonly status?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly current?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly snapshots?: readonly unknown[];
}

const GIB = 2 ** 30;

/** The answers of a cluster of three nodes with these guests, in the shapes that were recorded: types are mixed as they are there. */
export function alpha(
  guests: readonly Made[],
  { off = [], quorate = 1, more = {} }: { off?: readonly string[]; quorate?: number; more?: Answers } = {},
): Answers {
  const nodes = ['pve1', 'pve2', 'pve3'];
  const nodeRows = nodes.map((node) => ({
    ...{ id: `node/${node}`, type: 'node', node, status: off.includes(node) ? 'offline' : 'online', maxcpu: 8 },
    ...{ maxmem: 64 * GIB, mem: node === 'pve2' ? 62 * GIB : 16 * GIB },
  }));
  const storage = (name: string, plugintype: string, shared: 0 | 1, content: string, on = nodes) =>
    on.map((node) => ({
      ...{ id: `storage/${node}/${name}`, type: 'storage', storage: name, node, status: 'available', plugintype, shared, content },
      ...{ maxdisk: 1000 * GIB, disk: 400 * GIB },
    }));
  const storages = [
    ...storage('local', 'dir', 0, 'iso,backup'),
    ...storage('local-zfs', 'zfspool', 0, 'images,rootdir', ['pve1', 'pve2']),
    ...storage('ceph', 'rbd', 1, 'images,rootdir'),
    ...storage('pbs', 'pbs', 1, 'backup'),
  ];
  const rows = guests.map(({ vmid, node, type = 'qemu', name, status = 'stopped', config = {}, resource = {} }) => ({
    ...{ id: `${type}/${vmid}`, type, vmid, node, status: off.includes(node) ? 'unknown' : status, ...(name === undefined ? {} : { name }) },
    ...{ maxcpu: 2, maxmem: 4 * GIB, tags: config.tags, template: config.template ?? 0, lock: config.lock, ...resource },
  }));
  const own = guests.filter(({ node }) => !off.includes(node)).flatMap((guest) => Object.entries(answersOf(guest)));
  return {
    '/cluster/resources': [...rows, ...nodeRows, ...storages],
    '/cluster/status': [{ type: 'cluster', name: 'alpha', quorate }, ...nodes.map((name) => ({ type: 'node', name, online: 1 }))],
    '/cluster/nextid': '112',
    ...Object.fromEntries(
      nodes.flatMap((node) => [
        [`/nodes/${node}/tasks`, []],
        [`/nodes/${node}/version`, { version: '9.2.11' }],
        [`/nodes/${node}/storage/pbs/content`, []],
        [`/nodes/${node}/storage/local/content`, []],
      ]),
    ),
    ...Object.fromEntries(own),
    ...more,
  };
}

function answersOf({ vmid, node, type = 'qemu', name, status = 'stopped', config = {}, current = {}, snapshots = [] }: Made): Answers {
  const at = `/nodes/${node}/${type}/${vmid}`;
  const named = name === undefined ? {} : { [type === 'lxc' ? 'hostname' : 'name']: name };
  return {
    [`${at}/status/current`]: {
      status,
      ...(type === 'qemu' ? { qmpstatus: status } : {}),
      ha: { managed: 0 },
      maxmem: 4 * GIB,
      cpus: 2,
      lock: config.lock,
      ...current,
    },
    [`${at}/config`]: { digest: 'd'.repeat(40), memory: '4096', cores: 2, ...named, vmgenid: `gen-${vmid}`, ...config },
    [`${at}/snapshot`]: [...snapshots, { name: 'current', description: 'You are here!', ...(snapshots.length > 0 ? { parent: 'fresher' } : {}) }],
    [`${at}/feature`]: { hasFeature: 1, nodes: ['pve1', 'pve2', 'pve3'] },
    [`${at}/migrate`]: {
      allowed_nodes: ['pve1', 'pve2', 'pve3'],
      not_allowed_nodes: {},
      local_disks: [],
      local_resources: [],
      'mapped-resources': [],
      running: status === 'running' ? 1 : 0,
    },
  };
}
