import { BOT, curled, type Entry, no, wrong } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';
const CT = '/nodes/pve1/lxc/200';
const NEEDED = 'property is missing and it is not optional';
const UNKNOWN = 'property is not defined in schema and the schema does not allow additional properties';
const integer = (got: string) => `type check ('integer') failed - got '${got}'`;
const boolean = (got: string) => `type check ('boolean') failed - got '${got}'`;
const one = (got: string, of: string) => `value '${got}' does not have a value in the enumeration '${of}'`;
const least = (value: number) => `value must have a minimum value of ${value}`;
const most = (value: number) => `value must have a maximum value of ${value}`;
const OPTIONS = ['-X POST', '-X PUT', '-X DELETE'] as const;

/** A call that somebody without one privilege makes. */
function forbidden(method: string, path: string, data: string, where: string, privilege: string): Entry {
  const option = OPTIONS.find((text) => text.endsWith(method)) ?? '';
  const query = method === 'GET' && data !== '' ? `?${data}` : '';
  return curled(
    no(method, `${path}${query}`, '', 403, `Permission check failed (${where}, ${privilege})`),
    `${BOT} ${option}`.trim(),
    query === '' && data !== '' ? `-d ${data}` : '',
  );
}

/** What is refused before anything is done: bad parameters and missing privileges. */
export const REFUSALS: readonly Entry[] = [
  wrong('POST', `${VM}/snapshot`, '', { snapname: NEEDED }),
  wrong('POST', `${VM}/snapshot`, `snapname=${'a'.repeat(41)}`, { snapname: 'value may only be 40 characters long' }),
  wrong('POST', `${VM}/snapshot`, 'snapname=1st', { snapname: "invalid format - invalid configuration ID '1st'\n" }),
  wrong('POST', `${CT}/snapshot`, 'snapname=ok vmstate=1', { vmstate: UNKNOWN }),
  wrong('POST', `${VM}/clone`, '', { newid: NEEDED }),
  wrong('POST', `${VM}/clone`, 'newid=abc', { newid: integer('abc') }),
  wrong('POST', `${VM}/clone`, 'newid=99', { newid: least(100) }),
  wrong('POST', `${VM}/clone`, 'newid=1000000000', { newid: most(999_999_999) }),
  wrong('POST', `${VM}/clone`, 'newid=150 full=maybe', { full: boolean('maybe') }),
  wrong('POST', `${VM}/clone`, 'newid=150 format=vdi', { format: one('vdi', 'raw, qcow2, vmdk') }),
  wrong('PUT', `${VM}/resize`, 'size=+1G', { disk: NEEDED }),
  wrong('PUT', `${VM}/resize`, 'disk=scsi0 size=big', { size: 'value does not match the regex pattern' }),
  wrong('PUT', `${VM}/resize`, 'disk=floppy0 size=+1G', { disk: one('floppy0', 'ide0, ide1') }),
  wrong('PUT', `${CT}/resize`, 'disk=scsi0 size=+1G', { disk: one('scsi0', 'rootfs, mp0') }),
  wrong('POST', `${VM}/migrate`, '', { target: NEEDED }),
  wrong('POST', `${VM}/migrate`, 'target=-bad-', { target: 'invalid format - value does not look like a valid node name\n' }),
  wrong('POST', `${VM}/migrate`, 'target=pve2 migration_type=fast', { migration_type: one('fast', 'secure, insecure') }),
  wrong('POST', `${CT}/migrate`, 'target=pve2 with-local-disks=1', { 'with-local-disks': UNKNOWN }),
  wrong('POST', `${VM}/status/shutdown`, 'timeout=-1', { timeout: least(0) }),
  wrong('POST', `${VM}/status/shutdown`, 'timeout=soon forceStop=1', { timeout: integer('soon') }),
  wrong('POST', `${VM}/status/start`, 'foo=bar timeout=x', { foo: UNKNOWN, timeout: integer('x') }),
  wrong('PUT', `${VM}/config`, 'memory=lots', { memory: 'invalid format - …' }),
  wrong('PUT', `${VM}/config`, 'cores=0', { cores: least(1) }),
  wrong('PUT', `${VM}/config`, 'cores=two sockets=0', { cores: integer('two'), sockets: least(1) }),
  wrong('PUT', `${VM}/config`, 'onboot=perhaps', { onboot: boolean('perhaps') }),
  wrong('PUT', `${VM}/config`, 'bios=award', { bios: one('award', 'seabios, ovmf') }),
  wrong('PUT', `${VM}/config`, 'net0=bogus', { net0: 'invalid format - format error\n' }),
  wrong('PUT', `${VM}/config`, 'net32=virtio', { net32: UNKNOWN }),
  wrong('PUT', `${CT}/config`, 'memory=8', { memory: least(16) }),
  wrong('PUT', `${CT}/config`, 'hostname=bad_name!', { hostname: 'invalid format - value does not look like a valid DNS name\n' }),
  wrong('PUT', `${CT}/config`, 'delete=nosuch', { delete: "unknown option 'nosuch'" }),
  wrong('PUT', `${CT}/config`, 'scsi0=local:1', { scsi0: UNKNOWN }),
  wrong('GET', '/nodes/pve1/qemu/abc/config', '', { vmid: integer('abc') }),
  wrong('GET', '/nodes/pve1/qemu/99/status/current', '', { vmid: least(100) }),
  wrong('POST', '/nodes/pve1/lxc', 'vmid=250', { ostemplate: NEEDED }),
  wrong('POST', '/nodes/pve1/qemu', 'vmid=150 memory=big', { memory: 'invalid format - …' }),
  wrong('POST', '/nodes/pve1/vzdump', 'vmid=1', { vmid: "invalid format - value '1' does not look like a valid VM ID\n" }),
  wrong('POST', '/nodes/pve1/vzdump', 'vmid=100 compress=rar', { compress: one('rar', '0, 1, gzip, lzo, zstd') }),
  wrong('POST', '/nodes/pve1/vzdump', 'vmid=100 storage=local protected=2', { protected: boolean('2') }),
  wrong('POST', '/nodes/pve1/stopall', 'vms=100 timeout=99999', { timeout: most(7200) }),
  wrong('POST', '/nodes/pve1/stopall', 'vms=abc', { vms: "invalid format - value 'abc' does not look like a valid VM ID\n" }),
  wrong('POST', '/nodes/pve1/migrateall', '', { target: NEEDED }),
  wrong('GET', '/nodes/pve1/tasks', 'limit=-1', { limit: least(0) }),
  wrong('GET', '/nodes/pve1/tasks', 'source=old', { source: one('old', 'archive, active, all') }),
  wrong('GET', '/nodes/pve1/tasks', 'statusfilter=fine', { statusfilter: "invalid format - invalid status 'fine'\n" }),
  wrong('GET', '/nodes/pve1/tasks', 'vmid=12', { vmid: least(100) }),
  wrong('GET', '/nodes/pve1/tasks/UPID:nonsense/log', '', { upid: 'unable to parse worker upid' }),
  wrong('GET', '/nodes/pve1/storage/local/content', 'vmid=x', { vmid: integer('x') }),
  wrong('GET', '/nodes/pve1/qemu/100/rrddata', 'timeframe=eon', { timeframe: one('eon', 'hour, day, week, month, year') }),
  wrong('POST', '/nodes/pve1/network', 'iface=vmbr1', { type: NEEDED }),
  wrong('POST', '/nodes/pve1/network', 'iface=vmbr1 type=wire', { type: one('wire', 'bridge, bond') }),
  wrong('POST', '/nodes/pve1/network', 'iface=1 type=bridge', { iface: 'invalid format - invalid network interface name\n' }),
  wrong('POST', '/nodes/pve1/network', 'iface=vmbr1 type=bridge cidr=10.9.0.1', {
    cidr: 'invalid format - value does not look like a valid IPv4 network configuration\n',
  }),
  wrong('POST', '/cluster/ha/resources', 'state=started', { sid: NEEDED }),
  wrong('POST', '/cluster/ha/resources', 'sid=vm:100 max_restart=-1', { max_restart: least(0) }),
  wrong('POST', '/cluster/backup', 'vmid=100 storage=local schedule=02:00 mode=quick', { mode: one('quick', 'snapshot, suspend, stop') }),
  wrong('GET', '/cluster/nextid', 'vmid=5', { vmid: least(100) }),
  forbidden('POST', `${VM}/status/start`, '', '/vms/100', 'VM.PowerMgmt'),
  forbidden('POST', `${CT}/status/stop`, '', '/vms/200', 'VM.PowerMgmt'),
  forbidden('GET', `${VM}/config`, '', '/vms/100', 'VM.Audit'),
  forbidden('GET', `${CT}/status/current`, '', '/vms/200', 'VM.Audit'),
  forbidden('POST', `${VM}/clone`, 'newid=150', '/vms/100', 'VM.Clone'),
  forbidden('POST', `${VM}/clone`, 'newid=150', '/vms/150', 'VM.Allocate'),
  forbidden('POST', `${CT}/snapshot`, 'snapname=s1', '/vms/200', 'VM.Snapshot'),
  forbidden('PUT', `${VM}/resize`, 'disk=scsi0&size=%2B1G', '/vms/100', 'VM.Config.Disk'),
  forbidden('POST', `${VM}/move_disk`, 'disk=scsi0&storage=local', '/vms/100', 'VM.Config.Disk'),
  forbidden('POST', '/nodes/pve1/qemu', 'vmid=150', '/vms/150', 'VM.Allocate'),
  forbidden('PUT', `${VM}/sendkey`, 'key=ret', '/vms/100', 'VM.Console'),
  forbidden('POST', `${VM}/monitor`, 'command=info', '/vms/100', 'Sys.Audit|Sys.Modify'),
  forbidden('GET', '/nodes/pve1/status', '', '/nodes/pve1', 'Sys.Audit'),
  forbidden('GET', '/nodes/pve1/syslog', '', '/nodes/pve1', 'Sys.Syslog'),
  forbidden('POST', '/nodes/pve1/status', 'command=reboot', '/nodes/pve1', 'Sys.PowerMgmt'),
  forbidden('POST', '/nodes/pve1/apt/update', '', '/nodes/pve1', 'Sys.Modify'),
  forbidden('POST', '/nodes/pve1/network', 'iface=vmbr1&type=bridge', '/nodes/pve1', 'Sys.Modify'),
  forbidden('POST', '/nodes/pve1/services/sshd/restart', '', '/nodes/pve1', 'Sys.Modify'),
  forbidden('GET', '/cluster/ha/status/current', '', '/', 'Sys.Audit'),
  forbidden('POST', '/cluster/ha/resources', 'sid=vm:100', '/', 'Sys.Console'),
  forbidden('GET', '/cluster/backup', '', '/', 'Sys.Audit'),
  forbidden('POST', '/storage', 'storage=x1&type=dir&path=/x', '/storage', 'Datastore.Allocate'),
  forbidden('GET', '/nodes/pve1/storage/local/content', '', '/storage/local', 'Datastore.Audit|Datastore.AllocateSpace'),
];
