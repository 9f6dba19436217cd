import * as kinds from '../kinds.ts';
import { bool, matching, num, oneOf, text } from '../params.ts';
import { demand, may } from '../permissions.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { World } from '../world.ts';
import { writable } from './kept.ts';

const ID = matching(/^[1-9][0-9]{2,8}-\d{1,9}$/);
const one = '/cluster/replication/{id}';
const settings = { comment: text(4096), disable: bool, rate: num(1), remove_job: oneOf('local', 'full'), schedule: text(128), source: kinds.node };

/** Replications are set up, changed and taken away. */
export const REPLICATIONS: readonly Route[] = [
  { method: 'POST', path: '/cluster/replication', params: { ...settings, 'id!': ID, 'target!': kinds.node, 'type!': oneOf('local') }, run: add },
  { method: 'GET', path: one, run: (ask) => ok(jobRow(ask.world, jobAt(ask))) },
  { method: 'PUT', path: one, params: { ...settings, digest: kinds.digest, delete: text() }, run: change },
  { method: 'DELETE', path: one, params: { force: bool, keep: bool }, run: remove },
];

/** The replications of guests one may see. */
export function seen({ world, who }: Ask) {
  return world.replications.filter(({ guest }) => may(who, `/vms/${guest}`, 'VM.Audit'));
}

/** The node a guest is on; empty when it is nowhere. */
export function sourceOf(world: World, guest: number): string {
  return world.guests.get(guest)?.node ?? '';
}

type Job = World['replications'][number];

/** A replication as lists have it. */
export function jobRow(world: World, { id, guest, target, schedule }: Job) {
  return { id, guest, jobnum: Number(id.split('-')[1]), source: sourceOf(world, guest), target, type: 'local', schedule };
}

function jobAt({ world, who, text: part }: Ask): Job {
  const found = world.replications.find(({ id }) => id === part('id'));
  if (!found) throw die(`replication job '${part('id')}' does not exist`);
  demand(who, `/vms/${found.guest}`, 'VM.Audit');
  return found;
}

function add({ world, who, given }: Ask): Answer {
  const [id, target] = [given.text('id'), given.text('target')];
  const guest = Number(id.split('-')[0]);
  demand(who, `/vms/${guest}`, 'VM.Replicate');
  if (world.replications.some((job) => job.id === id)) throw die(`replication job '${id}' already exists`);
  if (!world.nodes.has(target)) throw die(`no such cluster node '${target}'`);
  if (!world.guests.has(guest)) throw die(`guest '${guest}' does not exist`);
  if (sourceOf(world, guest) === target) throw die(`replication target must not be the source node`);
  writable(world, 'replication_cfg');
  world.replications.push({ id, guest, target, schedule: given.text('schedule') || '*/15' });
  return ok();
}

function change(ask: Ask): Answer {
  const job = jobAt(ask);
  demand(ask.who, `/vms/${job.guest}`, 'VM.Replicate');
  writable(ask.world, 'replication_cfg');
  ask.world.replications.splice(ask.world.replications.indexOf(job), 1, { ...job, schedule: ask.text('schedule') || job.schedule });
  return ok();
}

function remove(ask: Ask): Answer {
  const job = jobAt(ask);
  demand(ask.who, `/vms/${job.guest}`, 'VM.Replicate');
  writable(ask.world, 'replication_cfg');
  ask.world.replications.splice(ask.world.replications.indexOf(job), 1);
  return ok();
}
