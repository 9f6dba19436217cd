import { BOT, curled, type Entry, forks, good, no } from './shape.ts';

const BACKUP = { content: 'backup', format: 'vma.zst', size: 1234567, subtype: 'qemu' };
const ONE = 'local:backup/vzdump-qemu-100-2026_11_20-09_36_50.vma.zst';
const TWO = 'local:backup/vzdump-qemu-100-2026_11_19-09_36_50.vma.zst';

/** Storages and what lies on them. */
export const STORAGE: readonly Entry[] = [
  good('GET', '/nodes/pve1/storage', 'content=backup', [
    { storage: 'nas', type: 'nfs', content: 'backup', enabled: 1, active: 1, shared: 1, total: 100, used: 10, avail: 90, used_fraction: 0.1 },
  ]),
  good('GET', '/nodes/pve1/storage', '', [
    { storage: 'local', type: 'dir', content: 'iso,backup', enabled: 1, active: 1, shared: 0, total: 100, used: 10, avail: 90, used_fraction: 0.1 },
    { storage: 'zfs', type: 'zfspool', content: 'images,rootdir', enabled: 1, active: 0, shared: 0, total: 0, used: 0, avail: 0 },
  ]),
  good('GET', '/nodes/pve1/storage/local/status', '', {
    type: 'dir',
    content: 'iso,backup',
    enabled: 1,
    active: 1,
    shared: 0,
    total: 100,
    used: 10,
    avail: 90,
  }),
  good('GET', '/storage', '', [{ storage: 'local', type: 'dir', content: 'iso,backup', path: '/var/lib/vz', digest: 'f'.repeat(40) }]),
  good('GET', '/storage/local', '', { storage: 'local', type: 'dir', content: 'iso,backup', path: '/var/lib/vz', digest: 'f'.repeat(40) }),
  good('GET', '/nodes/pve1/storage/local/content', 'content=backup', [
    { ...BACKUP, volid: ONE, vmid: 100, ctime: 1795167410, notes: 'web1', protected: 1 },
    { ...BACKUP, volid: TWO, vmid: 100, ctime: 1795081010 },
  ]),
  good('GET', '/nodes/pve1/storage/local/content', 'content=backup vmid=100', [{ ...BACKUP, volid: ONE, vmid: 100, ctime: 1795167410 }]),
  good('GET', '/nodes/pve1/storage/local/content', 'content=iso', [
    { volid: 'local:iso/debian-13.iso', content: 'iso', format: 'iso', size: 700000000, ctime: 1795000000 },
  ]),
  good('GET', '/nodes/pve1/storage/local/content', 'content=images', [
    { volid: 'local:101/vm-101-disk-0.qcow2', content: 'images', format: 'qcow2', size: 2147483648, vmid: 101, ctime: 1795000000 },
  ]),
  good('GET', '/nodes/pve1/storage/pbs/content', 'content=backup', [
    {
      volid: 'pbs:backup/vm/100/2026-11-20T09:36:50Z',
      content: 'backup',
      format: 'pbs-vm',
      subtype: 'qemu',
      size: 1234567,
      vmid: 100,
      ctime: 1795167410,
      verification: { state: 'ok', upid: 'UPID:pbs:0:0:0:0:verify:x:root@pam:' },
    },
  ]),
  no('GET', '/nodes/pve1/storage/nosuch/content', '', 500, "storage 'nosuch' does not exist"),
  good('GET', '/nodes/pve1/storage/local/prunebackups', 'prune-backups=keep-last=1', [
    { ctime: 1795167410, mark: 'keep', type: 'qemu', vmid: 100, volid: ONE },
    { ctime: 1795081010, mark: 'remove', type: 'qemu', vmid: 100, volid: TWO },
  ]),
  good('GET', '/nodes/pve1/storage/local/prunebackups', 'prune-backups=keep-last=1 vmid=100 type=qemu', [
    { ctime: 1795167410, mark: 'protected', type: 'qemu', vmid: 100, volid: ONE },
  ]),
  forks('DELETE', '/nodes/pve1/storage/local/prunebackups', 'prune-backups=keep-last=1', 'prunebackups', 'local'),
  forks('DELETE', `/nodes/pve1/storage/local/content/${ONE}`, '', 'imgdel', '100@local'),
  good('PUT', `/nodes/pve1/storage/local/content/${ONE}`, 'notes=kept for a reason protected=1', null),
  good('GET', '/nodes/pve1/vzdump/extractconfig', `volume=${ONE}`, 'boot: order=scsi0\nmemory: 512\nname: vm100\n'),
  curled(
    no('DELETE', '/nodes/pve1/storage/local/content/local:iso/debian-13.iso', '', 403, 'Permission check failed (/storage/local, Datastore.Allocate)'),
    `${BOT} -X DELETE`,
  ),
];
