import { die } from '../refused.ts';
import { type Guest, storageFault, type World } from '../world.ts';
import { disksOf, isDrive } from './disks.ts';

/** A drive option as it is stored: `local-zfs:32` becomes a new volume of 32 GiB. */
export function sizedDrive(world: World, guest: Guest, key: string, value: string | number): string | number {
  const [, storage = '', gib = '', rest = ''] = /^(?:file=|volume=)?([a-z][\w.-]*):(\d+(?:\.\d+)?)(,.*)?$/i.exec(String(value)) ?? [];
  if (storage === '' || !isDrive(guest.type, key)) return value;
  return `${newVolume(world, guest, storage)}${rest},size=${gib}G`;
}

/** The name of the next volume of a guest on a storage; throws when the storage cannot be used there. */
export function newVolume(world: World, guest: Guest, storage: string): string {
  const fault = storageFault(world, storage, guest.node);
  if (fault !== undefined) throw die(fault);
  const kind = world.storages.get(storage)?.type === 'zfspool' && guest.type === 'lxc' ? 'subvol' : 'vm';
  const used = new Set(disksOf(guest.type, guest.config).map(({ volid }) => volid));
  for (let at = 0; ; at++) {
    const file = `${kind}-${guest.vmid}-disk-${at}`;
    const volid = ['dir', 'nfs'].includes(world.storages.get(storage)?.type ?? '') ? `${storage}:${guest.vmid}/${file}.raw` : `${storage}:${file}`;
    if (!used.has(volid)) return volid;
  }
}

/** A new address for a network card, as Proxmox hands them out. */
export function newMac(world: World): string {
  const pair = () => world.random.hex(2).toUpperCase();
  return `BC:24:11:${pair()}:${pair()}:${pair()}`;
}

/** The option of a network card with another address. */
export function otherMac(world: World, value: string): string {
  return value.replace(/[0-9A-F]{2}(:[0-9A-F]{2}){5}/gi, () => newMac(world));
}
