import { each, isRecord, number, records, scalars, text } from '../record.ts';
import type { Draft, GuestDraft, Rule, Scene } from './draft.ts';
import { describeGuest, guest, node, sid, storage } from './make.ts';

const GUEST = '/nodes/{node}/{kind:qemu|lxc}/{vmid:\\d+}';

/** The guest a path names. */
function named(draft: Draft, at: Readonly<Record<string, string>>): GuestDraft {
  return guest(draft, Number(at.vmid), at.kind ?? '', at.node ?? '');
}

/** What a guest must be like before it is told to do this, so that it makes sense. */
const BEFORE: Readonly<Record<string, GuestDraft['status']>> = {
  ...{ start: 'stopped', stop: 'running', shutdown: 'running', reboot: 'running', reset: 'running', suspend: 'running', resume: 'paused' },
};

/** Guests: that they are there, what they are, and what they are told to do. */
export const GUESTS: readonly Rule[] = [
  {
    path: '/nodes/{node}/{kind:qemu|lxc}',
    methods: ['GET'],
    means: (draft, { data }, at) => each(data, (fields) => void describeGuest(draft, fields, at.kind ?? '', at.node ?? '')),
  },
  { path: `${GUEST}/**`, means: (draft, _, at) => void named(draft, at) },
  {
    path: `${GUEST}/status/current`,
    methods: ['GET'],
    means: (draft, { data }, at) => {
      if (!isRecord(data)) return;
      const known = describeGuest(draft, { vmid: at.vmid, ...data }, at.kind ?? '', at.node ?? '');
      if (known === undefined || !isRecord(data.ha) || number(data.ha, 'managed') !== 1) return;
      draft.ha[sid(known)] = { state: text(data.ha, 'state') ?? 'started' };
    },
  },
  {
    path: `${GUEST}/status/{verb}`,
    methods: ['POST'],
    means: (draft, _, at) => {
      const known = named(draft, at);
      known.status = BEFORE[at.verb ?? ''] ?? known.status ?? 'stopped';
    },
  },
  {
    path: `${GUEST}/config`,
    methods: ['GET'],
    means: (draft, { data, params }, at) => {
      const known = named(draft, at);
      if (isRecord(data)) known.config = scalars(data, 'digest');
      if (number(known.config, 'template') === 1) known.template = true;
      if (params.snapshot !== undefined) snapshot(known, params.snapshot);
      storagesOf(draft, known);
    },
  },
  {
    path: `${GUEST}/pending`,
    methods: ['GET'],
    means: (draft, { data }, at) => {
      const known = named(draft, at);
      if (!Array.isArray(data)) return;
      known.config = {};
      for (const { key, ...entry } of records(data)) {
        const name = String(key);
        const [now, next] = [scalars(entry).value, scalars(entry).pending];
        if (name !== 'digest' && now !== undefined) known.config[name] = now;
        if (next !== undefined) known.pending[name] = next;
        if (number(entry, 'delete') !== undefined)
          draft.preludes.push({ method: 'PUT', path: `/nodes/${at.node}/${at.kind}/${at.vmid}/config`, params: { delete: name } });
      }
      // Only what runs keeps changes waiting.
      if (records(data).some((entry) => 'pending' in entry || 'delete' in entry)) known.status = 'running';
      storagesOf(draft, known);
    },
  },
  { path: `${GUEST}/config`, methods: ['PUT', 'POST'], means: writesConfig },
  {
    path: `${GUEST}/feature`,
    methods: ['GET'],
    means: (draft, { data }, at) => {
      const known = named(draft, at);
      const has = isRecord(data) && number(data, 'hasFeature') === 1;
      if (at.kind === 'qemu') known.config.scsi0 = `local:${at.vmid}/vm-${at.vmid}-disk-0.${has ? 'qcow2' : 'raw'},size=1G`;
      if (isRecord(data) && Array.isArray(data.nodes)) for (const one of data.nodes) node(draft, String(one));
    },
  },
  {
    path: `${GUEST}/snapshot`,
    methods: ['GET'],
    means: (draft, { data }, at) => {
      const known = named(draft, at);
      for (const entry of records(data)) {
        const name = text(entry, 'name') ?? '';
        if (name === 'current') {
          known.status = number(entry, 'running') === 1 ? 'running' : 'stopped';
          continue;
        }
        const made = snapshot(known, name);
        const [parent, description] = [text(entry, 'parent'), text(entry, 'description')];
        Object.assign(made, { at: number(entry, 'snaptime') ?? made.at });
        if (parent !== undefined) made.parent = parent;
        if (description !== undefined) made.description = description;
        if (number(entry, 'vmstate') === 1) made.vmstate = true;
        const half = text(entry, 'snapstate');
        if (half === 'prepare' || half === 'delete') made.state = half;
      }
    },
  },
  {
    path: `${GUEST}/snapshot/{name}/**`,
    means: (draft, { said }, at) => void (/does not exist/.test(said) ? named(draft, at) : snapshot(named(draft, at), at.name ?? '')),
  },
  {
    path: `${GUEST}/snapshot/{name}/config`,
    methods: ['GET'],
    means: (draft, { data }, at) => {
      if (!isRecord(data)) return;
      const known = named(draft, at);
      known.config = scalars(data, 'digest', 'snaptime', 'snapstate', 'parent', 'vmstate', 'description');
      const [time, description] = [number(data, 'snaptime'), text(data, 'description')];
      Object.assign(snapshot(known, at.name ?? ''), time === undefined ? {} : { at: time }, description === undefined ? {} : { description });
    },
  },
  {
    path: `${GUEST}/{verb:template|clone}`,
    methods: ['POST'],
    means: (draft, { params }, at) => {
      named(draft, at).config.template ??= 0;
      if (params.target !== undefined) node(draft, params.target);
      draft.guests.delete(Number(params.newid));
    },
  },
  { path: `${GUEST}/agent/**`, means: (draft, scene, at) => agent(named(draft, at), scene) },
  { path: `${GUEST}/interfaces`, methods: ['GET'], means: (draft, _, at) => Object.assign(named(draft, at), { status: 'running' }) },
  {
    path: `${GUEST}/**`,
    methods: ['POST'],
    means: (draft, { data }, at) => {
      const by = typeof data === 'string' ? /^UPID:(?:[^:]*:){4}ha(start|stop|migrate)/.exec(data)?.[1] : undefined;
      if (by !== undefined) draft.ha[sid(named(draft, at))] = { state: by === 'start' ? 'stopped' : 'started' };
    },
  },
  { path: GUEST, methods: ['DELETE'], means: (draft, _, at) => Object.assign(named(draft, at), { status: 'stopped' }) },
];

function snapshot(known: GuestDraft, name: string): GuestDraft['snapshots'][number] {
  const found = known.snapshots.find((one) => one.name === name);
  if (found !== undefined) return found;
  const made = { name, at: 1_795_167_000 + known.snapshots.length };
  known.snapshots.push(made);
  return made;
}

/** Volumes of a config lie on storages that are there. */
function storagesOf(draft: Draft, { config }: GuestDraft): void {
  for (const [key, value] of Object.entries(config)) {
    const [, name] = (/^(scsi|ide|sata|virtio|rootfs|mp|efidisk|tpmstate|unused)\d*$/.test(key) && /^([a-zA-Z][\w.-]+):(?!\/)/.exec(String(value))) || [];
    if (name !== undefined && name !== 'file') storage(draft, name);
  }
}

/** What is deleted was there; a digest that was right is taken from where it is read. */
function writesConfig(draft: Draft, { params, good, said }: Scene, at: Readonly<Record<string, string>>): void {
  const known = named(draft, at);
  const gone = (params.delete ?? '').split(/[,; ]+/).filter(Boolean);
  for (const name of gone)
    if (!said.includes(`'${name}'`))
      known.config[name] ??= /^(ide|sata|scsi|virtio)\d+$/.test(name)
        ? 'cdrom,media=cdrom'
        : /^\w+\d+$/.test(name)
          ? 'virtio=BC:24:11:00:00:02,bridge=vmbr0'
          : '1';
  if (good && params.digest !== undefined) draft.digestOf = `/nodes/${at.node}/${at.kind}/${at.vmid}/config`;
}

function agent(known: GuestDraft, { exchange, good, data }: Scene): void {
  Object.assign(known, { status: 'running' }).config.agent = '1';
  if (!good) return;
  const result = isRecord(data) ? data.result : undefined;
  const os = isRecord(result) ? (text(result, 'pretty-name') ?? text(result, 'name')) : undefined;
  const addresses = records(result).flatMap((entry) => records(entry['ip-addresses']).flatMap((one) => text(one, 'ip-address') ?? []));
  const outside = addresses.filter((one) => !/^(127\.|::1$|fe80:)/.test(one));
  known.agent = { ...(os === undefined ? {} : { os }), ...(exchange.path.endsWith('network-get-interfaces') ? { addresses: outside } : {}) };
}
