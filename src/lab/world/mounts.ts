import type { Prng } from '../prng.ts';
import type { Mount } from './machine.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

/** The file systems of a host. */
export function makeMounts(tags: readonly string[], memKiB: number, debian: boolean, random: Prng): Mount[] {
  const pi = tags.includes('pi');
  const devtmpfs: Mount = { ...temporary(debian ? 'udev' : 'devtmpfs', '/dev', (memKiB * 1024) / 2, 0), type: 'devtmpfs' };
  const root = disk(pi ? '/dev/mmcblk0p2' : '/dev/sda2', 'ext4', '/', pi ? 29 * GIB : random.int(40, 120) * GIB, random);
  const boot = disk(pi ? '/dev/mmcblk0p1' : '/dev/sda1', 'vfat', pi ? '/boot/firmware' : '/boot/efi', 511 * MIB, random);
  const mounts = [
    devtmpfs,
    temporary('tmpfs', '/run', memKiB * 102, random.int(1, 4) * MIB),
    root,
    temporary('tmpfs', '/dev/shm', (memKiB * 1024) / 2, 0),
    temporary('tmpfs', '/run/lock', 5 * MIB, 0),
    boot,
  ];
  if (tags.includes('kvm')) mounts.push(disk('/dev/sdb1', 'xfs', '/var/lib/libvirt/images', random.int(400, 1600) * GIB, random));
  if (tags.includes('db')) mounts.push(disk('/dev/sdb1', 'xfs', '/var/lib/pgsql', random.int(200, 600) * GIB, random));
  return mounts;
}

function disk(source: string, type: string, on: string, size: number, random: Prng): Mount {
  const reserved = type === 'ext4' ? Math.floor(size * 0.05) : 0;
  return { source, type, size, used: blocks(size * (0.15 + random.next() * 0.6)), reserved: blocks(reserved), on };
}

function temporary(source: string, on: string, size: number, used: number): Mount {
  return { source, type: 'tmpfs', size: blocks(size), used, reserved: 0, on };
}

function blocks(bytes: number): number {
  return Math.floor(bytes / 4096) * 4096;
}
