import { die, messageOf } from '../refused.ts';
import { marks, parseKeep } from '../retention.ts';
import { span, stamp } from '../stamp.ts';
import type { Work } from '../tasks.ts';
import { type Guest, nameOf, seconds, storageFault, type World } from '../world.ts';
import { disksOf } from './disks.ts';
import { dumpContainer, dumpMachine } from './dump.ts';
import { checkLock, checkWritable } from './find.ts';

/** What is to be backed up, and how. `line`: the options as the first line of the log repeats them. */
export interface Dump {
  readonly vmids: readonly number[];
  readonly storage: string;
  readonly mode: string;
  readonly compress: string;
  readonly notes: string;
  readonly protected: boolean;
  /** `keep-last=3,…`; undefined: nothing is pruned. */
  readonly keep: string | undefined;
  readonly line: string;
}

/** Backs up guests, one after another. */
export async function vzdump(work: Work, dump: Dump): Promise<void> {
  const { world, task, say } = work;
  const fault = storageFault(world, dump.storage, task.node);
  if (fault !== undefined)
    throw die(`could not activate storage '${dump.storage}': ${fault}\ncould not get storage information for '${dump.storage}': ${fault}`);
  if (!String(world.storages.get(dump.storage)?.config.content).split(',').includes('backup')) throw die(`storage '${dump.storage}' does not support backups`);
  say(`INFO: starting new backup job: vzdump ${dump.line}`);
  let failed = 0;
  for (const vmid of dump.vmids) {
    const guest = world.guests.get(vmid);
    const began = Date.now();
    try {
      if (!guest || guest.node !== task.node) throw die(`unable to find VM '${vmid}'`);
      say(`INFO: Starting Backup of VM ${vmid} (${guest.type})`);
      say(`INFO: Backup started at ${stamp()}`);
      await one(work, guest, dump);
      say(`INFO: Finished Backup of VM ${vmid} (${span((Date.now() - began) / 1000)})`);
      say(`INFO: Backup finished at ${stamp()}`);
    } catch (error) {
      const stopped = task.stop.signal.aborted;
      say(`ERROR: Backup of VM ${vmid} failed - ${stopped ? 'interrupted by signal' : messageOf(error)}`);
      say(`INFO: Failed at ${stamp()}`);
      if (stopped) throw error;
      failed++;
    }
  }
  say(`INFO: Backup job finished ${failed > 0 ? 'with errors' : 'successfully'}`);
  if (failed > 0) throw die('job errors');
  say('');
}

async function one(work: Work, guest: Guest, dump: Dump): Promise<void> {
  const { world, say } = work;
  const running = guest.status !== 'stopped';
  say(`INFO: status = ${running ? 'running' : 'stopped'}`);
  checkLock(guest);
  checkWritable(world, guest);
  const config = { ...guest.config };
  guest.config.lock = 'backup';
  try {
    const mode = running ? dump.mode : 'stop';
    const at = seconds();
    const volid = volidOf(world, guest, dump, at);
    if (guest.type === 'qemu') await dumpMachine(work, guest, mode, volid);
    else await dumpContainer(work, guest, mode, volid);
    const size = disksOf(guest.type, config).reduce((sum, { size: more, cdrom, backup }) => sum + (cdrom || !backup ? 0 : more), 0);
    const pbs = world.storages.get(dump.storage)?.type === 'pbs';
    world.backups.add({
      volid,
      vmid: guest.vmid,
      at,
      size: pbs ? size : Math.round(size * 0.3),
      config,
      node: guest.node,
      protected: dump.protected,
      ...(dump.notes === '' ? {} : { notes: notesOf(world, guest, dump.notes) }),
    });
    if (!pbs) say(`INFO: archive file size: ${Math.round((size * 0.3) / 2 ** 20)}MB`);
    if (dump.notes !== '') say('INFO: adding notes to backup');
    if (dump.protected) say('INFO: marking backup as protected');
    prune(work, guest, dump);
  } finally {
    delete guest.config.lock;
  }
}

function notesOf(world: World, guest: Guest, template: string): string {
  const known: { readonly [name: string]: string } = { guestname: nameOf(guest), node: guest.node, vmid: String(guest.vmid), cluster: world.name ?? '' };
  return template.replaceAll('\\n', '\n').replace(/\{\{(\w+)\}\}/g, (all, name) => known[name] ?? all);
}

function volidOf(world: World, { type, vmid }: Guest, { storage, compress }: Dump, at: number): string {
  const iso = new Date(at * 1000).toISOString().slice(0, 19);
  if (world.storages.get(storage)?.type === 'pbs') return `${storage}:backup/${type === 'qemu' ? 'vm' : 'ct'}/${vmid}/${iso}Z`;
  const ending = { zstd: '.zst', gzip: '.gz', 1: '.lzo', lzo: '.lzo' }[compress] ?? '';
  return `${storage}:backup/vzdump-${type}-${vmid}-${iso.replace('T', '-').replace(/(\d+)-(\d+)-(\d+)-(\d+):(\d+):(\d+)/, '$1_$2_$3-$4_$5_$6')}.${type === 'qemu' ? 'vma' : 'tar'}${ending}`;
}

function prune({ world, say }: Work, { vmid, type, node }: Guest, { keep, storage }: Dump): void {
  const rule = keep === undefined ? undefined : parseKeep(keep);
  if (!rule || keep === undefined) return;
  say(`INFO: prune older backups with retention: ${keep.replaceAll(',', ', ')}`);
  const shared = world.storages.get(storage)?.shared;
  const mine = world.backups.list().filter((one) => one.vmid === vmid && one.volid.startsWith(`${storage}:`) && (shared || (one.node ?? node) === node));
  let gone = 0;
  for (const [{ volid }, mark] of marks(
    mine.filter((one) => /\/(ct|vzdump-lxc)/.test(one.volid) === (type === 'lxc')),
    rule,
  )) {
    if (mark !== 'remove') continue;
    say(`INFO: removing backup '${volid}'`);
    world.backups.remove(volid);
    gone++;
  }
  say(`INFO: pruned ${gone} backup(s) not covered by keep-retention policy`);
}
