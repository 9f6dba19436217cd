import { needs } from '../gates.ts';
import { resource, visible } from '../guests/figures.ts';
import * as kinds from '../kinds.ts';
import { oneOf, text } from '../params.ts';
import { demand, granted, may } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { quorate } from '../world.ts';
import { nodeResource } from './nodes.ts';
import { poolNames, poolOf } from './poolsets.ts';
import { storageResources } from './storages.ts';
import { versionOf } from './version.ts';

/** `/version`, and what is said of the cluster as a whole. */
export const CLUSTER: readonly Route[] = [
  { method: 'GET', path: '/version', run: ({ world }) => ok(versionOf(world.version)) },
  { method: 'GET', path: '/cluster/status', gate: needs('/', 'Sys.Audit'), run: status },
  { method: 'GET', path: '/cluster/resources', params: { type: oneOf('vm', 'storage', 'node', 'sdn') }, run: resources },
  { method: 'GET', path: '/cluster/nextid', params: { vmid: kinds.vmid }, run: nextid },
  { method: 'GET', path: '/cluster/config/nodes', gate: needs('/', 'Sys.Audit'), run: members },
  { method: 'GET', path: '/access/permissions', params: { path: text(), userid: text() }, run: permissions },
];

function status({ world, at }: Ask): Answer {
  const nodes = [...world.nodes.values()].map(({ name, id, ip, online }) => ({
    ...{ type: 'node', id: `node/${name}`, name, nodeid: world.name ? id : 0, level: '', local: name === at.name ? 1 : 0, online: online ? 1 : 0 },
    ip,
  }));
  if (world.name === undefined) return ok(nodes);
  const cluster = { type: 'cluster', id: 'cluster', name: world.name, nodes: nodes.length, quorate: quorate(world) ? 1 : 0, version: nodes.length };
  return ok([cluster, ...nodes]);
}

function resources({ world, who, text: given }: Ask): Answer {
  const type = given('type');
  const guests = type === '' || type === 'vm' ? visible(world, who).map((guest) => ({ ...resource(world, guest), ...poolOf(world, guest.vmid) })) : [];
  const nodes = type === '' || type === 'node' ? [...world.nodes.values()].map((node) => nodeResource(world, who, node)) : [];
  const storages = type === '' || type === 'storage' ? storageResources(world, who) : [];
  const pools = type === '' ? poolNames(world).filter((pool) => may(who, `/pool/${pool}`, 'Pool.Audit')) : [];
  return ok([...pools.map((pool) => ({ id: `/pool/${pool}`, type: 'pool', pool })), ...guests, ...nodes, ...storages]);
}

function nextid({ world, given }: Ask): Answer {
  const wanted = given.number('vmid');
  if (wanted !== undefined) {
    if (world.guests.has(wanted)) throw badParams({ vmid: `VM ${wanted} already exists` });
    return ok(String(wanted));
  }
  for (let id = 100; ; id++) if (!world.guests.has(id)) return ok(String(id));
}

function members({ world }: Ask): Answer {
  if (world.name === undefined) throw die('node is not in a cluster, no join info available!');
  return ok([...world.nodes.values()].map(({ name, id, ip }) => ({ name, node: name, nodeid: String(id), quorum_votes: '1', ring0_addr: ip })));
}

function permissions({ who, text: given }: Ask): Answer {
  if (given('userid') !== '' && given('userid') !== who.id) demand(who, '/access', 'Sys.Audit');
  const paths =
    given('path') === ''
      ? ['/', '/access', '/access/groups', '/mapping', '/nodes', '/pool', '/sdn', '/storage', '/vms', ...Object.keys(who.rights)]
      : [given('path')];
  const rows = [...new Set(paths)].map((path) => [path, granted(who, path)] as const);
  return ok(Object.fromEntries(rows.filter(([path, held]) => given('path') === path || Object.keys(held).length > 0)));
}
