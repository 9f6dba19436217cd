import { isRecord, number, records, text } from '../record.ts';
import type { Draft, Rule } from './draft.ts';
import { guest, node, storage } from './make.ts';

const GUEST = '/nodes/{node}/{kind:qemu|lxc}/{vmid:\\d+}';

/** A node that is not the one named; it is made when there is none. */
export function another(draft: Draft, than: string): string {
  const other = [...draft.nodes.keys()].find((name) => name !== than) ?? (than === 'pve2' ? 'pve1' : 'pve2');
  node(draft, other);
  return other;
}

/** Moving, making and restoring guests. */
export const MOVES: readonly Rule[] = [
  {
    path: `${GUEST}/{verb:migrate|remote_migrate}`,
    methods: ['POST'],
    means: (draft, { params, said }, at) => {
      const known = guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '');
      if (params.target !== undefined && !/no such cluster node/.test(said)) node(draft, params.target);
      if (['online', 'restart'].some((name) => params[name] === '1') || /running/.test(said)) known.status = 'running';
      const targets = (params.targetstorage ?? '').split(',').map((one) => one.split(':').at(-1) ?? '');
      for (const name of targets) if (name !== '' && name !== '1') storage(draft, name);
    },
  },
  {
    path: `${GUEST}/migrate`,
    methods: ['GET'],
    means: (draft, { data, params }, at) => {
      if (!isRecord(data)) return;
      const known = guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '');
      known.status = number(data, 'running') === 1 ? 'running' : 'stopped';
      // Of containers the names have hyphens.
      const [some, rest] = [data.allowed_nodes ?? data['allowed-nodes'], data.not_allowed_nodes ?? data['not-allowed-nodes']];
      const [allowed, refused] = [Array.isArray(some) ? some.map(String) : [], isRecord(rest) ? rest : {}];
      for (const name of [...allowed, ...Object.keys(refused)]) node(draft, name);
      if (![...allowed, ...Object.keys(refused), at.node].includes(params.target)) draft.nodes.delete(params.target ?? '');
      for (const [key, value] of Object.entries(known.config))
        if (/^(scsi|ide|sata|virtio|rootfs)\d*$/.test(key) && String(value).includes(':')) delete known.config[key];
      for (const disk of records(data.local_disks)) {
        const [key, volid] = [text(disk, 'drivename') ?? 'scsi0', text(disk, 'volid') ?? ''];
        const gib = Math.max(1, Math.round((number(disk, 'size') ?? 0) / 2 ** 30));
        known.config[key] = number(disk, 'cdrom') === 1 ? `${volid},media=cdrom` : `${volid},size=${gib}G`;
        if (volid.includes(':')) storage(draft, volid.split(':')[0] ?? 'local');
        const held = isRecord(disk.referenced_in_snapshot) ? Object.keys(disk.referenced_in_snapshot) : [];
        for (const name of held) if (!known.snapshots.some((one) => one.name === name)) known.snapshots.push({ name, at: 1_795_167_000 });
      }
      for (const resource of Array.isArray(data.local_resources) ? data.local_resources.map(String) : [])
        known.config[resource] = resource.startsWith('usb') ? 'host=1234:5678' : '0000:01:00.0';
      for (const [name, why] of Object.entries(refused))
        for (const lacking of isRecord(why) && Array.isArray(why.unavailable_storages) ? why.unavailable_storages.map(String) : [])
          keepOff(draft, lacking, name);
    },
  },
  {
    path: '/nodes/{node}/{kind:qemu|lxc}',
    methods: ['POST'],
    means: (draft, { params, said }, at) => {
      node(draft, at.node ?? '');
      for (const name of ['storage', 'import-working-storage']) if (params[name] !== undefined) storage(draft, params[name]);
      for (const volume of [params.archive, params.ostemplate])
        if (volume !== undefined && !/(can't find|unable to (find|open)|no such|does not exist)/i.test(said)) archived(draft, volume, Number(params.vmid));
      for (const [name, value] of Object.entries(params)) {
        const [, on] = (/^(scsi|ide|sata|virtio|rootfs|mp|efidisk)\d*$/.test(name) && /^(?:volume=)?([a-zA-Z][\w.-]+):/.exec(value)) || [];
        if (on !== undefined) storage(draft, on);
      }
    },
  },
  { says: /no such cluster node '([^']+)'/, means: (draft, _, __, [name = '']) => void draft.nodes.delete(name) },
  {
    path: '/nodes/{node}/{verb:migrateall|startall|stopall|suspendall}',
    methods: ['POST'],
    means: (draft, { params, said }, at) => {
      if (params.target !== undefined && !/no such cluster node/.test(said)) node(draft, params.target);
      for (const vmid of (params.vms ?? '').split(/[,; ]+/)) if (/^\d+$/.test(vmid)) guest(draft, Number(vmid), 'qemu', at.node ?? '');
    },
  },
];

/** A storage is restricted to the other nodes, all of which it is on. */
function keepOff(draft: Draft, name: string, from: string): void {
  const made = storage(draft, name);
  made.nodes = (made.nodes ?? [...draft.nodes.keys()]).filter((one) => one !== from);
}

/** A backup or template that can be restored from. A file by its path is none of a storage's. */
export function archived(draft: Draft, volid: string, vmid: number): void {
  const [, name, rest = ''] = /^([a-zA-Z][\w.-]*):(.+)$/.exec(volid) ?? [];
  if (name === undefined) return;
  const pbs = /^backup\/(vm|ct)\/(\d+)\/(.+)$/.exec(rest);
  storage(draft, name, pbs === null ? {} : { type: 'pbs', content: 'backup', shared: true });
  const of = Number(pbs?.[2] ?? /vzdump-(?:qemu|lxc)-(\d+)-/.exec(rest)?.[1]);
  if (rest.startsWith('backup/')) draft.backups.set(volid, { volid, vmid: of || vmid, at: moment(volid), size: 85_439_402 });
  else draft.volumes.push({ volid, content: rest.split('/')[0] ?? 'vztmpl', format: /\.(tar\.\w+|iso)$/.exec(rest)?.[1] ?? 'raw', size: 85_000_000 });
}

/** Seconds since the epoch that a backup's name says; a fixed moment when it says none. */
export function moment(volid: string): number {
  const [, date, time] = /(\d{4}[-_]\d\d[-_]\d\d)[-_T](\d\d[:_]\d\d[:_]\d\d)/.exec(volid) ?? [];
  const at = Date.parse(`${date?.replaceAll('_', '-')}T${time?.replaceAll('_', ':')}Z`);
  return Number.isNaN(at) ? 1_795_167_000 : at / 1000;
}
