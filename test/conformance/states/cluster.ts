import type { StorageSpec } from '../../../src/lab/proxmox/spec.ts';
import { each, type Fields, isRecord, number, records, scalars, text } from '../record.ts';
import type { Draft, Rule } from './draft.ts';
import { describeGuest, guest, node, storage } from './make.ts';
import { another } from './moves.ts';

/** The cluster as a whole: its nodes, quorum, HA and backup jobs. */
export const CLUSTER: readonly Rule[] = [
  { path: '/{of:cluster|pools|storage}/**', means: (draft) => void node(draft, draft.home) },
  {
    path: '/cluster/status',
    methods: ['GET'],
    means: (draft, { data }) => {
      for (const entry of records(data)) {
        if (text(entry, 'type') === 'cluster') Object.assign(draft, { name: text(entry, 'name'), quorate: number(entry, 'quorate') !== 0 });
        else if (text(entry, 'type') === 'node') listedNode(draft, text(entry, 'name') ?? '', number(entry, 'online') !== 0, text(entry, 'ip'));
      }
    },
  },
  {
    path: '/nodes',
    methods: ['GET'],
    means: (draft, { data }) => {
      for (const entry of records(data)) listedNode(draft, text(entry, 'node') ?? '', text(entry, 'status') !== 'offline', undefined);
    },
  },
  {
    path: '/cluster/resources',
    methods: ['GET'],
    means: (draft, { data, params }) => {
      for (const entry of records(data)) {
        const type = text(entry, 'type') ?? '';
        const on = text(entry, 'node') ?? '';
        if (on !== '') node(draft, on);
        if (type === 'qemu' || type === 'lxc') describeGuest(draft, entry, type, on);
        if (type === 'node') listedNode(draft, on, text(entry, 'status') !== 'offline', undefined);
        const pool = text(entry, 'pool');
        if (pool !== undefined) pooled(draft, pool, text(entry, 'vmid'));
        if (type === 'storage') storageOn(draft, text(entry, 'storage') ?? '', on, entry);
      }
      // A whole list has every storage there is, that of a guest's disk too.
      const told = records(data).map((entry) => text(entry, 'storage'));
      if (params.type === undefined && told.length > 0) for (const name of [...draft.storages.keys()]) if (!told.includes(name)) draft.storages.delete(name);
    },
  },
  {
    path: '/cluster/nextid',
    methods: ['GET'],
    means: (draft, { data, params, good }) => {
      if (params.vmid !== undefined && !good) guest(draft, Number(params.vmid), 'qemu', draft.home);
      if (params.vmid === undefined) for (let vmid = 100; vmid < Math.min(Number(data), 160); vmid++) guest(draft, vmid, 'qemu', draft.home);
    },
  },
  {
    path: '/cluster/ha/resources',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => resource(draft, entry)),
  },
  {
    path: '/cluster/ha/resources',
    methods: ['POST'],
    means: (draft, { params, said }) => {
      if (/already (defined|exists)/.test(said)) managed(draft, params.sid ?? '', 'started');
      else manageable(draft, params.sid ?? '');
    },
  },
  {
    path: '/cluster/ha/resources/{sid}/**',
    means: (draft, { said, params, data, good }, { sid = '' }) => {
      if (/no such resource|does not exist|unknown/i.test(said) && !good) return void manageable(draft, sid);
      if (isRecord(data) && text(data, 'state') !== undefined) resource(draft, { ...data, sid });
      else managed(draft, sid, 'started');
      if (params.node !== undefined) node(draft, params.node);
    },
  },
  {
    path: '/cluster/ha/status/current',
    methods: ['GET'],
    means: (draft, { data }) => {
      for (const entry of records(data)) {
        const [sid, on] = [text(entry, 'sid'), text(entry, 'node')];
        if (on !== undefined) node(draft, on);
        if (text(entry, 'type') === 'quorum' && number(entry, 'quorate') !== 1) noQuorum(draft);
        if (sid === undefined) continue;
        managed(draft, sid, text(entry, 'request_state') ?? 'started', on);
        const crm = text(entry, 'crm_state') ?? text(entry, 'state');
        draft.ha[sid] = { state: draft.ha[sid]?.state ?? 'started', ...(crm === undefined ? {} : { crm }) };
      }
    },
  },
  {
    path: '/cluster/config/{what:join|nodes|totem}',
    methods: ['GET'],
    means: (draft, { good }) => {
      if (good) draft.name ??= 'labcluster';
    },
  },
  {
    path: '/cluster/config/nodes',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => listedNode(draft, text(entry, 'name') ?? text(entry, 'node') ?? '', true, text(entry, 'ring0_addr'))),
  },
  {
    path: '/cluster/backup',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => draft.jobs.push(entry)),
  },
  {
    path: '/cluster/backup/{id}/**',
    means: (draft, { data, said }, { id }) => {
      if (/no such|does not exist/i.test(said)) return;
      const covered = isRecord(data) ? records(data.children) : [];
      const vmid = covered.length > 0 ? covered.map((entry) => text(entry, 'id')).join(',') : '100';
      const plain = { type: 'vzdump', vmid, storage: 'local', schedule: '02:00', enabled: 1 };
      draft.jobs.push({ ...(isRecord(data) && covered.length === 0 ? data : plain), id });
      for (const entry of covered) guest(draft, number(entry, 'id') ?? 100, text(entry, 'type') ?? 'qemu', draft.home);
    },
  },
  {
    path: '/cluster/backup-info/not-backed-up',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => void describeGuest(draft, entry, text(entry, 'type') ?? 'qemu', draft.home)),
  },
  {
    path: '/cluster/bulk-action/guest/{verb}',
    methods: ['POST'],
    means: (draft, { params, said }) => {
      if (params.target !== undefined && !/no such cluster node/.test(said)) node(draft, params.target);
      for (const vmid of (params.vms ?? '').split(/[,; ]+/)) if (/^\d+$/.test(vmid)) guest(draft, Number(vmid), 'qemu', draft.home);
    },
  },
  { says: /no quorum|unable to open file '\/etc\/pve\/[^']*' - Permission denied/, means: noQuorum },
];

/** A pool, and a member of it. */
function pooled(draft: Draft, poolid: string, vmid: string | undefined): void {
  const pools = draft.kept['/pools'] ?? {};
  const vms = [pools[poolid]?.vms, vmid].filter((one) => one !== undefined).join(',');
  draft.kept['/pools'] = { ...pools, [poolid]: { ...pools[poolid], poolid, vms } };
}

/** The others of the cluster are off, so that what writes is refused. */
export function noQuorum(draft: Draft): void {
  draft.quorate = false;
  node(draft, another(draft, draft.home)).online = false;
}

/** A resource as a list has it; what is said of it beside its state is set beforehand. */
function resource(draft: Draft, entry: Fields): void {
  const sid = text(entry, 'sid') ?? '';
  managed(draft, sid, text(entry, 'state') ?? 'started');
  const more = scalars(entry, 'sid', 'type', 'digest', 'state');
  const params = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)]));
  if (Object.keys(params).length > 0) draft.preludes.push({ method: 'PUT', path: `/cluster/ha/resources/${sid}`, params });
}

function listedNode(draft: Draft, name: string, online: boolean, ip: string | undefined): void {
  if (name === '') return;
  Object.assign(node(draft, name), { online }, ip === undefined ? {} : { ip });
}

/** A guest HA may look after, by its sid. */
function manageable(draft: Draft, sid: string, on = draft.home): void {
  const [kind = '', vmid = ''] = sid.includes(':') ? sid.split(':') : ['vm', sid];
  if (/^\d+$/.test(vmid)) guest(draft, Number(vmid), kind, on);
}

function managed(draft: Draft, sid: string, state: string, on = draft.home): void {
  manageable(draft, sid, on);
  draft.ha[sid.includes(':') ? sid : `vm:${sid}`] = { state };
}

/** A storage seen on a node: it is on those where it is seen. */
function storageOn(draft: Draft, name: string, on: string, entry: Parameters<typeof text>[0]): void {
  const type = text(entry, 'plugintype') ?? 'dir';
  const known = draft.storages.get(name);
  const made = storage(draft, name, { content: text(entry, 'content') ?? 'images', shared: number(entry, 'shared') === 1 });
  if (isStorageType(type)) made.type = type;
  made.nodes = [...new Set([...(known?.nodes ?? []), on])];
  const [total, used] = [number(entry, 'maxdisk'), number(entry, 'disk')];
  Object.assign(made, total === undefined ? {} : { total }, used === undefined ? {} : { used });
}

/** Storage types a practice cluster has. */
export function isStorageType(type: string): type is StorageSpec['type'] {
  return ['btrfs', 'cephfs', 'cifs', 'dir', 'lvm', 'lvmthin', 'nfs', 'pbs', 'rbd', 'zfspool'].includes(type);
}
