import { needs } from '../gates.ts';
import { demandOn } from '../guests/figures.ts';
import { checkLock, checkQuorum, checkWritable, guestAt } from '../guests/find.ts';
import { checkMove, type DiskMove, moveDisk } from '../guests/movedisk.ts';
import { changeConfig } from '../guests/pending.ts';
import * as kinds from '../kinds.ts';
import { bool, num, oneOf } from '../params.ts';
import { demand } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Guest } from '../world.ts';

type Type = Guest['type'];

const gate = needs('/vms/{vmid}', 'VM.Config.Disk');
const common = { bwlimit: num(0), delete: bool, digest: kinds.digest, storage: kinds.storage, 'target-digest': kinds.digest, 'target-vmid': kinds.vmid };

/** Drives of guests: moved, taken off. */
export const DRIVES: readonly Route[] = [
  {
    method: 'POST',
    path: '/nodes/{node}/qemu/{vmid}/move_disk',
    gate,
    params: { ...common, 'disk!': kinds.anyDrive, format: oneOf('raw', 'qcow2', 'vmdk'), 'target-disk': kinds.anyDrive },
    run: (ask) => move(ask, 'qemu', ask.text('disk'), ask.text('target-disk')),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc/{vmid}/move_volume',
    gate,
    params: { ...common, 'volume!': kinds.anyMount, 'target-volume': kinds.anyMount },
    run: (ask) => move(ask, 'lxc', ask.text('volume'), ask.text('target-volume')),
  },
  { method: 'PUT', path: '/nodes/{node}/qemu/{vmid}/unlink', gate, params: { 'idlist!': kinds.configIds, force: bool }, run: unlink },
];

function move(ask: Ask, type: Type, key: string, targetKey: string): Answer {
  const { world, given, who, at } = ask;
  const [storage, vmid] = [ask.text('storage'), given.number('target-vmid')];
  const [what, key2] = type === 'qemu' ? ['disk', 'target-disk'] : ['volume', 'target-volume'];
  if (storage !== '' && vmid !== undefined) throw badParams({ 'target-vmid': `either set 'storage' or 'target-vmid', but not both` });
  if (storage === '' && vmid === undefined) throw badParams({ storage: `either 'storage' or 'target-vmid' must be set` });
  checkQuorum(world);
  const guest = guestAt(ask, type);
  if (storage !== '') demand(who, `/storage/${storage}`, 'Datastore.AllocateSpace');
  if (vmid !== undefined) demandOn(who, vmid, 'VM.Config.Disk');
  const other = vmid === undefined ? undefined : world.guests.get(vmid);
  if (vmid !== undefined && other?.type !== type) throw die(`${type === 'qemu' ? 'VM' : 'CT'} '${vmid}' does not exist`);
  if (vmid === guest.vmid) throw badParams({ 'target-vmid': `must be different than source VMID to reassign ${what} '${key2}'` });
  const how: DiskMove = {
    ...{ key, storage, remove: given.flag('delete') ?? false },
    target: other && { guest: other, key: targetKey || key },
  };
  checkMove(world, guest, how, ask.text('digest'));
  const task = { node: at.name, type: type === 'qemu' ? 'qmmove' : 'move_volume', id: String(guest.vmid), user: who.id };
  return ok(fork(world, task, (work) => moveDisk(work, guest, how)));
}

/** Takes drives off; what was unused already goes for good. */
function unlink(ask: Ask): Answer {
  const guest = guestAt(ask, 'qemu');
  checkLock(guest);
  checkWritable(ask.world, guest);
  for (const key of ask.given.list('idlist')) {
    const volume = String(guest.config[key] ?? '').split(',')[0] ?? '';
    changeConfig(guest, new Map([[key, undefined]]));
    if (!key.startsWith('unused') && volume !== '' && !ask.given.flag('force')) guest.config[`unused${freeNumber(guest)}`] = volume;
  }
  return ok();
}

function freeNumber({ config }: Guest): number {
  for (let at = 0; ; at++) if (!(`unused${at}` in config)) return at;
}
