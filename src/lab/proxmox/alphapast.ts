import type { BackupSpec, TaskSpec } from './spec.ts';
import { formatUpid } from './upid.ts';

const GIB = 2 ** 30;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Packages that can be upgraded on two of the nodes. */
export const UPDATES = [
  row('pve-manager', '9.2.11', '9.2.12', 'Proxmox', 'Proxmox Virtual Environment Management Tools'),
  row('proxmox-kernel-6.14', '6.14.11-4', '6.14.11-5', 'Proxmox', 'Proxmox Kernel Image'),
  row('openssl', '3.5.1-1+deb13u1', '3.5.1-1+deb13u2', 'Debian', 'Secure Sockets Layer toolkit'),
];

function row(Package: string, OldVersion: string, Version: string, Origin: string, Title: string) {
  return { Package, OldVersion, Version, Origin, Title, Section: 'admin', Priority: 'optional', Arch: 'amd64', Description: Title };
}

/** Backups that are not on the backup server; `now` in seconds since the epoch. */
export function olderBackups(now: number): readonly BackupSpec[] {
  const at = now - (now % DAY) - 5 * DAY;
  const stamp = new Date(at * 1000).toISOString().slice(0, 19).replaceAll('-', '_').replaceAll(':', '_').replace('T', '-');
  return [
    { volid: `nas:backup/vzdump-qemu-102-${stamp}.vma.zst`, vmid: 102, at, size: 3 * GIB, notes: 'wiki' },
    { volid: `local:backup/vzdump-lxc-200-${stamp}.tar.zst`, vmid: 200, at, size: 85_439_402, notes: 'dns1', node: 'pve1' },
  ];
}

/** A task of root; `ago` and `took` in seconds. Without `end` it runs on until it is stopped. */
interface Past {
  readonly pid: number;
  readonly node: string;
  readonly type: string;
  readonly id?: string;
  readonly ago: number;
  readonly took?: number;
  readonly end?: string;
  readonly log: readonly string[];
}

/** What went on before: good and bad ends, and an update of package lists that hangs. */
export function pastTasks(now: number): readonly TaskSpec[] {
  const night = (now % DAY) + 22 * HOUR;
  const cdrom = "ERROR: Problem found while scanning volumes - can't migrate VM - check log";
  const rows: readonly Past[] = [
    { pid: 5, node: 'pve2', type: 'qmigrate', id: '104', ago: 3 * DAY, took: 1, end: 'migration aborted', log: [cdrom] },
    {
      pid: 4,
      node: 'pve1',
      type: 'qmstart',
      id: '105',
      ago: 2 * DAY,
      took: 4,
      end: 'WARNINGS: 1',
      log: ['WARN: no efidisk configured! Using temporary efivars disk.'],
    },
    {
      pid: 3,
      node: 'pve3',
      type: 'vzdump',
      ago: night,
      took: 71,
      end: 'job errors',
      log: ["ERROR: Backup of VM 109 failed - no such volume 'ceph:vm-109-disk-0'", 'INFO: Backup job finished with errors'],
    },
    { pid: 6, node: 'pve1', type: 'vzdump', ago: night, took: 402, end: 'OK', log: ['INFO: Backup job finished successfully', ''] },
    { pid: 1, node: 'pve1', type: 'aptupdate', ago: 2 * HOUR, took: 9, end: 'OK', log: ['starting apt-get update', 'Reading package lists...'] },
    { pid: 2, node: 'pve2', type: 'aptupdate', ago: 1 * HOUR, log: ['starting apt-get update'] },
  ];
  return rows.map(({ pid, node, type, id = '', ago, took = 0, end, log }) => {
    const starttime = now - ago;
    const upid = formatUpid({ node, pid, pstart: 0x0a00_0000 + ago, starttime, type, id, user: 'root@pam' });
    if (end === undefined) return { upid, log };
    return { upid, log: [...log, /^(OK|WARNINGS)/.test(end) ? `TASK ${end}` : `TASK ERROR: ${end}`], exitstatus: end, endtime: starttime + took };
  });
}
