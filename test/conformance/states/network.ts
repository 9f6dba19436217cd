import { type Fields, isRecord, records, text } from '../record.ts';
import type { Draft, Rule, Scene } from './draft.ts';
import { node } from './make.ts';

const PLAIN: Fields = {
  iface: 'vmbr0',
  type: 'bridge',
  method: 'static',
  address: '192.0.2.11',
  netmask: '24',
  cidr: '192.0.2.11/24',
  active: 1,
  autostart: 1,
  bridge_ports: '',
  bridge_stp: 'off',
  bridge_fd: '0',
};

/** Networks of a node: what is there, and what is staged. */
export const NETWORK: readonly Rule[] = [
  { path: '/nodes/{node}/network', methods: ['GET'], means: (draft, scene, at) => listed(draft, scene, at.node ?? '') },
  {
    path: '/nodes/{node}/network',
    methods: ['POST'],
    means: (draft, { params, said }, at) => void networks(draft, at.node ?? '', /already exists/.test(said) ? { ...PLAIN, ...params } : PLAIN),
  },
  {
    path: '/nodes/{node}/network',
    methods: ['PUT', 'DELETE'],
    means: (draft, { status }, at) => {
      if (status >= 595) return;
      networks(draft, at.node ?? '', PLAIN);
      draft.preludes.push({ method: 'POST', path: `/nodes/${at.node}/network`, params: { iface: 'vmbr77', type: 'bridge', autostart: '1' } });
    },
  },
  {
    path: '/nodes/{node}/network/{iface}',
    means: (draft, { data, said }, at) => {
      if (!/does not exist|no such/i.test(said)) networks(draft, at.node ?? '', { ...PLAIN, ...(isRecord(data) ? data : {}), iface: at.iface });
    },
  },
];

function networks(draft: Draft, on: string, ...given: readonly Fields[]): void {
  const made = node(draft, on);
  made.networks = [...(made.networks ?? []), ...given];
}

/** With `changes` some of it is staged only: the diff says what, and it is staged by calls beforehand. */
function listed(draft: Draft, { data, exchange }: Scene, on: string): void {
  const all = records(data);
  const diff = text(records([exchange.answer.body])[0] ?? {}, 'changes') ?? '';
  const [added, removed] = ['+', '-'].map((sign) => [...diff.matchAll(new RegExp(`^\\${sign}iface (\\S+) inet`, 'gm'))].map((found) => found[1] ?? ''));
  const staged = all.filter((entry) => added?.includes(text(entry, 'iface') ?? '') && !removed?.includes(text(entry, 'iface') ?? ''));
  networks(draft, on, ...all.filter((entry) => !staged.includes(entry)));
  const path = `/nodes/${on}/network`;
  for (const entry of staged) draft.preludes.push({ method: 'POST', path, params: settings(entry) });
  for (const name of (removed ?? []).filter((one) => !added?.includes(one))) {
    networks(draft, on, { ...PLAIN, iface: name });
    draft.preludes.push({ method: 'DELETE', path: `${path}/${name}`, params: {} });
  }
  if (diff === '' || staged.length > 0 || (removed ?? []).length > 0) return;
  // Only lines within an interface differ: the one whose line is near is set anew.
  const near = all.find((entry) => diff.includes(text(entry, 'iface') ?? '\n')) ?? all[0];
  if (near !== undefined) draft.preludes.push({ method: 'PUT', path: `${path}/${text(near, 'iface')}`, params: { ...settings(near), comments: 'another' } });
}

const SETTABLE = [
  'iface',
  'type',
  'cidr',
  'address',
  'netmask',
  'gateway',
  'autostart',
  'bridge_ports',
  'mtu',
  'comments',
  'slaves',
  'bond_mode',
  'vlan-raw-device',
  'vlan-id',
  'bridge_vlan_aware',
];

function settings(entry: Fields): Record<string, string> {
  const pairs = SETTABLE.flatMap((name) => (text(entry, name) === undefined ? [] : [[name, text(entry, name) ?? ''] as const]));
  const given = Object.fromEntries(pairs);
  if (given.cidr !== undefined) {
    delete given.address;
    delete given.netmask;
  }
  if (given.bridge_ports === '') delete given.bridge_ports;
  return given;
}
