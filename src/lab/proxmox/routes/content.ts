import type { Backup } from '../backups.ts';
import { needsAny } from '../gates.ts';
import { disksOf } from '../guests/disks.ts';
import * as kinds from '../kinds.ts';
import { bool, int, text } from '../params.ts';
import { demand, may } from '../permissions.ts';
import { die } from '../refused.ts';
import { formatOf, typeOf } from '../retention.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { storageFault } from '../world.ts';
import { storageOf } from './storages.ts';

const path = '/nodes/{node}/storage/{storage}';
const gate = needsAny('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace');

/** What is on a storage. */
export const CONTENT: readonly Route[] = [
  { method: 'GET', path: `${path}/content`, gate, params: { content: kinds.contents, vmid: kinds.vmid }, run: list },
  { method: 'GET', path: `${path}/content/{volume}`, run: one },
  { method: 'PUT', path: `${path}/content/{volume}`, params: { notes: text(), protected: bool }, run: change },
  { method: 'DELETE', path: `${path}/content/{volume}`, params: { delay: int(1, 30) }, run: remove },
];

/** The backups of a storage that this node sees and the caller may see. */
export function backupsAt({ world, at, who, text: part }: Ask): readonly Backup[] {
  const storage = storageOf(world, part('storage'));
  const fault = storageFault(world, storage.storage, at.name);
  if (fault !== undefined) throw die(fault);
  const first = [...world.nodes.keys()][0];
  return world.backups
    .list()
    .filter(({ volid, node }) => volid.startsWith(`${storage.storage}:`) && (storage.shared || (node ?? first) === at.name))
    .filter(({ vmid }) => may(who, `/storage/${storage.storage}`, 'Datastore.Allocate') || may(who, `/vms/${vmid}`, 'VM.Backup'));
}

function backupRow(backup: Backup) {
  const { volid, vmid, at, size, notes, verification } = backup;
  const verified =
    verification === undefined
      ? {}
      : { verification: { state: verification, upid: `UPID:pbs1:000002C0:000007BA:00000001:${at.toString(16).toUpperCase()}:verificationjob:main:root@pam:` } };
  return {
    volid,
    content: 'backup',
    ctime: at,
    format: formatOf(backup),
    size,
    subtype: typeOf(backup),
    vmid,
    ...(notes === undefined ? {} : { notes }),
    ...(backup.protected ? { protected: 1 } : {}),
    ...verified,
  };
}

interface Row {
  readonly volid: string;
  readonly content: string;
  readonly format: string;
  readonly size: number;
  readonly vmid?: number;
}

function list(ask: Ask): Answer {
  const [kinds, vmid] = [ask.given.list('content'), ask.given.number('vmid')];
  return ok(rowsAt(ask).filter((row) => (kinds.length === 0 || kinds.includes(row.content)) && (vmid === undefined || row.vmid === vmid)));
}

/** All that is on the storage: disks of guests, files and backups. */
function rowsAt(ask: Ask): readonly Row[] {
  const { world, at, text: part, who } = ask;
  const storage = storageOf(world, part('storage'));
  const backups = backupsAt(ask).map(backupRow);
  const disks = [...world.guests.values()]
    .filter((guest) => (storage.shared || guest.node === at.name) && may(who, `/vms/${guest.vmid}`, 'VM.Audit'))
    .flatMap((guest) =>
      disksOf(guest.type, guest.config)
        .filter((disk) => disk.storage === storage.storage && !disk.cdrom)
        .map(({ volid, size }) => ({
          volid,
          content: guest.type === 'lxc' ? 'rootdir' : 'images',
          format: /\.(qcow2|vmdk)$/.exec(volid)?.[1] ?? (volid.includes('subvol-') ? 'subvol' : 'raw'),
          size,
          vmid: guest.vmid,
          ctime: 1_760_000_000,
          ...parentOf(volid),
        })),
    );
  const others = world.volumes
    .filter((volume) => volume.volid.startsWith(`${storage.storage}:`) && (volume.node ?? at.name) === at.name)
    .map(({ volid, content, format, size, at: ctime }) => ({ volid, content, format, size, ctime }));
  return [...disks, ...others, ...backups];
}

/** What a linked clone stands on; its volume says so in its name. */
function parentOf(volid: string): { readonly parent?: string } {
  const base = /:(base-\d+-[^/]+)\//.exec(volid)?.[1];
  return base === undefined ? {} : { parent: `${base}@__base__` };
}

/** A volume may be named with or without its storage. */
function volidOf({ text: part }: Ask): string {
  const volume = part('volume');
  return volume.includes(':') && !volume.startsWith('backup/') ? volume : `${part('storage')}:${volume}`;
}

function backupOf(ask: Ask): Backup {
  const found = backupsAt(ask).find(({ volid }) => volid === volidOf(ask));
  if (!found) throw die(`volume '${volidOf(ask)}' does not exist`);
  return found;
}

function one(ask: Ask): Answer {
  const row = rowsAt(ask).find(({ volid, content }) => volid === volidOf(ask) && content !== 'backup');
  if (row) return ok({ path: `/var/lib/vz/${row.volid.replace(/^[^:]+:/, '')}`, size: row.size, used: row.size, format: row.format });
  const { notes, size, ...rest } = backupOf(ask);
  const { world } = ask;
  const at = world.storages.get(ask.text('storage'))?.config.path ?? '/mnt/pve';
  return ok({
    path: `${at}/dump/${rest.volid.replace(/^.*:backup\//, '')}`,
    size,
    used: size,
    format: formatOf(rest),
    protected: rest.protected ? 1 : 0,
    ...(notes === undefined ? {} : { notes }),
  });
}

function change(ask: Ask): Answer {
  const { volid } = backupOf(ask);
  const { given, world } = ask;
  demand(ask.who, `/storage/${ask.text('storage')}`, 'Datastore.AllocateSpace');
  const isProtected = given.flag('protected');
  world.backups.change(volid, {
    ...(given.has('notes') ? { notes: given.text('notes') } : {}),
    ...(isProtected === undefined ? {} : { protected: isProtected }),
  });
  return ok();
}

/** The task is good although nothing was there to be removed. */
function remove(ask: Ask): Answer {
  const { world, who, at } = ask;
  const [volid, storage] = [volidOf(ask), ask.text('storage')];
  storageOf(world, storage);
  const backup = world.backups.find(volid);
  const vmid =
    backup?.vmid ??
    /-(\d{3,9})-|\/(?:vm|ct)\/(\d+)\//
      .exec(volid)
      ?.slice(1)
      .find((id) => id !== undefined);
  if (!may(who, `/storage/${storage}`, 'Datastore.Allocate')) {
    demand(who, `/storage/${storage}`, volid.includes(':backup/') ? 'Datastore.AllocateSpace' : 'Datastore.Allocate');
    demand(who, `/vms/${vmid ?? 0}`, 'VM.Backup');
  }
  const task = { node: at.name, type: 'imgdel', id: vmid === undefined ? storage : `${vmid}@${storage}`, user: who.id };
  return ok(
    fork(world, task, async ({ say, wait }) => {
      await wait(300);
      const used = [...world.guests.values()].find((guest) => disksOf(guest.type, guest.config).some((disk) => disk.volid === volid));
      if (used) throw die(`Cannot remove image, a guest with VMID '${used.vmid}' exists!`);
      if (world.backups.find(volid)?.protected) throw die(`can't remove archive '${volid}', it's protected`);
      world.backups.remove(volid);
      const at = world.volumes.findIndex((volume) => volume.volid === volid);
      if (at >= 0) world.volumes.splice(at, 1);
      say(`Removed volume '${volid}'`);
    }),
  );
}
