import { createHash } from 'node:crypto';
import { needs } from '../gates.ts';
import { guestOf, request, requestMove } from '../guests/crm.ts';
import { sidOf } from '../guests/figures.ts';
import * as kinds from '../kinds.ts';
import { bool, int, oneOf, type Table, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { type Config, type Managed, quorate, type World } from '../world.ts';
import { status } from './hastatus.ts';

const audit = needs('/', 'Sys.Audit');
const manage = needs('/', 'Sys.Console');
const FIELDS: Table = {
  ...{ comment: text(4096), failback: bool, 'auto-rebalance': bool, max_relocate: int(0), max_restart: int(0) },
  state: oneOf('started', 'stopped', 'enabled', 'disabled', 'ignored'),
};
const one = '/cluster/ha/resources/{sid}';

/** High availability: what is managed, and how it is. */
export const HA: readonly Route[] = [
  { method: 'GET', path: '/cluster/ha/status/current', gate: audit, run: status },
  { method: 'GET', path: '/cluster/ha/groups', gate: audit, run: gone },
  { method: 'GET', path: '/cluster/ha/resources', gate: audit, params: { type: oneOf('ct', 'vm') }, run: list },
  { method: 'POST', path: '/cluster/ha/resources', gate: manage, params: { ...FIELDS, 'sid!': kinds.sid, type: oneOf('ct', 'vm'), group: text() }, run: add },
  { method: 'GET', path: one, gate: audit, run: (ask) => ok({ ...row(managedAt(ask)), digest: digestOf(ask.world) }) },
  { method: 'PUT', path: one, gate: manage, params: { ...FIELDS, digest: kinds.digest, delete: text(), group: text() }, run: change },
  { method: 'DELETE', path: one, gate: manage, params: { purge: bool }, run: remove },
  { method: 'POST', path: `${one}/migrate`, gate: manage, params: { 'node!': kinds.node }, run: (ask) => move(ask, true) },
  { method: 'POST', path: `${one}/relocate`, gate: manage, params: { 'node!': kinds.node }, run: (ask) => move(ask, false) },
];

/** Groups became rules in PVE 9. */
function gone(): Answer {
  throw die('cannot index groups: ha groups have been migrated to rules');
}

/** `vm:100` for `100`, too. */
function sidAt({ world, text: part }: Ask): string {
  const given = part('sid');
  if (given.includes(':')) return given;
  const guest = world.guests.get(Number(given));
  if (!guest) throw die(`unable to get HA resource type for VMID '${given}'`);
  return sidOf(guest);
}

function managedAt(ask: Ask): Managed {
  const found = ask.world.ha.get(sidAt(ask));
  if (!found) throw die(`no such resource '${sidAt(ask)}'`);
  return found;
}

function row({ sid, state, more }: Managed) {
  return { sid, type: sid.split(':')[0], state, ...more };
}

function digestOf(world: World): string {
  return createHash('sha1')
    .update(JSON.stringify([...world.ha.values()].map(row)))
    .digest('hex');
}

function list({ world, text: part }: Ask): Answer {
  const digest = digestOf(world);
  return ok([...world.ha.values()].filter(({ sid }) => sid.startsWith(part('type'))).map((managed) => ({ ...row(managed), digest })));
}

function writable(world: World): void {
  if (!quorate(world)) throw die("cfs-lock 'domain-ha' error: no quorum!");
}

function fieldsOf({ given }: Ask): Config {
  const fields: Config = {};
  for (const name of Object.keys(FIELDS)) {
    const value = given.all[name];
    if (name !== 'state' && value !== undefined && typeof value !== 'object') fields[name] = value;
  }
  return fields;
}

function add(ask: Ask): Answer {
  const { world, given } = ask;
  const sid = sidAt(ask);
  if (!guestOf(world, sid)) throw die(`cannot create service '${sid}', because the guest does not exist`);
  if (world.ha.has(sid)) throw die(`resource ID '${sid}' already defined`);
  if (given.has('group')) throw badParams({ group: 'HA groups have been migrated to rules' });
  writable(world);
  const managed: Managed = { sid, state: 'started', crm: 'queued', home: undefined, more: fieldsOf(ask) };
  world.ha.set(sid, managed);
  request(world, managed, given.text('state') || 'started');
  return ok();
}

function change(ask: Ask): Answer {
  const { world, given } = ask;
  const managed = managedAt(ask);
  if (given.has('digest') && given.text('digest') !== digestOf(world)) throw die('detected modified configuration - file changed by other user? Try again.');
  writable(world);
  Object.assign(managed.more, fieldsOf(ask));
  for (const name of given.list('delete')) delete managed.more[name];
  if (given.has('state')) request(world, managed, given.text('state'));
  return ok();
}

function remove(ask: Ask): Answer {
  const { sid } = managedAt(ask);
  writable(ask.world);
  ask.world.ha.delete(sid);
  return ok();
}

function move(ask: Ask, online: boolean): Answer {
  const { world } = ask;
  const managed = managedAt(ask);
  const target = ask.text('node');
  if (!world.nodes.has(target)) throw die(`no such cluster node '${target}'`);
  writable(world);
  if (guestOf(world, managed.sid)?.node === target) throw die(`service '${managed.sid}' already on node '${target}'`);
  requestMove(world, managed, target, online);
  return ok({ sid: managed.sid, 'requested-node': target });
}
