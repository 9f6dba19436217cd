import { type Entry, forks, good, no, wrong } from './shape.ts';

const VM = '/nodes/pve1/qemu/101';
const CT = '/nodes/pve1/lxc/200';
const BACKUP = 'local:backup/vzdump-lxc-200-2026_11_20-09_36_50.tar.zst';
const off = { cpu: 0, disk: 0, mem: 0, memhost: 0, netin: 0, netout: 0, uptime: 0, status: 'stopped' };
const space = { total: 12_638_253_056, used: 176_193_536, avail: 12_462_059_520 };

/** What the command lines of a node print, asked over HTTP. */
export const PRINTED: readonly Entry[] = [
  good('GET', '/nodes/pve1/qemu', '', [
    { ...off, vmid: 100, name: 'web1', cpus: 1, maxmem: 268_435_456, maxdisk: 1_073_741_824, status: 'running', pid: 30_645 },
    { ...off, vmid: 101, name: 'db1', cpus: 1, maxmem: 134_217_728, maxdisk: 2_147_483_648, tags: 'db;prod', lock: 'snapshot' },
    { ...off, vmid: 105, name: 'VM 105', cpus: 1, maxmem: 536_870_912, maxdisk: 0 },
    { ...off, vmid: 109, name: 'tpl', cpus: 1, maxmem: 536_870_912, maxdisk: 1_073_741_824, template: 1 },
  ]),
  good('GET', '/nodes/pve1/qemu', 'full=1', [{ ...off, vmid: 100, name: 'web1', cpus: 2, maxmem: 268_435_456, maxdisk: 1_073_741_824 }]),
  good('GET', `${VM}/status/current`, '', {
    ...{ ...off, vmid: 101, name: 'db1', cpus: 1, maxmem: 134_217_728, maxdisk: 2_147_483_648, status: 'running', qmpstatus: 'running', pid: 30_801 },
    ...{ uptime: 12, lock: 'snapshot', ha: { managed: 1, state: 'started' } },
  }),
  good('GET', `${VM}/status/current`, '', {
    ...{ ...off, vmid: 101, name: 'db1', cpus: 1, maxmem: 134_217_728, maxdisk: 2_147_483_648 },
    ...{ status: 'running', qmpstatus: 'paused', ha: { managed: 0 } },
  }),
  good('GET', `${VM}/config`, '', {
    ...{ boot: 'order=scsi0', cpu: 'qemu64', kvm: 0, lock: 'snapshot', memory: '128', name: 'db1', ostype: 'l26', onboot: 1, tags: 'db;prod' },
    ...{ scsi0: 'local:101/vm-101-disk-0.qcow2,size=2G', parent: 'snap1', vmgenid: '18c1284c-e127-4926-a93a-6576475a9595', digest: 'a'.repeat(40) },
  }),
  good('GET', `${VM}/pending`, '', [
    { key: 'memory', value: '128', pending: '256' },
    { key: 'onboot', value: 1 },
    { key: 'cpu', value: 'qemu64', delete: 1 },
    { key: 'cores', pending: 2 },
    { key: 'digest', value: 'a'.repeat(40) },
  ]),
  good('GET', `${VM}/snapshot`, '', [
    { name: 'snap1', snaptime: 1_795_167_260, description: 'first', vmstate: 0 },
    { name: 'snap2', snaptime: 1_795_167_261, description: '', parent: 'snap1', vmstate: 1 },
    { name: 'current', description: 'You are here!', parent: 'snap2', running: 1, digest: 'a'.repeat(40) },
  ]),
  good('GET', `${VM}/snapshot`, '', [{ name: 'current', description: 'You are here!', running: 0, digest: 'a'.repeat(40) }]),
  good('GET', `${CT}/snapshot`, '', [
    { name: 'clean', snaptime: 1_795_167_260, description: 'x' },
    { name: 'current', description: 'You are here!', parent: 'clean', running: 0, digest: 'a'.repeat(40) },
  ]),
  good('GET', '/nodes/pve1/storage/local/content', '', [
    { volid: 'local:100/vm-100-disk-0.raw', content: 'images', format: 'raw', size: 1_073_741_824, vmid: 100, ctime: 1, used: 1 },
    { volid: 'local:101/vm-101-disk-0.qcow2', content: 'images', format: 'qcow2', size: 2_147_483_648, vmid: 101, ctime: 1, used: 1 },
    { volid: 'local:200/vm-200-disk-0.raw', content: 'rootdir', format: 'raw', size: 1_073_741_824, vmid: 200, ctime: 1, used: 1 },
    { volid: 'local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst', content: 'vztmpl', format: 'tzst', size: 84_995_032, ctime: 1 },
    { volid: BACKUP, content: 'backup', subtype: 'lxc', format: 'tar.zst', size: 85_439_402, vmid: 200, ctime: 1_795_167_410, protected: 1, notes: 'ct1 200' },
  ]),
  good('GET', '/nodes/pve1/storage/local/content', 'content=rootdir vmid=200', [
    { volid: 'local:200/vm-200-disk-0.raw', content: 'rootdir', format: 'raw', size: 1_073_741_824, vmid: 200, ctime: 1 },
  ]),
  good('GET', '/nodes/pve1/storage', '', [
    { storage: 'backup1', type: 'dir', content: 'backup', enabled: 0, active: 0, shared: 0, total: 0, used: 0, avail: 0 },
    { storage: 'local', type: 'dir', content: 'iso,backup', enabled: 1, active: 1, shared: 0, used_fraction: 0.01, ...space },
  ]),
  good('GET', '/nodes/pve1/storage', 'enabled=1', [
    { storage: 'local', type: 'dir', content: 'iso,backup', enabled: 1, active: 1, shared: 0, used_fraction: 0.01, ...space },
  ]),
  good('GET', '/nodes/pve1/storage', 'storage=local', [
    { storage: 'local', type: 'dir', content: 'iso,backup', enabled: 1, active: 1, shared: 0, used_fraction: 0.01, ...space },
  ]),
  wrong('GET', '/nodes/pve1/storage/nosuch/status', '', { storage: 'No such storage.' }),
  good('POST', '/storage', 'storage=backup1 type=dir path=/var/lib/vz2 content=backup', { storage: 'backup1', type: 'dir' }),
  no('POST', '/storage', 'storage=local type=dir path=/var/lib/vz2', 500, "create storage failed: storage ID 'local' already defined"),
  no('POST', '/storage', 'storage=nfs1 type=nfs server=192.0.2.99 export=/x content=backup', 500, "create storage failed: storage 'nfs1' is not online"),
  wrong('POST', '/storage', 'storage=x1 type=dir', { path: 'property is missing and it is not optional' }),
  good('DELETE', '/storage/backup1', '', null),
  good('PUT', '/storage/backup1', 'disable=1', { storage: 'backup1', type: 'dir' }),
  forks('DELETE', '/nodes/pve1/storage/local/content/local:101/vm-101-disk-5.raw', '', 'imgdel', '101@local'),
  no('POST', `${VM}/move_disk`, 'disk=scsi0 storage=nosuch', 500, "storage 'nosuch' does not exist"),
  good('PUT', `${VM}/sendkey`, 'key=ctrl-alt-delete', null),
  forks('POST', `${VM}/template`, '', 'qmtemplate', 101),
  good('POST', `${CT}/template`, '', null),
  no('PUT', `${CT}/config`, 'lock=mounted', 500, "only root can set 'lock' config"),
  no('PUT', `${VM}/config`, 'args=-vnc 0.0.0.0:77', 500, "only root can set 'args' config"),
  good('POST', '/access/users/ops@pve/token/bot2', 'privsep=1', {
    'full-tokenid': 'ops@pve!bot2',
    info: { privsep: '1' },
    value: '429d4e56-b6af-460e-94d8-8e469836ff80',
  }),
  wrong('POST', '/access/users/ops@pve/token/bot', 'privsep=1', { tokenid: 'Token already exists.' }),
  good('GET', '/access/users/ops@pve/token/bot', '', { privsep: 1, expire: 0 }),
  good('DELETE', '/access/users/ops@pve/token/bot', '', null),
  no('GET', '/access/users/nobody@pve', '', 500, "no such user ('nobody@pve')"),
  good('GET', '/access/users/ops@pve', '', { enable: 1, expire: 0, groups: [], tokens: { bot: { privsep: 1, expire: 0 } } }),
  good('POST', '/access/users', 'userid=new@pve comment=x', null),
  good('PUT', '/access/acl', 'path=/vms roles=PVEVMUser users=ops@pve', null),
  good('GET', '/access/acl', '', [{ path: '/vms', type: 'user', ugid: 'ops@pve', roleid: 'PVEVMUser', propagate: 1 }]),
  good('GET', '/access/groups', '', [{ groupid: 'ops', comment: 'x', users: 'ops@pve' }]),
  good('GET', '/access/domains', '', [
    { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
    { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
  ]),
  good('GET', '/cluster/replication', '', []),
  good('GET', '/nodes/pve1/replication', '', []),
  good('GET', '/cluster/tasks', '', [
    {
      upid: `UPID:pve1:00001852:0001A974:6B001431:qmstop:101:root@pam:`,
      node: 'pve1',
      starttime: 1_795_167_281,
      endtime: 1_795_167_281,
      type: 'qmstop',
      id: '101',
      user: 'root@pam',
      status: 'OK',
      saved: 1,
    },
  ]),
  good('GET', '/pools', '', [{ poolid: 'prod', comment: 'x' }]),
  good('GET', '/pools/prod', '', {
    comment: 'x',
    members: [{ id: 'qemu/101', type: 'qemu', vmid: 101, node: 'pve1', name: 'vm101', status: 'stopped', template: 0 }],
  }),
  good('POST', '/pools', 'poolid=prod', null),
  no('DELETE', '/pools/nosuch', '', 500, "pool 'nosuch' does not exist"),
];
