import { needs } from '../gates.ts';
import { interfacesFile, unifiedDiff } from '../interfaces.ts';
import * as kinds from '../kinds.ts';
import { bool, int, matching, oneOf, type Table, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Fields, Node } from '../world.ts';
import { named } from './kept.ts';

const TYPES = ['bridge', 'bond', 'eth', 'alias', 'vlan', 'fabric', 'OVSBridge', 'OVSBond', 'OVSPort', 'OVSIntPort', 'vnet', 'unknown'];
const FIELDS: Table = {
  ...{
    'type!': oneOf(...TYPES),
    address: kinds.ipv4,
    netmask: matching(/^(\d{1,2}|(\d{1,3}\.){3}\d{1,3})$/),
    cidr: kinds.cidr4,
    gateway: kinds.ipv4,
    address6: text(),
    netmask6: int(0, 128),
    cidr6: text(),
    gateway6: text(),
  },
  ...{
    autostart: bool,
    bridge_ports: text(),
    bridge_vids: text(),
    bridge_vlan_aware: bool,
    ...named('ovs_bonds ovs_bridge ovs_options ovs_ports ovs_tag'),
    comments: text(),
    comments6: text(),
    mtu: int(1280, 65_520),
    slaves: text(),
  },
  ...{
    bond_mode: oneOf(
      ...['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'],
      ...['balance-slb', 'lacp-balance-slb', 'lacp-balance-tcp'],
    ),
    'bond-primary': kinds.iface,
    bond_xmit_hash_policy: oneOf('layer2', 'layer2+3', 'layer3+4'),
    'vlan-id': int(1, 4094),
    'vlan-raw-device': kinds.iface,
  },
};
const requires = { address: 'netmask', netmask: 'address', address6: 'netmask6', netmask6: 'address6' };
const path = '/nodes/{node}/network';
const modify = needs('/nodes/{node}', 'Sys.Modify');

/** A node's network: changes are staged, and all that is staged is applied together. */
export const NETWORK: readonly Route[] = [
  { method: 'GET', path, params: { type: oneOf(...TYPES.slice(0, -1), 'any_bridge', 'any_local_bridge', 'include_sdn') }, run: list },
  { method: 'POST', path, gate: modify, params: { ...FIELDS, 'iface!': kinds.iface }, requires, run: add },
  { method: 'PUT', path, gate: modify, params: { 'regenerate-frr': bool }, run: apply },
  { method: 'DELETE', path, gate: modify, run: revert },
  { method: 'GET', path: `${path}/{iface}`, gate: needs('/nodes/{node}', 'Sys.Audit'), run: (ask) => ok(without(cardAt(ask))) },
  { method: 'PUT', path: `${path}/{iface}`, gate: modify, params: { ...FIELDS, delete: text() }, requires, run: change },
  { method: 'DELETE', path: `${path}/{iface}`, gate: modify, run: remove },
];

const shown = ({ networks, staged }: Node): readonly Fields[] => staged ?? networks;

function list({ at, text: part }: Ask): Answer {
  const rows = shown(at).filter(({ type }) => part('type') === '' || (part('type') === 'any_bridge' ? /bridge/i.test(String(type)) : type === part('type')));
  return at.staged ? { data: rows, changes: unifiedDiff(interfacesFile(at.networks), interfacesFile(at.staged)) } : ok(rows);
}

function cardAt({ at, text: part }: Ask): Fields {
  const found = shown(at).find(({ iface }) => iface === part('iface'));
  if (!found) throw badParams({ iface: 'interface does not exist' });
  return found;
}

function without({ iface: _, ...rest }: Fields): Fields {
  return rest;
}

/** The fields of a card; an address and its mask are told in both ways. */
function fieldsOf({ given }: Ask): Fields {
  const { delete: _, node: __, cidr, ...fields } = given.all;
  const [address, netmask] = given.has('cidr') ? String(cidr).split('/') : [fields.address, fields.netmask];
  const inet = address === undefined ? { method: 'manual' } : { method: 'static', address, netmask, cidr: `${String(address)}/${String(netmask)}` };
  return { ...fields, ...inet };
}

function add(ask: Ask): Answer {
  const { at, text: part } = ask;
  early(ask);
  if (shown(at).some(({ iface }) => iface === part('iface'))) throw badParams({ iface: 'interface already exists' });
  const bridge = part('type') === 'bridge' ? { bridge_ports: '', bridge_stp: 'off', bridge_fd: '0' } : {};
  const card = { ...bridge, ...fieldsOf(ask), iface: part('iface'), method6: 'manual', families: ['inet'], priority: shown(at).length + 2 };
  checkGateway(shown(at), card);
  at.staged = [...shown(at), card];
  return ok();
}

function early({ text: part }: Ask): void {
  if (part('type') === 'vlan' && !/\.\d+$|^vlan\d+$/.test(part('iface')) && part('vlan-raw-device') === '')
    throw badParams({ 'vlan-raw-device': 'missing property' });
}

function checkGateway(cards: readonly Fields[], card: Fields): void {
  const other = cards.find(({ iface, gateway }) => gateway !== undefined && iface !== card.iface);
  if (card.gateway !== undefined && other) throw badParams({ gateway: `Default gateway already exists on interface '${String(other.iface)}'.` });
}

function change(ask: Ask): Answer {
  const { at, given } = ask;
  const before = cardAt(ask);
  const card: Fields = { ...before, ...fieldsOf(ask) };
  for (const name of given.list('delete')) {
    delete card[name];
    if (name === 'cidr' || name === 'address') for (const gone of ['address', 'netmask', 'cidr', 'gateway']) delete card[gone];
  }
  checkGateway(shown(at), card);
  at.staged = shown(at).map((one) => (one === before ? card : one));
  return ok();
}

function remove(ask: Ask): Answer {
  const before = cardAt(ask);
  ask.at.staged = shown(ask.at).filter((one) => one !== before);
  return ok();
}

function revert({ at }: Ask): Answer {
  at.staged = undefined;
  return ok();
}

function apply({ world, at, who }: Ask): Answer {
  return ok(
    fork(world, { node: at.name, type: 'srvreload', id: 'networking', user: who.id }, async ({ wait }) => {
      await wait(2500);
      const next = at.staged;
      if (!next) return;
      const ports = next.flatMap(({ bridge_ports: names }) => String(names ?? '').split(/\s+/)).filter((name) => name !== '');
      const missing = ports.find((name) => !next.some(({ iface }) => iface === name) && !name.includes('.'));
      at.networks = next.map((card) => ({ ...card, active: 1 }));
      at.staged = undefined;
      if (missing !== undefined) throw die(`command 'ifreload -a' failed: exit code 1`);
    }),
  );
}
