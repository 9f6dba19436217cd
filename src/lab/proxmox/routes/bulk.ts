import { chosen } from '../guests/bulk.ts';
import { checkQuorum } from '../guests/find.ts';
import { moveMany, startMany, stopMany, suspendMany } from '../guests/many.ts';
import * as kinds from '../kinds.ts';
import { bool, int } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork, type Work } from '../tasks.ts';
import type { Guest } from '../world.ts';

const workers = { 'max-workers': int(1, 64) };
const node = '/nodes/{node}';

/** All guests of a node at once: one task, whose log has what became of each. */
export const BULK: readonly Route[] = [
  { method: 'POST', path: `${node}/startall`, params: { ...workers, vms: kinds.vmids, force: bool }, run: startAll },
  { method: 'POST', path: `${node}/stopall`, params: { ...workers, vms: kinds.vmids, 'force-stop': bool, timeout: int(0, 7200) }, run: stopAll },
  { method: 'POST', path: `${node}/suspendall`, params: { ...workers, vms: kinds.vmids }, run: suspendAll },
  {
    method: 'POST',
    path: `${node}/migrateall`,
    params: { ...workers, maxworkers: int(1, 64), 'target!': kinds.node, vms: kinds.vmids, 'with-local-disks': bool },
    run: migrateAll,
  },
];

function here({ world, at, who, given }: Ask, privilege = 'VM.PowerMgmt'): readonly Guest[] {
  return chosen(world, who, given.list('vms').map(Number), at.name, privilege);
}

function forked({ world, at, who }: Ask, type: string, work: (work: Work) => Promise<void>): Answer {
  return ok(fork(world, { node: at.name, type, id: '', user: who.id }, work));
}

function startAll(ask: Ask): Answer {
  const guests = here(ask).filter(({ config, status }) => status === 'stopped' && (ask.given.flag('force') || Number(config.onboot ?? 0) === 1));
  checkQuorum(ask.world);
  return forked(ask, 'startall', (work) => startMany(work, ask.who.id, guests));
}

function stopAll(ask: Ask): Answer {
  const guests = here(ask).filter(({ status }) => status !== 'stopped');
  const how = { timeout: ask.given.number('timeout') ?? 180, force: ask.given.flag('force-stop') ?? true };
  return forked(ask, 'stopall', (work) => stopMany(work, ask.who.id, guests, how));
}

function suspendAll(ask: Ask): Answer {
  const guests = here(ask).filter(({ type, status }) => type === 'qemu' && status === 'running');
  return forked(ask, 'suspendall', (work) => suspendMany(work, ask.who.id, guests, true));
}

function migrateAll(ask: Ask): Answer {
  const guests = here(ask, 'VM.Migrate');
  const target = ask.text('target');
  if (target === ask.at.name) throw badParams({ target: 'target is local node.' });
  checkQuorum(ask.world);
  if (!ask.world.nodes.has(target)) throw die(`no such cluster node '${target}'`);
  return forked(ask, 'migrateall', (work) => moveMany(work, ask.who.id, guests, { target, disks: ask.given.flag('with-local-disks') ?? false }));
}
