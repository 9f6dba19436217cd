import { type Entry, forks, good, no, upid } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';
const CT = '/nodes/pve1/lxc/200';
const PBS = 'pbs:backup/vm/100/2026-11-20T09:36:50Z';
const BACKUP = 'local:backup/vzdump-qemu-100-2026_11_20-09_36_50.vma.zst';
const done = (type: string, more: Readonly<Record<string, unknown>>) => ({
  ...{ upid: upid(type, 100), node: 'pve1', pid: 10474, pstart: 129013, starttime: 1795167493, type, id: '100', user: 'root@pam', tokenid: 'full' },
  ...more,
});

/** What a client seldom asks. */
export const RARE: readonly Entry[] = [
  good('POST', `${VM}/agent`, 'command=ping', { result: {} }),
  good('POST', `${VM}/agent/fsfreeze-freeze`, '', { result: 2 }),
  good('POST', `${VM}/agent/fsfreeze-status`, '', { result: 'thawed' }),
  good('POST', `${VM}/agent/fsfreeze-thaw`, '', { result: 2 }),
  good('GET', `${VM}/agent/get-host-name`, '', { result: { 'host-name': 'web1' } }),
  good('GET', `${VM}/agent/get-time`, '', { result: 1795167000000000000 }),
  good('GET', `${VM}/agent/get-users`, '', { result: [] }),
  no('POST', `${VM}/agent/fsfreeze-freeze`, '', 500, 'QEMU guest agent is not running'),
  good('GET', `${CT}/feature`, 'feature=snapshot', { hasFeature: 0 }),
  good('GET', `${CT}/migrate`, 'target=pve2', { running: 0, 'allowed-nodes': ['pve2'], 'not-allowed-nodes': {} }),
  good('GET', `${CT}/snapshot/clean/config`, '', { hostname: 'ct1', memory: 256, arch: 'amd64' }),
  good('PUT', `${CT}/snapshot/clean/config`, 'description=why', null),
  forks('POST', '/nodes/pve1/services/pveproxy/start', '', 'srvstart', 'pveproxy'),
  forks('POST', '/nodes/pve1/services/pveproxy/stop', '', 'srvstop', 'pveproxy'),
  good('GET', '/nodes/pve1/subscription', '', { status: 'notfound', message: 'There is no subscription key' }),
  good('GET', '/cluster/ha/rules', '', []),
  good('PUT', '/storage/local', 'disable=1', { storage: 'local', type: 'dir' }),
  good('GET', `/nodes/pve1/storage/local/content/${BACKUP}`, '', {
    path: '/var/lib/vz/dump/x',
    size: 1234567,
    used: 1234567,
    format: 'vma.zst',
    notes: 'web1',
    protected: 1,
  }),
  good('GET', '/nodes/pve1/storage/pbs/file-restore/list', `volume=${PBS} filepath=/`, [
    { filepath: 'L2RyaXZl', text: 'drive-scsi0.img.fidx', type: 'v', leaf: 0 },
  ]),
  good('GET', '/cluster/backup/nightly/included_volumes', '', {
    children: [{ id: 100, name: 'vm100', type: 'qemu', children: [{ id: 'scsi0', name: 'local:100/vm-100-disk-0.raw', included: 1, reason: 'enabled' }] }],
  }),
  // How a task ended, of every kind of end.
  ...[
    'OK',
    'WARNINGS: 3',
    'job errors',
    'migration aborted',
    'migration problems',
    'received interrupt',
    'unexpected status',
    "can't migrate local cdrom drive",
  ].map((exitstatus) => good('GET', `/nodes/pve1/tasks/${upid('qmigrate', 100)}/status`, '', done('qmigrate', { status: 'stopped', exitstatus }))),
];
