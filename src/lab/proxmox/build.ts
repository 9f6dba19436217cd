import { prng } from '../prng.ts';
import { timers } from '../timers.ts';
import { type BackupStore, backupStore, joined } from './backups.ts';
import type { ClusterSpec, GuestSpec, NodeSpec, StorageSpec } from './spec.ts';
import { oldTask } from './tasks.ts';
import type { Fields, Guest, Node, Snapshot, Storage, World } from './world.ts';

const GIB = 2 ** 30;

/** A cluster as it is when it starts. `remote`: what keeps the backups of some storages. */
export function buildWorld(
  spec: ClusterSpec,
  options: { readonly pace: number; readonly seed: number; readonly closing: AbortSignal; readonly remote: ReadonlyMap<string, BackupStore> },
): World {
  const random = prng(options.seed, spec.name ?? spec.nodes[0]?.name ?? 'cluster');
  const nodes = new Map(spec.nodes.map((node, at) => [node.name, buildNode(node, at)]));
  return {
    name: spec.name,
    version: spec.version ?? '9.2.11',
    pace: options.pace,
    random,
    timers: timers(),
    closing: options.closing,
    nodes,
    storages: new Map((spec.storages ?? []).map((storage) => [storage.storage, buildStorage(storage)])),
    guests: new Map((spec.guests ?? []).map((guest) => [guest.vmid, buildGuest(guest, random.int(2000, 30_000))])),
    first: new Map((spec.guests ?? []).map(({ vmid, config }) => [vmid, { ...config }])),
    volumes: (spec.storages ?? []).flatMap(({ storage, volumes = [] }) =>
      volumes.map(({ name, size, node }) => {
        const [content = '', file = ''] = name.includes('/') ? name.split('/') : ['images', name];
        return { volid: `${storage}:${name}`, node, content, format: /\.([^.]+(\.zst|\.gz|\.xz)?)$/.exec(file)?.[1] ?? 'raw', size, at: 1_760_000_000 };
      }),
    ),
    backups: joined(backupStore((spec.backups ?? []).map((backup) => ({ ...backup }))), options.remote),
    tasks: (spec.tasks ?? []).map(({ upid, log, exitstatus, endtime, misread }) => oldTask(upid, log, exitstatus, endtime, misread)),
    jobs: (spec.jobs ?? []).map((job) => ({ ...job })),
    ha: new Map(Object.entries(spec.ha ?? {}).map(([sid, { state, crm }]) => [sid, { sid, state, crm: crm ?? state, home: undefined, more: {} }])),
    replications: [...(spec.replications ?? [])],
    tokens: [...(spec.tokens ?? [])],
    passwords: { ...spec.passwords },
    kept: new Map(Object.entries(spec.kept ?? {}).map(([path, entries]) => [path, new Map(Object.entries(entries).map(([name, one]) => [name, { ...one }]))])),
    tickets: new Map(),
    flocks: new Set(),
    effects: [],
    heard: [],
    quorum: spec.quorate,
    nextPid: 10_000 + random.int(0, 4000),
    setOnline: async () => undefined,
  };
}

function buildNode(spec: NodeSpec, at: number): Node {
  const networks = copies(spec.networks ?? bridge(spec.ip ?? `192.0.2.${11 + at}`));
  const left = {
    iface: spec.staged,
    type: 'bridge',
    method: 'manual',
    method6: 'manual',
    families: ['inet'],
    autostart: 1,
    priority: 9,
    bridge_ports: '',
    bridge_stp: 'off',
    bridge_fd: '0',
  };
  return {
    name: spec.name,
    id: at + 1,
    ip: spec.ip ?? `192.0.2.${11 + at}`,
    memory: spec.memory ?? 64 * GIB,
    cpus: spec.cpus ?? 16,
    bootedAt: Date.now() - (20 + at) * 86_400_000,
    fingerprint: '',
    online: spec.online ?? true,
    maintenance: false,
    networks,
    staged: spec.staged === undefined ? undefined : [...copies(networks), left],
    services: copies(
      spec.services ?? SERVICES.map((name) => ({ name, service: name, desc: name, state: 'running', 'active-state': 'active', 'unit-state': 'enabled' })),
    ),
    updates: spec.updates ?? [],
  };
}

const copies = (rows: readonly Fields[]): Fields[] => rows.map((row) => ({ ...row }));

const SERVICES = [
  'chrony',
  'corosync',
  'cron',
  'postfix',
  'pve-cluster',
  'pve-firewall',
  'pve-ha-crm',
  'pve-ha-lrm',
  'pvedaemon',
  'pveproxy',
  'pvescheduler',
  'pvestatd',
  'sshd',
];

function bridge(ip: string): readonly Fields[] {
  const common = { active: 1, autostart: 1, method6: 'manual' };
  return [
    { ...common, iface: 'eno1', type: 'eth', method: 'manual', exists: 1, families: ['inet'], priority: 2 },
    {
      ...{ ...common, iface: 'vmbr0', type: 'bridge', method: 'static', families: ['inet'], priority: 3 },
      ...{ address: ip, netmask: '24', cidr: `${ip}/24`, gateway: ip.replace(/\d+$/, '1'), bridge_ports: 'eno1', bridge_stp: 'off', bridge_fd: '0' },
    },
  ];
}

const PLACES: { readonly [type in StorageSpec['type']]: { readonly [option: string]: string } } = {
  btrfs: { path: '/srv/btrfs' },
  cephfs: { path: '/mnt/pve/cephfs' },
  cifs: { server: '192.0.2.41', share: 'pve' },
  dir: { path: '/var/lib/vz' },
  lvm: { vgname: 'pve' },
  zfspool: { pool: 'rpool/data' },
  nfs: { server: '192.0.2.40', export: '/export/pve' },
  rbd: { pool: 'rbd' },
  lvmthin: { vgname: 'pve', thinpool: 'data' },
  pbs: { server: '192.0.2.50', username: 'alpha@pbs!backup' },
};

/** A storage as its specification says. */
export function buildStorage(spec: StorageSpec): Storage {
  const { storage, type, content, shared = false, nodes, disabled, missing = [], total = 500 * GIB, used = 120 * GIB, datastore } = spec;
  return {
    ...{ storage, type, shared, missing, total, used },
    config: {
      ...{ storage, type, content, ...PLACES[type] },
      ...(shared ? { shared: 1 } : {}),
      ...(nodes ? { nodes: nodes.join(',') } : {}),
      ...(disabled ? { disable: 1 } : {}),
      ...(datastore ? { datastore } : {}),
    },
  };
}

function buildGuest(spec: GuestSpec, pid: number): Guest {
  const { vmid, type, node, status = 'stopped', template, agent, deaf = false, flocked = false } = spec;
  const config = { ...spec.config, ...(template ? { template: 1 } : {}) };
  const snapshots: Snapshot[] = (spec.snapshots ?? []).map(({ name, at, description = '', parent, vmstate = false, state }) => ({
    ...{ name, at, description, parent, vmstate, config: { ...spec.config } },
    ...(state === undefined ? {} : { state }),
  }));
  return {
    ...{ vmid, type, node, status, config, snapshots, agent, deaf, flocked, pid },
    pending: new Map(Object.entries(spec.pending ?? {})),
    // One that was not completed is not what it stands on.
    parent: snapshots.findLast(({ state }) => state !== 'prepare')?.name,
    bootedAt: Date.now() - (3600 + vmid * 977) * 1000,
  };
}
