import { randomUUID } from 'node:crypto';
import { needs } from '../gates.ts';
import { disksOf } from '../guests/disks.ts';
import * as kinds from '../kinds.ts';
import { bool, matching, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { type Fields, type Guest, nameOf, quorate, type World } from '../world.ts';
import { DUMP } from './vzdump.ts';

const audit = needs('/', 'Sys.Audit');
const modify = needs('/', 'Sys.Modify');
const SCHEDULE = matching(/^[a-z0-9*,:./ -]{1,128}$/i);
const JOB = {
  ...DUMP,
  schedule: SCHEDULE,
  starttime: matching(/^\d{1,2}:\d{1,2}$/),
  dow: text(),
  enabled: bool,
  comment: text(512),
  'repeat-missed': bool,
  node: kinds.node,
};

/** Backup jobs, and what none of them covers. */
export const JOBS: readonly Route[] = [
  { method: 'GET', path: '/cluster/backup', gate: audit, run: ({ world }) => ok(world.jobs.map(shown)) },
  { method: 'POST', path: '/cluster/backup', gate: modify, params: { ...JOB, id: kinds.configId }, run: add },
  { method: 'GET', path: '/cluster/backup/{id}', gate: audit, run: (ask) => ok(shown(jobAt(ask))) },
  { method: 'PUT', path: '/cluster/backup/{id}', gate: modify, params: { ...JOB, delete: text() }, run: change },
  { method: 'DELETE', path: '/cluster/backup/{id}', gate: modify, run: remove },
  { method: 'GET', path: '/cluster/backup/{id}/included_volumes', gate: audit, run: included },
  { method: 'GET', path: '/cluster/backup-info/not-backed-up', gate: audit, run: uncovered },
];

function shown(job: Fields): Fields {
  const next = Math.ceil(Date.now() / 86_400_000) * 86_400 + 2 * 3600;
  const rule = job['prune-backups'];
  const keep = typeof rule === 'string' ? { 'prune-backups': Object.fromEntries(rule.split(',').map((part) => part.split('='))) } : {};
  return { type: 'vzdump', ...job, ...keep, ...(Number(job.enabled ?? 1) === 1 ? { 'next-run': next } : {}) };
}

function jobAt({ world, text: part }: Ask): Fields {
  const found = world.jobs.find(({ id }) => id === part('id'));
  if (!found) throw die(`No such job '${part('id')}'`);
  return found;
}

function writable(world: World): void {
  if (!quorate(world)) throw die("cfs-lock 'file-jobs_cfg' error: no quorum!");
}

/** Options of a job as they are stored. */
function fieldsOf({ given }: Ask): Fields {
  if (given.has('storage') === false && given.has('notes-template')) throw badParams({ storage: "missing property required by 'notes-template'" });
  if (given.flag('all') && given.has('vmid')) throw badParams({ all: "option conflicts with option 'vmid'" });
  const { delete: _, id: __, ...fields } = given.all;
  return fields;
}

function add(ask: Ask): Answer {
  const { world, given } = ask;
  const fields = fieldsOf(ask);
  if (!given.has('schedule') && !given.has('starttime')) throw badParams({ schedule: 'property is missing and it is not optional' });
  if (!given.has('vmid') && !given.flag('all') && !given.has('pool')) throw badParams({ vmid: 'property is missing and it is not optional' });
  const id = given.text('id') || `backup-${randomUUID().slice(0, 13)}`;
  if (world.jobs.some((job) => job.id === id)) throw die(`Job '${id}' already exists`);
  writable(world);
  world.jobs.push({ id, enabled: 1, ...fields });
  return ok();
}

function change(ask: Ask): Answer {
  const { world, given } = ask;
  const job = jobAt(ask);
  const fields = fieldsOf(ask);
  for (const name of given.list('delete')) if (!(name in JOB)) throw badParams({ delete: `unknown option '${name}'` });
  writable(world);
  // A job has one way of choosing its guests.
  if (given.has('vmid') || given.has('pool')) delete job.all;
  if (given.flag('all')) delete job.vmid;
  Object.assign(job, fields);
  for (const name of given.list('delete')) delete job[name];
  return ok();
}

function remove(ask: Ask): Answer {
  const job = jobAt(ask);
  writable(ask.world);
  ask.world.jobs.splice(ask.world.jobs.indexOf(job), 1);
  return ok();
}

function covers(job: Fields, guest: Guest): boolean {
  const list = (name: string) => String(job[name] ?? '').split(/[,; ]+/);
  if (job.node !== undefined && job.node !== guest.node) return false;
  return Number(job.all ?? 0) === 1 ? !list('exclude').includes(String(guest.vmid)) : list('vmid').includes(String(guest.vmid));
}

function uncovered({ world }: Ask): Answer {
  const left = [...world.guests.values()].filter((guest) => !world.jobs.some((job) => Number(job.enabled ?? 1) === 1 && covers(job, guest)));
  return ok(left.map((guest) => ({ vmid: guest.vmid, type: guest.type, name: nameOf(guest) })));
}

function included(ask: Ask): Answer {
  const job = jobAt(ask);
  const guests = [...ask.world.guests.values()].filter((guest) => covers(job, guest));
  const children = guests.map((guest) => ({
    ...{ id: guest.vmid, name: nameOf(guest), type: guest.type },
    children: disksOf(guest.type, guest.config).map(({ key, volid, backup, cdrom }) => {
      const reason = cdrom ? 'CD-ROM' : backup ? 'enabled' : 'disabled';
      return { id: key, name: volid, included: backup && !cdrom ? 1 : 0, reason };
    }),
  }));
  return ok({ children });
}
