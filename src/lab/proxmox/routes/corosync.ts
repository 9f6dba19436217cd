import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';

const modify = needs('/', 'Sys.Modify');
const audit = needs('/', 'Sys.Audit');

/** How the nodes of the cluster find each other. */
export const COROSYNC: readonly Route[] = [
  { method: 'GET', path: '/cluster/config/apiversion', gate: audit, run: () => ok(1) },
  { method: 'GET', path: '/cluster/config/join', gate: audit, params: { node: text() }, run: join },
  { method: 'GET', path: '/cluster/config/totem', gate: audit, run: totem },
  { method: 'GET', path: '/cluster/config/qdevice', gate: audit, run: () => ok({}) },
  ...['', '/join', '/nodes/{name}'].map((path): Route => {
    return { method: 'POST', path: `/cluster/config${path}`, gate: modify, more: () => text(), run: already };
  }),
  { method: 'DELETE', path: '/cluster/config/nodes/{name}', gate: modify, run: removeNode },
];

function clustered({ world }: Ask): void {
  if (world.name === undefined) throw die('node is not in a cluster, no join info available!');
}

function join(ask: Ask): Answer {
  clustered(ask);
  const nodelist = [...ask.world.nodes.values()].map(({ name, id, ip, fingerprint }) => {
    return { name, nodeid: String(id), ring0_addr: ip, pve_addr: ip, pve_fp: fingerprint, quorum_votes: '1' };
  });
  return ok({ config_digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', nodelist, preferred_node: ask.at.name, totem: totemOf(ask) });
}

function totemOf({ world }: Ask) {
  const links = { 0: { linknumber: '0' } };
  return {
    cluster_name: world.name,
    config_version: String(world.nodes.size),
    interface: links,
    ip_version: 'ipv4-6',
    link_mode: 'passive',
    secauth: 'on',
    version: '2',
  };
}

function totem(ask: Ask): Answer {
  return ok(ask.world.name === undefined ? {} : totemOf(ask));
}

function already({ world }: Ask): never {
  throw die(world.name === undefined ? 'a practice node stays by itself' : `cluster config '/etc/pve/corosync.conf' already exists`);
}

function removeNode({ world, text: part }: Ask): never {
  const found = world.nodes.get(part('name'));
  throw die(found ? `Cannot delete node ${part('name')}: a practice cluster keeps its nodes` : `Node/IP: ${part('name')} is not a known host of the cluster.`);
}
