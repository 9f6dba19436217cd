import { die } from '../refused.ts';
import type { Work } from '../tasks.ts';
import { type Guest, type Snapshot, seconds, type World } from '../world.ts';
import { disksOf } from './disks.ts';
import { checkLock, checkWritable, flocked } from './find.ts';
import { powerOn } from './power.ts';

/** What storages can do with a volume. */
export function hasFeature(world: World, guest: Guest, feature: 'snapshot' | 'clone' | 'copy'): boolean {
  const disks = disksOf(guest.type, guest.config).filter(({ cdrom, key }) => !cdrom && !key.startsWith('unused'));
  if (feature === 'copy') return true;
  if (feature === 'clone' && Number(guest.config.template ?? 0) !== 1) return false;
  return disks.every(({ storage, volid }) => {
    const type = world.storages.get(storage ?? '')?.type;
    return type === 'zfspool' || type === 'rbd' || type === 'lvmthin' || volid.endsWith('.qcow2');
  });
}

/** Takes a snapshot. One that is cut short leaves its lock and half a snapshot behind. */
export function take(work: Work, guest: Guest, how: { readonly name: string; readonly description: string; readonly vmstate: boolean }): Promise<void> {
  const { name, description, vmstate } = how;
  return held(work, guest, async () => {
    checkLock(guest);
    if (guest.snapshots.some((one) => one.name === name)) throw die(`snapshot name '${name}' already used`);
    if (!hasFeature(work.world, guest, 'snapshot')) throw die('snapshot feature is not available');
    const { lock: _, ...config } = guest.config;
    const saved = vmstate && guest.status !== 'stopped';
    const half: Snapshot = { name, at: seconds(), description, parent: guest.parent, vmstate: saved, config: { ...config }, state: 'prepare' };
    guest.snapshots.push(half);
    guest.config.lock = 'snapshot';
    if (saved) {
      work.say(`saving VM state and RAM using storage 'ceph'`);
      await work.wait(2000);
      work.say('completed saving the VM state in 2s, saved 551.09 MiB');
    }
    for (const { key, volid, cdrom } of disksOf(guest.type, guest.config)) {
      if (cdrom || guest.type !== 'qemu') continue;
      work.say(`snapshotting 'drive-${key}' (${volid})`);
      await work.wait(600);
    }
    await work.wait(600);
    delete half.state;
    guest.parent = name;
    delete guest.config.lock;
  });
}

/** Removes a snapshot, whole or half; those that stand on it stand on its parent then. A stale lock has to be taken off first, and one that was never completed goes by force only. */
export function remove(work: Work, guest: Guest, name: string, force: boolean): Promise<void> {
  return held(work, guest, async () => {
    const found = known(guest, name);
    checkLock(guest);
    const half = found.state === 'prepare';
    guest.config.lock = 'snapshot-delete';
    found.state = 'delete';
    await work.wait(1500);
    if (half && !force) throw die('could not find any snapshots to destroy; check snapshot names.');
    for (const other of guest.snapshots) if (other.parent === name) other.parent = found.parent;
    if (guest.parent === name) guest.parent = found.parent;
    guest.snapshots = guest.snapshots.filter((one) => one !== found);
    delete guest.config.lock;
  });
}

/** Goes back to a snapshot; the guest runs afterwards when its memory was saved, or when asked. */
export function rollback(work: Work, guest: Guest, name: string, thenStart: boolean): Promise<void> {
  return held(work, guest, async () => {
    const { world } = work;
    const found = known(guest, name);
    if (found.state !== undefined) throw die(`unable to rollback to incomplete snapshot (snapstate = ${found.state})`);
    checkLock(guest);
    newest(world, guest, found);
    guest.config.lock = 'rollback';
    if (guest.status !== 'stopped') {
      await work.wait(800);
      guest.status = 'stopped';
    }
    for (const share of [30, 70, 100]) {
      await work.wait(700);
      work.say(`Rolling back to snapshot: ${share}% complete...${share === 100 ? 'done.' : ''}`);
    }
    guest.config = { ...found.config };
    guest.pending.clear();
    guest.parent = name;
    if (!found.vmstate && !thenStart) return;
    await work.wait(1500);
    powerOn(world, guest);
  });
}

/** ZFS goes back to the newest snapshot only. */
function newest(world: World, guest: Guest, { name, at }: Snapshot): void {
  const zfs = disksOf(guest.type, guest.config).find(({ storage }) => world.storages.get(storage ?? '')?.type === 'zfspool');
  const later = guest.snapshots.filter((one) => one.at > at);
  if (zfs && later.length > 0) throw die(`can't rollback, '${name}' is not most recent snapshot on '${zfs.volid.replace(/^[^:]+:/, 'rpool/data/')}'`);
}

/** A snapshot by name; throws when there is none. */
export function known(guest: Guest, name: string): Snapshot {
  const found = guest.snapshots.find((one) => one.name === name);
  if (!found) throw die(`snapshot '${name}' does not exist`);
  return found;
}

function held(work: Work, guest: Guest, act: () => Promise<void>): Promise<void> {
  return flocked(
    work.world,
    guest,
    () => {
      checkWritable(work.world, guest);
      return act();
    },
    work.task.stop.signal,
  );
}
