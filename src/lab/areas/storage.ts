import type { Area } from './area.ts';
import { fstabOf, mountPrograms, mountScripts } from './storage/mounts.ts';
import { otherPrograms, otherScripts } from './storage/others.ts';
import { zfsPrograms, zfsScripts } from './storage/zfs.ts';

/** Disks, file systems, ZFS, LVM, RAID and iSCSI. */
export const storage: Area = {
  programs: { ...mountPrograms, ...zfsPrograms, ...otherPrograms },
  scripts: { ...mountScripts, ...zfsScripts, ...otherScripts },
  files: { '/etc/fstab': fstabOf },
};
