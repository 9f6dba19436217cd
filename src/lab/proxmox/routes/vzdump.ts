import { type Dump, vzdump } from '../guests/vzdump.ts';
import * as kinds from '../kinds.ts';
import { bool, int, many, oneOf, type Table, text } from '../params.ts';
import { demand, may } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { World } from '../world.ts';
import { entriesAt } from './kept.ts';

/** The options of a backup, which a job keeps as well. */
export const DUMP: Table = {
  ...{
    all: bool,
    bwlimit: int(0),
    compress: oneOf('0', '1', 'gzip', 'lzo', 'zstd'),
    dumpdir: text(),
    exclude: kinds.vmids,
    'exclude-path': many(text()),
    fleecing: text(),
  },
  ...{
    ionice: int(0, 8),
    'job-id': text(50),
    lockwait: int(0),
    mailnotification: oneOf('always', 'failure'),
    mailto: text(),
    mode: oneOf('snapshot', 'suspend', 'stop'),
  },
  ...{
    'notes-template': text(1024),
    'notification-mode': oneOf('auto', 'legacy-sendmail', 'notification-system'),
    performance: text(),
    pigz: int(),
    pool: text(),
  },
  ...{
    'pbs-change-detection-mode': oneOf('legacy', 'data', 'metadata'),
    protected: bool,
    'prune-backups': kinds.prune,
    quiet: bool,
    remove: bool,
    script: text(),
  },
  ...{ stdexcludes: bool, stdout: bool, stop: bool, stopwait: int(0), storage: kinds.storage, tmpdir: text(), vmid: kinds.vmids, zstd: int() },
};
/** What is kept with a backup needs a storage to keep it on. */
export const NEEDS_STORAGE = { 'notes-template': 'storage', protected: 'storage' };
const ROOT_ONLY = ['dumpdir', 'tmpdir', 'script', 'job-id'];

/** Backups of guests. */
export const VZDUMP: readonly Route[] = [
  { method: 'POST', path: '/nodes/{node}/vzdump', params: DUMP, requires: NEEDS_STORAGE, run },
  { method: 'GET', path: '/nodes/{node}/vzdump/defaults', params: { storage: kinds.storage }, run: defaults },
];

function defaults({ given }: Ask): Answer {
  return ok({ mode: 'snapshot', compress: '0', remove: 1, ...(given.has('storage') ? { storage: given.text('storage') } : {}) });
}

function run({ world, who, at, given }: Ask): Answer {
  for (const name of ROOT_ONLY) if (given.has(name)) throw badParams({ [name]: 'Only root may set this option.' });
  if (given.flag('all') && given.has('vmid')) throw badParams({ all: "option conflicts with option 'vmid'" });
  if (!given.flag('all') && !given.has('vmid') && !given.has('pool')) throw badParams({ vmid: 'property is missing and it is not optional' });
  const storage = given.text('storage') || 'local';
  demand(who, `/storage/${storage}`, 'Datastore.AllocateSpace');
  if (given.has('bwlimit') || given.has('ionice')) demand(who, '/', 'Sys.Modify');
  const listed = given.has('pool') ? pooled(world, given.text('pool')) : given.list('vmid').map(Number);
  for (const vmid of listed) demand(who, `/vms/${vmid}`, 'VM.Backup');
  const chosen = given.flag('all')
    ? onNode(world, at.name).filter((vmid) => !given.list('exclude').includes(String(vmid)) && may(who, `/vms/${vmid}`, 'VM.Backup'))
    : listed.filter((vmid) => (world.guests.get(vmid)?.node ?? at.name) === at.name);
  // Guests that are elsewhere are left out without a word, and then there is no task.
  if (chosen.length === 0 && !given.flag('all')) return ok('OK');
  const dump: Dump = {
    vmids: chosen,
    storage,
    mode: given.text('mode') || 'snapshot',
    compress: given.text('compress') || '0',
    notes: given.text('notes-template'),
    protected: given.flag('protected') ?? false,
    keep:
      given.flag('remove') === false ? undefined : given.text('prune-backups') || String(world.storages.get(storage)?.config['prune-backups'] ?? 'keep-all=1'),
    line: lineOf(given.all),
  };
  const id = chosen.length === 1 && !given.flag('all') ? String(chosen[0]) : '';
  return ok(fork(world, { node: at.name, type: 'vzdump', id, user: who.id }, (work) => vzdump(work, dump)));
}

function pooled(world: World, pool: string): readonly number[] {
  const found = entriesAt(world, '/pools').get(pool);
  if (!found) throw die(`pool '${pool}' does not exist`);
  return String(found.vms ?? '')
    .split(',')
    .filter(Boolean)
    .map(Number);
}

function onNode(world: World, node: string): readonly number[] {
  return [...world.guests.values()].filter((guest) => guest.node === node).map(({ vmid }) => vmid);
}

function lineOf(all: Ask['given']['all']): string {
  const { vmid, ...rest } = all;
  const options = Object.entries(rest).map(([name, value]) => `--${name} ${/^[\w.,:=@/-]+$/.test(String(value)) ? String(value) : `'${String(value)}'`}`);
  return [...(vmid === undefined ? [] : [String(vmid).replaceAll(',', ' ')]), ...options].join(' ');
}
