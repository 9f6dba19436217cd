import { BOT, curled, type Entry, forks, good, no, wrong } from './shape.ts';

const VM = '/nodes/pve1/qemu/100';
const PREFLIGHT = { 'has-dbus-vmstate': 1, 'mapped-resource-info': {}, 'mapped-resources': [], local_resources: [], local_disks: [] };
const ARCHIVE = 'local:backup/vzdump-qemu-100-2026_11_20-09_36_50.vma.zst';
const CT_ARCHIVE = 'local:backup/vzdump-lxc-200-2026_11_20-09_36_50.tar.zst';

/** Moving, making, restoring and backing up. */
export const MOVES: readonly Entry[] = [
  good('GET', `${VM}/migrate`, '', { ...PREFLIGHT, running: 0, allowed_nodes: ['pve2', 'pve3'], not_allowed_nodes: {} }),
  good('GET', `${VM}/migrate`, 'target=pve2', {
    ...{ ...PREFLIGHT, running: 0, allowed_nodes: [], not_allowed_nodes: { pve2: { unavailable_storages: ['fast'] } } },
    local_disks: [
      {
        cdrom: 0,
        drivename: 'scsi0',
        is_attached: 1,
        is_cloudinit: 0,
        is_tpmstate: 0,
        is_unused: 0,
        is_vmstate: 0,
        replicate: 1,
        shared: 0,
        size: 1073741824,
        volid: 'fast:vm-100-disk-0',
      },
    ],
  }),
  good('GET', `${VM}/migrate`, 'target=pve2', {
    ...PREFLIGHT,
    running: 1,
    allowed_nodes: ['pve2'],
    not_allowed_nodes: { pve2: {} },
    local_resources: ['hostpci0'],
  }),
  forks('POST', `${VM}/migrate`, 'target=pve2 online=1 with-local-disks=1', 'qmigrate', 100),
  forks('POST', `${VM}/migrate`, 'target=pve2 online=1 with-local-disks=1 targetstorage=local', 'qmigrate', 100),
  forks('POST', `${VM}/migrate`, 'target=pve2 online=1', 'hamigrate', 100),
  forks('POST', '/nodes/pve1/lxc/200/migrate', 'target=pve2 restart=1', 'vzmigrate', 200),
  forks('POST', '/nodes/pve1/lxc/200/migrate', 'target=pve2', 'vzmigrate', 200),
  no('POST', '/nodes/pve1/lxc/200/migrate', 'target=pve9', 500, "no such cluster node 'pve9'"),
  wrong('POST', `${VM}/migrate`, '', { target: 'property is missing and it is not optional' }),
  no('POST', `${VM}/migrate`, 'target=pve2', 500, "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist"),
  curled(no('POST', `${VM}/migrate`, '', 403, 'Permission check failed (/vms/100, VM.Migrate)'), `${BOT} -X POST`, '-d target=pve2'),
  forks('POST', '/nodes/pve1/qemu', 'vmid=150 name=new memory=512 scsi0=local:8', 'qmcreate', 150),
  forks('POST', '/nodes/pve1/lxc', 'vmid=250 ostemplate=local:vztmpl/debian-13-standard_13.1-1_amd64.tar.zst hostname=new rootfs=local:4', 'vzcreate', 250),
  forks('POST', '/nodes/pve1/qemu', `vmid=150 archive=${ARCHIVE} storage=local unique=1`, 'qmrestore', 150),
  forks('POST', '/nodes/pve1/qemu', `vmid=100 archive=${ARCHIVE} force=1`, 'qmrestore', 100),
  forks('POST', '/nodes/pve1/lxc', `vmid=250 ostemplate=${CT_ARCHIVE} restore=1 storage=local`, 'vzrestore', 250),
  no('POST', '/nodes/pve1/qemu', `vmid=100 archive=${ARCHIVE}`, 500, "unable to create VM 100 - VM 100 already exists on node 'pve1'"),
  no('POST', '/nodes/pve1/qemu', 'vmid=101 memory=128', 500, "unable to create VM 101 - VM 101 already exists on node 'pve1'"),
  no('POST', '/nodes/pve1/lxc', `vmid=200 ostemplate=${CT_ARCHIVE} restore=1`, 500, "CT 200 already exists on node 'pve1'"),
  wrong('POST', '/nodes/pve1/qemu', 'memory=128', { vmid: 'property is missing and it is not optional' }),
  forks('POST', '/nodes/pve1/vzdump', 'vmid=100 storage=local mode=snapshot compress=zstd notes-template={{guestname}} {{vmid}} protected=1', 'vzdump', 100),
  forks('POST', '/nodes/pve1/vzdump', 'all=1 storage=local', 'vzdump', ''),
  wrong('POST', '/nodes/pve1/vzdump', 'vmid=100 mode=bogus', { mode: "value 'bogus' does not have a value in the enumeration 'snapshot, suspend, stop'" }),
  wrong('POST', '/nodes/pve1/vzdump', 'vmid=100 maxfiles=3', {
    maxfiles: 'property is not defined in schema and the schema does not allow additional properties',
  }),
  curled(
    no('POST', '/nodes/pve1/vzdump', '', 403, 'Permission check failed (/storage/local, Datastore.AllocateSpace)'),
    `${BOT} -X POST`,
    '-d vmid=100&storage=local',
  ),
  curled(no('POST', '/nodes/pve1/vzdump', '', 403, 'Permission check failed (/vms/100, VM.Backup)'), `${BOT} -X POST`, '-d vmid=100&storage=local'),
  forks('POST', '/nodes/pve1/startall', 'vms=100,101 force=1', 'startall', ''),
];
