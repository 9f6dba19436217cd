import { each, type Fields, isRecord, number, records, text } from '../record.ts';
import { isStorageType } from './cluster.ts';
import { type Draft, places, type Rule } from './draft.ts';
import { guest, node, storage } from './make.ts';
import { archived, moment } from './moves.ts';

const STORAGE = '/nodes/{node}/storage/{storage}';
const MISSING = /(can't find|unable to find|no such|does not exist)/i;

/** Storages, what lies on them, and backups. */
export const STORAGES: readonly Rule[] = [
  {
    path: '/nodes/{node}/storage',
    methods: ['GET'],
    means: (draft, { data }, at) => each(data, (entry) => described(draft, text(entry, 'storage') ?? '', entry, at.node ?? '')),
  },
  {
    path: '/storage',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => described(draft, text(entry, 'storage') ?? '', entry, draft.home)),
  },
  {
    path: '/storage/{storage}',
    means: (draft, { data, said }, at) => (MISSING.test(said) ? undefined : described(draft, at.storage ?? '', isRecord(data) ? data : {}, draft.home)),
  },
  { path: `${STORAGE}/**`, means: (draft, _, at) => void storage(draft, at.storage ?? '') },
  {
    path: `${STORAGE}/status`,
    methods: ['GET'],
    means: (draft, { data }, at) => (isRecord(data) ? described(draft, at.storage ?? '', data, at.node ?? '') : undefined),
  },
  { path: `${STORAGE}/content`, methods: ['GET'], means: (draft, { data }, at) => each(data, (entry) => volume(draft, entry, at.node ?? '')) },
  {
    path: `${STORAGE}/content/{volume:*}`,
    means: (draft, { said, data }, at) => {
      const volid = at.volume?.includes(':') ? at.volume : `${at.storage}:${at.volume}`;
      if (isRecord(data)) volume(draft, { content: 'backup', ...data, volid }, at.node ?? '');
      else if (!MISSING.test(said) && !volid.includes('nosuch')) archived(draft, volid, 100);
    },
  },
  {
    path: `${STORAGE}/prunebackups`,
    means: (draft, { data, params }, at) => {
      for (const entry of records(data)) {
        volume(draft, { ...entry, content: 'backup', ...(text(entry, 'mark') === 'protected' ? { protected: 1 } : {}) }, at.node ?? '');
        const vmid = number(entry, 'vmid');
        // Another guest's, which a filter must keep out.
        if (vmid !== undefined && params.vmid !== undefined)
          archived(draft, `${at.storage}:backup/vzdump-qemu-${vmid + 1}-2026_01_02-03_04_05.vma.zst`, vmid + 1);
      }
    },
  },
  {
    path: '/nodes/{node}/vzdump',
    methods: ['POST'],
    means: (draft, { params }, at) => {
      for (const vmid of (params.vmid ?? '').split(/[,; ]+/))
        if (/^\d+$/.test(vmid)) guest(draft, Number(vmid), Number(vmid) >= 200 ? 'lxc' : 'qemu', at.node ?? '');
      storage(draft, params.storage ?? 'local');
    },
  },
  {
    path: '/nodes/{node}/vzdump/extractconfig',
    methods: ['GET'],
    means: (draft, { params, said, data }, at) => {
      if (MISSING.test(said) || params.volume === undefined) return;
      archived(draft, params.volume, 100);
      const vmid = draft.backups.get(params.volume)?.vmid ?? 100;
      const known = guest(draft, vmid, /\blxc\b|backup\/ct\//.test(params.volume) ? 'lxc' : 'qemu', at.node ?? '');
      const lines = [...String(data ?? '').matchAll(/^([a-z]\w*): (.*)$/gm)].map(([, key = '', value = '']): [string, string] => [key, value]);
      if (lines.length > 0) known.config = Object.fromEntries(lines);
    },
  },
  {
    path: `${STORAGE}/file-restore/list`,
    methods: ['GET'],
    means: (draft, { params, said }, at) => {
      const volume = params.volume ?? '';
      if (!MISSING.test(said)) archived(draft, volume.includes(':') ? volume : `${at.storage}:${volume}`, 100);
    },
  },
  { says: /[Ss]torage '([^']+)' does not exist/, means: (draft, _, __, [name = '']) => void draft.storages.delete(name) },
  {
    says: /storage: [Nn]o such storage/,
    means: (draft, { params, exchange }) => void draft.storages.delete(params.storage ?? places(`${STORAGE}/**`, exchange.path)?.storage ?? ''),
  },
  { says: /storage '([^']+)' is disabled/, means: (draft, _, __, [name = '']) => storage(draft, name, { disabled: true }) },
  {
    says: /storage ID '([^']+)' already defined/,
    means: (draft, _, __, [name = '']) => void storage(draft, name),
  },
  {
    says: /storage '([^']+)' is not online/,
    means: (draft, { exchange }, __, [name = '']) =>
      void (exchange.path !== '/storage' && Object.assign(storage(draft, name), { type: 'nfs', missing: [...draft.nodes.keys()] })),
  },
  {
    says: /storage '([^']+)' is not available on node '([^']+)'/,
    means: (draft, _, __, [name = '', on = '']) => {
      node(draft, on);
      storage(draft, name).nodes = [...draft.nodes.keys()].filter((one) => one !== on);
    },
  },
  {
    says: /storage '([^']+)' does not support (?:content(?:-| )type )?'?(\w+)/,
    means: (draft, _, __, [name = '', content = '']) => {
      const rest = storage(draft, name)
        .content.split(',')
        .filter((one) => one !== content);
      storage(draft, name, { content: rest.join(',') });
    },
  },
];

/** What a list or storage.cfg says of a storage. Not active on a node: it is not there. */
function described(draft: Draft, name: string, entry: Fields, on: string): void {
  if (name === '') return;
  const made = storage(draft, name);
  const [type, content, total, used] = [text(entry, 'type'), text(entry, 'content'), number(entry, 'total'), number(entry, 'used')];
  if (type !== undefined && isStorageType(type)) made.type = type;
  if (content !== undefined) made.content = content;
  if (number(entry, 'shared') !== undefined) made.shared = number(entry, 'shared') === 1;
  if (number(entry, 'enabled') === 0 || number(entry, 'disable') === 1) made.disabled = true;
  else if (number(entry, 'active') === 0) made.missing = [on];
  const only = text(entry, 'nodes')?.split(',');
  if (only !== undefined) Object.assign(made, { nodes: only }) && only.map((one) => node(draft, one));
  const datastore = text(entry, 'datastore');
  Object.assign(made, total ? { total } : {}, used === undefined ? {} : { used }, datastore === undefined ? {} : { datastore });
}

/** Something on a storage: a backup, a guest's disk, or a file. */
function volume(draft: Draft, entry: Fields, on: string): void {
  const volid = text(entry, 'volid') ?? '';
  const [content, vmid, size] = [text(entry, 'content') ?? '', number(entry, 'vmid'), number(entry, 'size') ?? 1];
  storage(draft, volid.split(':')[0] ?? 'local');
  if (content === 'backup') {
    const [notes, verified] = [text(entry, 'notes'), isRecord(entry.verification) ? text(entry.verification, 'state') : undefined];
    draft.backups.set(volid, {
      ...{ volid, vmid: vmid ?? 100, at: number(entry, 'ctime') ?? moment(volid), size },
      ...(notes === undefined ? {} : { notes }),
      ...(number(entry, 'protected') === 1 ? { protected: true } : {}),
      ...(verified === 'ok' || verified === 'failed' ? { verification: verified } : {}),
    });
  } else if ((content === 'images' || content === 'rootdir') && vmid !== undefined) {
    const lxc = content === 'rootdir' || /subvol|^[^:]+:\d+\/vm-2\d\d-/.test(volid);
    const known = draft.guests.get(vmid) ?? guest(draft, vmid, lxc ? 'lxc' : 'qemu', on);
    const key = known.type === 'lxc' ? 'rootfs' : 'scsi';
    const taken = Object.values(known.config).some((value) => String(value).startsWith(volid));
    const free =
      known.type === 'lxc'
        ? 'rootfs'
        : `scsi${Object.entries(known.config).filter(([name, value]) => name.startsWith(key) && /^scsi\d/.test(name) && !String(value).includes(`vm-${vmid}-disk-0.raw,size=1G`)).length}`;
    if (!taken) known.config[free] = `${volid},size=${Math.max(1, Math.round(size / 2 ** 30))}G`;
  } else draft.volumes.push({ volid, content, format: text(entry, 'format') ?? 'raw', size, node: on });
}
