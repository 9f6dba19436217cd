import { curled, type Entry, FULL, good, no } from './shape.ts';

const NO = 'cluster not ready - no quorum?';
const denied = (file: string) => `unable to open file '/etc/pve/nodes/pve1/${file}.tmp.11024' - Permission denied`;
const VM = '/nodes/pve1/qemu/100';

/** What a node says that has lost its cluster: it reads, and does not write. */
export const NO_QUORUM: readonly Entry[] = [
  no('POST', `${VM}/status/start`, '', 500, NO),
  no('POST', `${VM}/clone`, 'newid=150', 500, NO),
  no('POST', '/nodes/pve1/lxc/200/clone', 'newid=250', 500, NO),
  no('POST', '/nodes/pve1/lxc/200/migrate', 'target=pve2', 500, NO),
  no('DELETE', VM, '', 500, NO),
  no('POST', `${VM}/move_disk`, 'disk=scsi0 storage=local', 500, NO),
  no('POST', '/nodes/pve1/startall', '', 500, NO),
  no('POST', '/nodes/pve1/migrateall', 'target=pve2', 500, NO),
  no('PUT', `${VM}/config`, 'memory=512 onboot=1', 500, denied('qemu-server/100.conf')),
  no('PUT', '/nodes/pve1/lxc/200/config', 'onboot=1', 500, denied('lxc/200.conf')),
  no('POST', '/cluster/ha/resources', 'sid=vm:100', 500, "cfs-lock 'domain-ha' error: no quorum!"),
  no('PUT', '/storage/local', 'disable=1', 500, "cfs-lock 'file-storage_cfg' error: no quorum!"),
  no('POST', '/cluster/backup', 'vmid=100 storage=local schedule=02:00', 500, "cfs-lock 'file-jobs_cfg' error: no quorum!"),
  good('GET', '/cluster/status', '', [
    { id: 'cluster', name: 'labcluster', nodes: 2, quorate: 0, type: 'cluster', version: 2 },
    { id: 'node/pve1', ip: '192.0.2.11', level: '', local: 1, name: 'pve1', nodeid: 1, online: 1, type: 'node' },
    { id: 'node/pve2', ip: '192.0.2.12', level: '', local: 0, name: 'pve2', nodeid: 2, online: 0, type: 'node' },
  ]),
  good('GET', '/cluster/ha/status/current', '', [
    { id: 'quorum', node: 'pve1', quorate: 0, status: "No quorum on node 'pve1'!", type: 'quorum' },
    { id: 'fencing', node: 'pve1', 'armed-state': 'standby', status: 'standby (CRM watchdog standby)', type: 'fencing' },
    { id: 'service:vm:100', node: 'pve1', sid: 'vm:100', state: 'queued', status: 'vm:100 (pve1, queued)', type: 'service' },
  ]),
  curled(
    {
      method: 'POST',
      path: '/api2/extjs/nodes/pve1/qemu/100/status/start',
      status: 200,
      reason: 'OK',
      body: { success: 0, status: 500, message: `${NO}\n`, data: null },
    },
    `${FULL} -X POST`,
  ),
];
