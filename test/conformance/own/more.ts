import { BOT, curled, type Entry, FULL, forks, good, no, upid, wrong } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';
const EVERY = { 'VM.Audit': 1, 'VM.PowerMgmt': 1, 'Sys.Audit': 1, 'Datastore.Audit': 1 };

/** What is asked less often. */
export const MORE: readonly Entry[] = [
  no('PUT', `${VM}/config`, 'args=-device x', 500, "only root can set 'args' config"),
  wrong('POST', `${VM}/status/start`, 'skiplock=1', { skiplock: 'Only root may use this option.' }),
  wrong('DELETE', `/nodes/pve1/tasks/${upid('qmstart', 100)}`, '', { upid: 'no such task' }),
  wrong('GET', `/nodes/pve1/tasks/${upid('qmstart', 100)}/log`, 'limit=abc', { limit: "type check ('integer') failed - got 'abc'" }),
  good('GET', '/access/permissions', '', { '/': EVERY, '/access': EVERY, '/nodes': EVERY, '/storage': EVERY, '/vms': EVERY, '/pool': EVERY, '/sdn': EVERY }),
  curled(good('GET', '/access/permissions', '', {}), BOT),
  curled(good('GET', '/access/permissions?path=/vms/100', '', { '/vms/100': { 'VM.Audit': 1 } }), FULL),
  good('GET', '/cluster/options', '', { keyboard: 'en-us' }),
  good('GET', '/cluster/replication', '', []),
  good('GET', '/nodes/pve1/replication', '', []),
  good('GET', '/cluster/config/nodes', '', [
    { name: 'pve1', node: 'pve1', nodeid: '1', quorum_votes: '1', ring0_addr: '192.0.2.11' },
    { name: 'pve2', node: 'pve2', nodeid: '2', quorum_votes: '1', ring0_addr: '192.0.2.12' },
  ]),
  good('GET', '/nodes/pve1/certificates/info', '', [{ filename: 'pve-ssl.pem', fingerprint: 'AA', notafter: 1, notbefore: 1, subject: '/CN=pve1' }]),
  good('GET', '/nodes/pve1/apt/versions', '', [{ Package: 'pve-manager', OldVersion: '9.2.11', Version: '9.2.11', CurrentState: 'Installed' }]),
  good('GET', '/nodes/pve1/time', '', { time: 1795167000, localtime: 1795167000, timezone: 'UTC' }),
  good('GET', `${VM}/snapshot/pre/config`, '', { name: 'vm100', memory: '512' }),
  good('PUT', `${VM}/snapshot/pre/config`, 'description=why', null),
  good('GET', '/nodes/pve1/lxc/200/interfaces', '', [{ name: 'eth0', hwaddr: 'bc:24:11:00:00:02', inet: '192.0.2.50/24' }]),
  good('GET', `${VM}/agent/get-fsinfo`, '', { result: [{ name: 'sda1', mountpoint: '/', type: 'ext4', disk: [], 'used-bytes': 1, 'total-bytes': 2 }] }),
  forks('POST', '/nodes/pve1/services/pveproxy/reload', '', 'srvreload', 'pveproxy'),
  good('GET', '/nodes', '', [{ node: 'pve1', type: 'node', status: 'unknown', id: 'node/pve1', ssl_fingerprint: 'AA' }]),
  curled(good('GET', '/nodes/pve1/lxc', '', []), BOT),
  curled(no('POST', `${VM}/agent/ping`, '', 403, 'Permission check failed (/vms/100, VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted)'), `${BOT} -X POST`),
  curled(no('POST', '/cluster/ha/resources', '', 403, 'Permission check failed (/, Sys.Console)'), `${BOT} -X POST`, '-d sid=vm:100'),
  curled(no('POST', '/nodes/pve1/status', '', 403, 'Permission check failed (/nodes/pve1, Sys.PowerMgmt)'), `${BOT} -X POST`, '-d command=reboot'),
  curled(no('GET', '/nodes/pve1/storage/local/content', '', 403, 'Permission check failed (/storage/local, Datastore.Audit|Datastore.AllocateSpace)'), BOT),
  curled(no('POST', `${VM}/snapshot/pre/rollback`, '', 403, 'Permission check failed (/vms/100, VM.Snapshot|VM.Snapshot.Rollback)'), `${BOT} -X POST`),
  curled(no('POST', '/nodes/pve1/qemu', '', 403, 'Permission check failed (/vms/150, VM.Allocate)'), `${BOT} -X POST`, '-d vmid=150&memory=128'),
  curled(good('PUT', '/nodes/pve1/network', '', upid('srvreload', 'networking', 'pve1', 'ops@pve!bot')), `${BOT} -X PUT`),
  no('DELETE', VM, '', 500, 'VM 100 is running - destroy failed'),
  no('DELETE', VM, '', 500, "can't remove VM 100 - protection mode enabled"),
  no('DELETE', VM, '', 500, 'unable to remove VM 100 - used in HA resources and purge parameter not set.'),
  wrong('GET', '/nodes/pve1/storage/nosuch/status', '', { storage: 'No such storage.' }),
  no('POST', '/cluster/ha/resources', 'sid=vm:100', 500, "resource ID 'vm:100' already defined"),
  no('GET', '/cluster/ha/resources/vm:100', '', 500, "no such resource 'vm:100'"),
  good('GET', '/cluster/ha/resources', '', [{ sid: 'vm:100', type: 'vm', state: 'started', max_restart: 2, comment: 'mine', digest: 'e'.repeat(40) }]),
  good('GET', `${VM}/config`, '', {
    ...{
      name: 'odd',
      memory: '512',
      lock: 'snapshot',
      parent: 'pre',
      unused0: 'local:100/vm-100-disk-9.raw',
      hostpci0: '0000:01:00.0',
      protection: 1,
      template: 0,
    },
    ...{ cpulimit: '0.4', agent: '1', tags: 'a;b', numa: 0, efidisk0: 'local:100/vm-100-disk-1.raw,size=528K', digest: 'e'.repeat(40) },
  }),
];
