import { die } from '../refused.ts';
import { human } from '../stamp.ts';
import type { Work } from '../tasks.ts';
import { type Guest, storageFault, type World } from '../world.ts';
import { type Disk, disksOf } from './disks.ts';
import { checkLock, checkWritable, flocked, word } from './find.ts';
import { changeConfig, digestOf } from './pending.ts';
import { newVolume } from './volumes.ts';

/** Where a drive goes: to another storage, or to another guest as one of its own drives. */
export interface DiskMove {
  readonly key: string;
  readonly storage: string;
  readonly target: { readonly guest: Guest; readonly key: string } | undefined;
  /** The volume it leaves is removed, else kept as an unused one. */
  readonly remove: boolean;
}

/** What is wrong with a move before it is begun. */
export function checkMove(world: World, guest: Guest, { key, storage, target }: DiskMove, digest: string): void {
  if (digest !== '' && digest !== digestOf(guest))
    throw die(
      guest.type === 'qemu' ? 'checksum mismatch (file change by other user?)' : 'detected modified configuration - file changed by other user? Try again.',
    );
  checkLock(guest);
  const disk = diskAt(guest, key);
  if (disk.cdrom) throw die(`you can't move a cdrom`);
  if (target) {
    checkLock(target.guest);
    if (target.guest.node !== guest.node) throw die(`Both ${word(guest)}s need to be on the same node (${guest.node})`);
    if (target.key in target.guest.config) throw die(`Target disk key '${target.key}' is already in use for ${word(guest)} '${target.guest.vmid}'!`);
    return;
  }
  const fault = storageFault(world, storage, guest.node);
  if (fault !== undefined) throw die(fault);
  if (disk.storage === storage) throw die(`you can't move to the same storage with same format`);
}

/** Moves a drive. */
export async function moveDisk(work: Work, guest: Guest, move: DiskMove): Promise<void> {
  const { world } = work;
  await flocked(
    world,
    guest,
    async () => {
      checkLock(guest);
      checkWritable(world, guest);
      const disk = diskAt(guest, move.key);
      if (move.target) give(guest, disk, move.target);
      else await copy(work, guest, disk, move);
    },
    work.task.stop.signal,
  );
}

function give(guest: Guest, disk: Disk, { guest: other, key }: { readonly guest: Guest; readonly key: string }): void {
  other.config[key] = String(guest.config[disk.key]).replace(`-${guest.vmid}-`, `-${other.vmid}-`);
  changeConfig(guest, new Map([[disk.key, undefined]]));
}

async function copy(work: Work, guest: Guest, disk: Disk, { storage, remove }: DiskMove): Promise<void> {
  const old = String(guest.config[disk.key]);
  guest.config.lock = 'disk';
  try {
    work.say(`create full clone of drive ${disk.key} (${disk.volid})`);
    for (const share of [0, 0.5, 1]) {
      work.say(`transferred ${human(disk.size * share)} of ${human(disk.size)} (${(share * 100).toFixed(2)}%)`);
      await work.wait(1000);
    }
    const volid = newVolume(work.world, guest, storage);
    guest.config[disk.key] = old.replace(/^[^,]+/, volid);
    if (!remove) guest.config[freeUnused(guest)] = disk.volid;
  } finally {
    delete guest.config.lock;
  }
}

/** The first number that no unused drive has. */
function freeUnused({ config }: Guest): string {
  for (let at = 0; ; at++) if (!(`unused${at}` in config)) return `unused${at}`;
}

function diskAt(guest: Guest, key: string): Disk {
  const found = disksOf(guest.type, guest.config).find((disk) => disk.key === key);
  if (!found) throw die(guest.type === 'qemu' ? `disk '${key}' does not exist` : `volume '${key}' does not exist`);
  return found;
}
