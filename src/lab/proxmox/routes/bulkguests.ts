import { chosen } from '../guests/bulk.ts';
import { checkQuorum } from '../guests/find.ts';
import { moveMany, startMany, stopMany, suspendMany } from '../guests/many.ts';
import * as kinds from '../kinds.ts';
import { bool, int, many, type Table } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork, type Work } from '../tasks.ts';
import type { Guest } from '../world.ts';

const path = '/cluster/bulk-action/guest';
const vms: Table = { vms: many(kinds.vmid), 'max-workers': int(1, 64), maxworkers: int(1, 64) };

/** Guests of the whole cluster at once, wherever they are. */
export const BULK_GUESTS: readonly Route[] = [
  { method: 'POST', path: `${path}/start`, params: { ...vms, timeout: int() }, run: startThem },
  { method: 'POST', path: `${path}/shutdown`, params: { ...vms, 'force-stop': bool, timeout: int() }, run: shutThem },
  { method: 'POST', path: `${path}/suspend`, params: { ...vms, statestorage: kinds.storage, 'to-disk': bool }, run: suspendThem },
  { method: 'POST', path: `${path}/migrate`, params: { ...vms, 'target!': kinds.node, online: bool, 'with-local-disks': bool }, run: moveThem },
];

function forked({ world, at, who }: Ask, verb: string, work: (work: Work) => Promise<void>): Answer {
  checkQuorum(world);
  return ok(fork(world, { node: at.name, type: `bulk${verb}`, id: '', user: who.id }, work));
}

function wanted({ world, who, given }: Ask, privilege = 'VM.PowerMgmt'): readonly Guest[] {
  return chosen(world, who, given.list('vms').map(Number), undefined, privilege);
}

function startThem(ask: Ask): Answer {
  const guests = wanted(ask).filter(({ status }) => status === 'stopped');
  return forked(ask, 'start', (work) => startMany(work, ask.who.id, guests));
}

function shutThem(ask: Ask): Answer {
  const guests = wanted(ask).filter(({ status }) => status !== 'stopped');
  const how = { timeout: ask.given.number('timeout') ?? 180, force: ask.given.flag('force-stop') ?? true };
  return forked(ask, 'shutdown', (work) => stopMany(work, ask.who.id, guests, how));
}

function suspendThem(ask: Ask): Answer {
  const guests = wanted(ask).filter(({ type, status }) => type === 'qemu' && status === 'running');
  return forked(ask, 'suspend', (work) => suspendMany(work, ask.who.id, guests, ask.given.flag('to-disk') ?? false));
}

function moveThem(ask: Ask): Answer {
  const target = ask.text('target');
  const guests = wanted(ask, 'VM.Migrate').filter(({ node }) => node !== target);
  if (!ask.world.nodes.has(target)) throw die(`no such cluster node '${target}'`);
  return forked(ask, 'migrate', (work) => moveMany(work, ask.who.id, guests, { target, disks: ask.given.flag('with-local-disks') ?? false }));
}
