import { die } from '../refused.ts';
import { human } from '../stamp.ts';
import type { Work } from '../tasks.ts';
import { type Config, type Guest, nameOf, storageFault, type World } from '../world.ts';
import { disksOf } from './disks.ts';
import { checkLock } from './find.ts';
import { newVolume, otherMac } from './volumes.ts';

/** What a copy is to be. `storage`: for all its drives, else each stays where it is. */
export interface Copy {
  readonly newid: number;
  readonly node: string;
  readonly full: boolean;
  readonly name: string;
  readonly description: string;
  readonly storage: string;
  readonly snapname: string;
}

/** A guest with nothing in it, locked while it is being made. */
export function newGuest(type: Guest['type'], vmid: number, node: string, config: Config): Guest {
  const state = { status: 'stopped', parent: undefined, agent: undefined, deaf: false, flocked: false, bootedAt: 0, pid: 0 } as const;
  return { ...state, vmid, type, node, config, pending: new Map(), snapshots: [] };
}

/** What is wrong with a copy before it is begun. */
export function checkCopy(world: World, guest: Guest, copy: Copy): void {
  const { newid, full, node, storage, snapname } = copy;
  if (world.guests.has(newid)) throw die(`unable to create ${guest.type === 'qemu' ? 'VM' : 'CT'} ${newid}: config file already exists`);
  if (snapname !== '' && !guest.snapshots.some(({ name }) => name === snapname)) throw die(`snapshot '${snapname}' does not exist`);
  checkLock(guest);
  if (guest.type === 'lxc' && guest.status !== 'stopped' && snapname === '') throw die('Cannot do full clones on a running container without snapshots');
  const disks = disksOf(guest.type, guest.config).filter(({ cdrom }) => !cdrom);
  const template = Number(guest.config.template ?? 0) === 1;
  if (!full && storage !== '') throw die("parameter 'storage' not allowed for linked clones");
  for (const { key, volid, storage: from = '' } of disks) {
    if (!full && !template) throw die(`Linked clone feature is not supported for '${volid}' (${key})`);
    if (node !== guest.node && world.storages.get(storage || from)?.shared !== true) throw die(`can't clone VM to node '${node}' (VM uses local storage)`);
    const fault = storageFault(world, storage || from, node);
    if (fault !== undefined) throw die(fault);
  }
}

/** Makes a copy, drive by drive. */
export async function clone(work: Work, guest: Guest, copy: Copy): Promise<void> {
  const { newid, node, full, name, description, storage } = copy;
  const { world } = work;
  const {
    lock: _,
    template: __,
    parent: ___,
    ...rest
  } = copy.snapname === '' ? guest.config : (guest.snapshots.find((one) => one.name === copy.snapname)?.config ?? {});
  const title = guest.type === 'qemu' ? { name: name || `Copy-of-VM-${nameOf(guest)}` } : { hostname: name || `Copy-of-CT-${nameOf(guest)}` };
  const made = newGuest(guest.type, newid, node, { lock: 'clone', ...title });
  world.guests.set(newid, made);
  try {
    work.say(`creating a clone of ${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} with ID ${newid}`);
    for (const { key, volid, storage: from = '', size, cdrom } of disksOf(guest.type, rest)) {
      if (cdrom || key.startsWith('unused')) continue;
      work.say(`create ${full ? 'full' : 'linked'} clone of drive ${key} (${volid})`);
      for (const share of full ? [0, 0.25, 0.5, 0.75, 1] : []) {
        work.say(`transferred ${human(size * share)} of ${human(size)} (${(share * 100).toFixed(2)}%)`);
        await work.wait(1000);
      }
      await work.wait(500);
      const own = newVolume(world, made, storage || from);
      // A linked clone's volume stands on the template's, and says so in its name.
      made.config[key] = String(rest[key]).replace(/^[^,]+/, full ? own : `${volid}/${own.slice(own.indexOf(':') + 1)}`);
    }
  } catch (error) {
    world.guests.delete(newid);
    throw error instanceof Error ? die(`clone failed: ${error.message}`) : error;
  }
  for (const [key, value] of Object.entries(rest)) made.config[key] ??= /^net\d+$/.test(key) ? otherMac(world, String(value)) : value;
  if (description !== '') made.config.description = description;
  delete made.config.lock;
}
