import { type Entry, forks, good, wrong } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';

/** Calls and fields that the practice cluster learned last. */
export const LATER: readonly Entry[] = [
  forks('POST', `${VM}/move_disk`, 'disk=scsi0 storage=ceph delete=1', 'qmmove', 100),
  forks('POST', '/nodes/pve1/migrateall', 'target=pve2', 'migrateall', ''),
  forks('POST', '/nodes/pve1/suspendall', '', 'suspendall', ''),
  forks('POST', '/cluster/bulk-action/guest/start', 'vms=100', 'bulkstart', ''),
  wrong('GET', '/nodes/pve1/storage/local/content', 'content=1bogus!', { content: 'invalid format - invalid content type\n' }),
  good('GET', '/access/users', '', [{ userid: 'root@pam', enable: 1 }]),
  good('GET', '/access/acl', '', []),
  good('GET', '/access/roles', '', [{ roleid: 'PVEAuditor', privs: 'VM.Audit,Sys.Audit', special: 1 }]),
  good('GET', '/access/users/ops@pve/token', '', [{ tokenid: 'bot', privsep: 1, expire: 0 }]),
  good('GET', '/cluster/notifications/targets', '', [{ name: 'mail-to-root', type: 'sendmail', origin: 'builtin' }]),
  good('GET', '/nodes/pve1/disks/list', '', [
    { devpath: '/dev/sda', size: 1, model: 'x', serial: 'y', type: 'ssd', used: 'LVM', health: 'PASSED', wearout: 99, gpt: 1 },
  ]),
  good('GET', '/nodes/pve1/disks/zfs', '', [{ name: 'rpool', size: 3, alloc: 1, free: 2, frag: 4, dedup: 1, health: 'ONLINE' }]),
  good('PUT', `${VM}/unlink`, 'idlist=unused0', null),
  forks('POST', '/nodes/pve1/lxc/200/move_volume', 'volume=rootfs storage=ceph', 'move_volume', 200),
  good('POST', `${VM}/agent/exec`, 'command=/bin/true', { pid: 77 }),
  good('GET', `${VM}/agent/exec-status`, 'pid=77', { exited: 1, exitcode: 0, 'out-data': '' }),
  wrong('GET', '/nodes/pve1/storage', 'storage=nosuch', { storage: 'No such storage.' }),
  good('GET', `${VM}/snapshot`, '', [
    { name: 'half', description: '', snaptime: 1795167260, snapstate: 'prepare' },
    { name: 'current', description: 'You are here!', digest: 'd'.repeat(40), running: 0 },
  ]),
  good('GET', '/cluster/ha/status/current', '', [
    { id: 'quorum', node: 'pve1', quorate: 1, status: 'OK', type: 'quorum' },
    { id: 'fencing', node: 'pve1', 'armed-state': 'armed', status: 'armed (CRM watchdog active)', type: 'fencing' },
    { id: 'master', node: 'pve1', status: 'pve1 (active, Fri Nov 20 09:40:00 2026)', timestamp: 1795167600, type: 'master' },
    { id: 'lrm:pve1', node: 'pve1', status: 'pve1 (active, Fri Nov 20 09:40:00 2026)', timestamp: 1795167600, type: 'lrm' },
    {
      id: 'service:vm:100',
      node: 'pve1',
      sid: 'vm:100',
      state: 'started',
      crm_state: 'started',
      request_state: 'started',
      status: 'vm:100 (pve1, started)',
      type: 'service',
    },
  ]),
];
