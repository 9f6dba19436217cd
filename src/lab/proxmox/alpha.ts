import { type Prng, uuid } from '../prng.ts';
import { olderBackups, pastTasks, UPDATES } from './alphapast.ts';
import type { ClusterSpec, GuestSpec, StorageSpec } from './spec.ts';

const GIB = 2 ** 30;
const DAY = 86_400;

/** The token of the bot, and one for everything else. */
export const BOT = 'hostler@pve!bot';
export const FULL = 'root@pam!full';

/** What the bot needs, everywhere: exactly what `hostler manifest pve` gives it. */
const NEEDED = [
  ...['VM.Audit', 'VM.PowerMgmt', 'VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Backup', 'VM.Migrate', 'VM.Replicate', 'VM.Clone', 'VM.Allocate'],
  ...['VM.Config.CPU', 'VM.Config.Disk', 'VM.Config.HWType', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.Options'],
  ...['VM.GuestAgent.Audit', 'VM.GuestAgent.FileSystemMgmt', 'Datastore.Audit', 'Datastore.AllocateSpace', 'Datastore.Allocate'],
  ...['Sys.Audit', 'Sys.Modify', 'SDN.Use', 'Mapping.Use'],
];

const STORAGES: readonly StorageSpec[] = [
  {
    ...{ storage: 'local', type: 'dir', content: 'iso,vztmpl,backup,snippets', total: 94 * GIB, used: 21 * GIB },
    volumes: [
      ...['pve1', 'pve2', 'pve3'].map((node) => ({ name: 'iso/debian-13.1.0-amd64-netinst.iso', size: 783 * 2 ** 20, node })),
      { name: 'vztmpl/debian-13-standard_13.1-2_amd64.tar.zst', size: 124 * 2 ** 20, node: 'pve1' },
    ],
  },
  // It is not there on pve3, and nothing says so: moving a guest there fails when it is tried.
  { storage: 'local-zfs', type: 'zfspool', content: 'images,rootdir', missing: ['pve3'], total: 900 * GIB, used: 310 * GIB },
  { storage: 'ceph', type: 'rbd', content: 'images,rootdir', shared: true, total: 12_000 * GIB, used: 4100 * GIB },
  {
    ...{ storage: 'nas', type: 'nfs', content: 'iso,backup', shared: true, total: 8000 * GIB, used: 6400 * GIB },
    volumes: [{ name: 'iso/virtio-win-0.1.271.iso', size: 709 * 2 ** 20 }],
  },
  { storage: 'archive', type: 'dir', content: 'backup', nodes: ['pve2'], disabled: true, total: 2000 * GIB, used: 900 * GIB },
  { storage: 'pbs', type: 'pbs', content: 'backup', shared: true, datastore: 'main', total: 8000 * GIB, used: 2400 * GIB },
];

const mac = (vmid: number) => `BC:24:11:00:${vmid < 200 ? '01' : '02'}:${String(vmid % 100).padStart(2, '0')}`;

interface Extra {
  readonly [option: string]: string | number;
}

function vm(vmid: number, name: string | undefined, disk: string, extra: Extra, random: Prng): GuestSpec['config'] {
  const base = {
    boot: 'order=scsi0;net0',
    cores: 2,
    cpu: 'x86-64-v2-AES',
    memory: '2048',
    meta: 'creation-qemu=10.1.2,ctime=1760000000',
    numa: 0,
    ostype: 'l26',
    scsihw: 'virtio-scsi-single',
    sockets: 1,
  };
  const ids = { smbios1: `uuid=${uuid(random)}`, vmgenid: uuid(random) };
  const drive = { scsi0: disk, net0: `virtio=${mac(vmid)},bridge=vmbr0,firewall=1` };
  return { ...base, ...(name === undefined ? {} : { name }), ...drive, ...ids, ...extra };
}

function ct(vmid: number, hostname: string, rootfs: string, ip: string, extra: Extra = {}): GuestSpec['config'] {
  const net0 = `name=eth0,bridge=vmbr0,hwaddr=${mac(vmid)},ip=${ip}/24,type=veth`;
  return { arch: 'amd64', cores: 1, hostname, memory: 512, swap: 512, ostype: 'debian', unprivileged: 1, features: 'nesting=1', rootfs, net0, ...extra };
}

/** The guests of the practice cluster: each is there for something that can be tried on it. */
function guests(now: number, random: Prng): readonly GuestSpec[] {
  const ceph = (vmid: number, gib: number) => `ceph:vm-${vmid}-disk-0,discard=on,iothread=1,size=${gib}G`;
  const zfs = (vmid: number, gib: number) => `local-zfs:vm-${vmid}-disk-0,discard=on,iothread=1,size=${gib}G`;
  const on = { agent: '1', onboot: 1 };
  const agent = (...addresses: readonly string[]) => ({ os: 'Debian GNU/Linux 13 (trixie)', addresses });
  const qemu = (vmid: number, node: string, config: GuestSpec['config'], more: Partial<GuestSpec> = {}): GuestSpec => ({
    vmid,
    type: 'qemu',
    node,
    config,
    ...more,
  });
  const lxc = (vmid: number, node: string, config: GuestSpec['config'], more: Partial<GuestSpec> = {}): GuestSpec => ({
    vmid,
    type: 'lxc',
    node,
    config,
    ...more,
  });
  const running = { status: 'running' } as const;
  return [
    qemu(100, 'pve1', vm(100, 'web-a', ceph(100, 32), { ...on, tags: 'prod;web', memory: '4096' }, random), {
      ...running,
      agent: agent('192.0.2.100', '2001:db8:1::100'),
    }),
    qemu(101, 'pve1', vm(101, 'gitlab', zfs(101, 64), { ...on, tags: 'prod', protection: 0, memory: '8192', cores: 4 }, random), {
      ...running,
      agent: agent('192.0.2.101'),
    }),
    qemu(102, 'pve2', vm(102, 'wiki', ceph(102, 16), { agent: '1' }, random)),
    qemu(103, 'pve3', vm(103, 'runner', ceph(103, 24), { agent: '1' }, random), {
      ...running,
      snapshots: [
        { name: 'fresh', at: now - 9 * DAY, description: 'just installed' },
        { name: 'fresher', at: now - 2 * DAY, description: '', parent: 'fresh' },
      ],
    }),
    qemu(
      104,
      'pve2',
      vm(104, 'legacy', zfs(104, 20), { ide2: 'local:iso/debian-13.1.0-amd64-netinst.iso,media=cdrom,size=783M', virtiofs0: 'dirid=media,cache=auto' }, random),
    ),
    qemu(105, 'pve1', vm(105, 'gpu', ceph(105, 100), { hostpci0: '0000:01:00,pcie=1', machine: 'q35', memory: '16384' }, random), running),
    qemu(106, 'pve1', vm(106, 'debian-13', 'ceph:base-106-disk-0,discard=on,size=8G', { agent: '1' }, random), { template: true }),
    qemu(107, 'pve3', vm(107, 'stuck', ceph(107, 8), { lock: 'snapshot' }, random)),
    qemu(108, 'pve1', vm(108, 'twin', ceph(108, 8), {}, random)),
    qemu(109, 'pve3', vm(109, 'twin', ceph(109, 8), {}, random)),
    // Its disk never gives space back.
    qemu(110, 'pve2', vm(110, undefined, 'ceph:vm-110-disk-0,iothread=1,size=4G', {}, random)),
    qemu(111, 'pve2', vm(111, 'vault', ceph(111, 100), { ...on, protection: 1 }, random), {
      ...running,
      agent: agent('192.0.2.111'),
      pending: { memory: '4096' },
    }),
    lxc(200, 'pve1', ct(200, 'dns1', 'local-zfs:subvol-200-disk-0,size=4G', '192.0.2.200', { onboot: 1 }), running),
    lxc(201, 'pve2', ct(201, 'proxy', 'ceph:vm-201-disk-0,size=8G', '192.0.2.201', { onboot: 1 }), {
      ...running,
      snapshots: [{ name: 'clean', at: now - 20 * DAY, description: 'before the first request' }],
    }),
    lxc(202, 'pve3', ct(202, 'cron', 'ceph:vm-202-disk-0,size=4G', '198.51.100.202')),
    lxc(203, 'pve3', ct(203, 'spool', 'ceph:vm-203-disk-0,size=4G', '198.51.100.203', { lock: 'snapshot' })),
  ];
}

/** The practice cluster `alpha`; `now` in seconds since the epoch. Secrets are drawn from the seed. */
export function alpha(now: number, random: Prng): ClusterSpec {
  return {
    name: 'alpha',
    nodes: [
      { name: 'pve1', ip: '192.0.2.61', memory: 128 * GIB, cpus: 32, updates: UPDATES },
      { name: 'pve2', ip: '192.0.2.62', memory: 128 * GIB, cpus: 32 },
      { name: 'pve3', ip: '198.51.100.61', memory: 64 * GIB, cpus: 16, updates: UPDATES, staged: 'vmbr9' },
    ],
    storages: STORAGES,
    guests: guests(now, random),
    backups: olderBackups(now),
    tasks: pastTasks(now),
    jobs: [
      {
        id: 'nightly',
        type: 'vzdump',
        schedule: '02:00',
        storage: 'pbs',
        all: 1,
        exclude: '105,107,203',
        mode: 'snapshot',
        enabled: 1,
        'notes-template': '{{guestname}}',
        'prune-backups': { 'keep-last': '7' },
      },
    ],
    replications: [{ id: '101-0', guest: 101, target: 'pve2', schedule: '*/15' }],
    // On for all, and masked where it is meant to be off: only one node filters.
    kept: {
      '/cluster/firewall/options': { '': { enable: 1, digest: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' } },
      '/nodes/pve1/firewall/rules': {
        0: { type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '9100', source: '192.0.2.0/24', enable: 1, comment: 'monitoring' },
        1: { type: 'in', action: 'DROP', proto: 'udp', dport: '111', enable: 1 },
      },
    },
    ha: { 'vm:100': { state: 'started', crm: 'started' } },
    tokens: [
      { id: BOT, secret: uuid(random), privileges: { '/': NEEDED } },
      { id: FULL, secret: uuid(random), privileges: { '/': ['*'] } },
    ],
  };
}
