import type { Patient } from './patient.ts';

/** A host where a check finds nothing, one where it finds something, and of what the finding speaks. */
export interface Case {
  readonly good: Patient;
  readonly bad: Patient;
  readonly says: RegExp;
  /** The line that puts it right, where there is one. */
  readonly fix?: string;
}

const system = (parts: Readonly<Record<string, string>>): Patient => ({
  'doctor-system': Object.entries(parts)
    .map(([name, text]) => `== ${name}\n${text}${text === '' ? '' : '\n'}`)
    .join(''),
});
const disks = (parts: Readonly<Record<string, string>>): Patient => ({ 'doctor-disks': system(parts)['doctor-system'] });
const unit = (id: string, load: string, active: string, file: string) => `Id=${id}\nLoadState=${load}\nActiveState=${active}\nUnitFileState=${file}\n`;
const units = (...all: readonly string[]) => all.join('\n').trimEnd();
const links = (...all: readonly object[]): Patient => ({ ip: JSON.stringify(all) });

// Printed by chronyd 4.3: one that follows a server while another is silent, and one that is cut off.
const TRACKING =
  '== tracking\n7F000001,127.0.0.1,6,1795298907.154069703,-0.000001644,-0.000000108,0.000000644,0.000,-0.001,0.155,0.000006077,0.000001918,1.0,Normal\n';
const LOST = '== tracking\n00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised\n';
const REACHED = '== sources\n^,*,127.0.0.1,5,0,377,1,-0.000000135,-0.000000243,0.000003073\n';
const SILENT = '== sources\n^,?,192.0.2.99,0,6,0,4294967295,0.000000000,0.000000000,0.000000000\n';

// As openssl 3.0 prints it.
const PRINT = 'sha256 Fingerprint=75:A2:A2:6E:42:62:A5:43:74:8C:9D:7B:F3:44:E6:69:51:10:27:F2:3C:F4:D0:33:0F:74:13:61:86:86:E2:BA';
const OTHER = PRINT.replace('75:A2', '0C:4D');
const certificate = (file: string, served: string, ends = 'Jan 20 12:00:00 2027 GMT'): Patient => ({
  'cert-files': `== /etc/ssl/web.pem\nnotAfter=${ends}\n${file}\n== /etc/pve/nodes/pve2/pve-ssl.pem\nnotAfter=Jan  1 00:00:00 2020 GMT\n${file}\n`,
  'cert-ports': `== 443\nnotAfter=${ends}\n${served}\n`,
  certificates: [
    {
      ...{ name: 'web', hosts: ['pve1'], cert: '/etc/ssl/web.pem', key: '/etc/ssl/web.key', port: 443, reload: 'nginx' },
      from: { host: 'kvm1', cert: '/srv/web.pem', key: '/srv/web.key' },
    },
  ],
});

const bridge = (ifname: string, mtu: number) => ({ ifname, mtu, linkinfo: { info_kind: 'bridge', info_data: { forward_delay: 0 } } });
const gretap = (mtu: number) => ({ ifname: 'gretap0esxi-5', mtu, master: 'vmbr1', linkinfo: { info_kind: 'gretap', info_slave_kind: 'bridge' } });

const RESOURCES = '/cluster/resources';
const NODES = ['pve1', 'pve2', 'pve3'].map((node) => ({ type: 'node', node, status: 'online' }));
const STORAGES = [
  { storage: 'local-zfs', type: 'zfspool', content: 'images,rootdir' },
  { storage: 'nas', type: 'nfs', content: 'images' },
];
const cluster = (config: Readonly<Record<string, unknown>>, more: Patient = {}, guest: object = {}): Patient => ({
  [RESOURCES]: [...NODES, { type: 'qemu', vmid: 230, name: 'mirrorlog', node: 'pve1', status: 'running', ...guest }],
  '/storage': STORAGES,
  '/nodes/pve1/qemu/230/config': { memory: '8192', digest: 'd', ...config },
  ...more,
});
const seen = (...active: readonly string[]) =>
  ['pve1', 'pve2', 'pve3'].map((node) => ({
    type: 'storage',
    storage: 'local-zfs',
    node,
    plugintype: 'zfspool',
    status: active.includes(node) ? 'available' : 'unknown',
  }));
const pools = (nodes: string | undefined): Patient => ({
  [RESOURCES]: [...NODES, ...seen('pve1')],
  '/storage': [{ ...STORAGES[0], ...(nodes === undefined ? {} : { nodes }) }],
});
const rule = { doctor: { controllers: [{ hosts: ['alpha'], forbid: ['lsi', 'virtio-scsi-single'], iothread: 'forbidden', why: 'hangs the host' }] } };
// The line of a mirror's guest, from the operations page.
const args = (size: string, share: string) =>
  `-chardev socket,id=virtfs0,path=/run/virtiofsd-230.sock -device vhost-user-fs-pci,queue-size=1024,chardev=virtfs0,tag=mirrorlog -object memory-backend-file,id=mem,size=${size},mem-path=/dev/shm${share} -numa node,memdev=mem`;

// As iscsiadm 2.1.8 prints it of a target of tgtd.
const TARGET = 'iqn.2002-10.com.example:raid.sn1';
const nodes = (startup: string) => `node.name = ${TARGET}\nnode.startup = ${startup}\nnode.conn[0].address = 127.0.0.1\nnode.conn[0].startup = ${startup}`;
const SESSION = `Target: ${TARGET} (non-flash)\n\t\tiSCSI Session State: LOGGED_IN`;
const ATTACHED = '\n\t\t\tAttached scsi disk sda\t\tState: running';

// As lvs of LVM 2.03 printed it of a mirror and a thin pool on two disks, and after one of the disks was lost.
const WHOLE = `  v|[lvol0_pmspare]|ewi-------|||
  v|mir|rwi-a-r---|||
  v|[mir_rimage_0]|iwi-aor---|||
  v|[mir_rimage_1]|iwi-aor---|||
  v|[mir_rmeta_0]|ewi-aor---|||
  v|[mir_rmeta_1]|ewi-aor---|||
  v|pool|twi-aotz--||90.00|11.33
  v|[pool_tdata]|Twi-ao----|||
  v|[pool_tmeta]|ewi-ao----|||
  v|t1|Vwi-a-tz--||54.00|`;
const LOST_DISK = `  v|[lvol0_pmspare]|ewi-------|||
  v|mir|rwi-a-r-p-|partial||
  v|[mir_rimage_0]|iwi-aor---|||
  v|[mir_rimage_1]|Iwi-aor-p-|partial||
  v|[mir_rmeta_0]|ewi-aor---|||
  v|[mir_rmeta_1]|ewi-aor-p-|partial||
  v|pool|twi---tzp-|partial||`;

const backup = (more: string) =>
  `Id=rootfs-backup.service\nLoadState=loaded\nActiveState=inactive\nExecStart={ path=/usr/bin/rsync ; argv[]=/usr/bin/rsync -aHAXx --delete / /mnt/vdp2/rootfs/ ; ignore_errors=no ; start_time=[n/a] }\n${more}`;
const ended = (hours: number) => `EndedAt=${Date.parse('2026-11-21T12:00:00Z') / 1000 - hours * 3600}`;

const mount = (options: string) => `28 1 254:2 / / rw,relatime shared:1 - ext4 /dev/vda2 ${options}`;
const clock = (text: string): Patient => ({ date: text });
const SECONDS = Date.parse('2026-11-21T12:00:00Z') / 1000;

const slow = (age: number, result: object): Patient => ({ 'doctor-systrace': `== age\n${age}\n== result\n${JSON.stringify(result)}\n` });

const mirror = (hours: number): Patient => ({
  'rsync-seen': `last ${Date.parse('2026-11-21T12:00:00Z') / 1000 - hours * 3600}\n== saved\n`,
  host: { backups: [{ name: 'root', tool: 'rsync', repository: '/mnt/vdp2/rootfs', paths: ['/'], exclude: [], keep: {}, maxAgeMs: 26 * 3_600_000 }] },
});

/** A task as a node lists it: `type:id:status`, and how many hours ago it was. */
const taskOf = (one: string, hours: number, node = 'pve1') => {
  const [type = '', id = '', status = ''] = one.split(/:(.*?):/s);
  const start = SECONDS - hours * 3600;
  const upid = `UPID:${node}:000028EA:0001FBF5:${start.toString(16).toUpperCase()}:${type}:${id}:root@pam:`;
  return { upid, node, pid: 10_474, pstart: 129_013, starttime: start, type, id, user: 'root@pam', endtime: start, status };
};
const tasks = (...all: readonly { readonly node: string }[]): Patient => ({
  [RESOURCES]: NODES,
  ...Object.fromEntries(NODES.map(({ node }) => [`/nodes/${node}/tasks`, all.filter((task) => task.node === node)])),
});

/** By the check's id. */
export const CASES: Readonly<Record<string, Case>> = {
  'pve-firewall': {
    good: { ...system({ units: unit('pve-firewall.service', 'masked', 'inactive', 'masked') }), config: { doctor: { pveFirewallOff: ['@pve'] } } },
    bad: {
      ...system({ units: units(unit('pve-firewall.service', 'loaded', 'active', 'enabled'), unit('fstrim.timer', 'loaded', 'active', 'enabled')) }),
      config: { doctor: { pveFirewallOff: ['pve1'] } },
    },
    says: /pve-firewall.*active, enabled/,
    fix: 'svc mask pve-firewall pve1',
  },
  'chrony-unsynchronised': {
    good: { 'doctor-chrony': TRACKING + REACHED },
    bad: { 'doctor-chrony': LOST + SILENT },
    says: /not synchronised/,
    fix: 'host ntp show pve1',
  },
  'chrony-unreachable': {
    good: { 'doctor-chrony': TRACKING + REACHED },
    bad: { 'doctor-chrony': LOST + SILENT },
    says: /1 of 1 time servers.*192\.0\.2\.99/,
    fix: 'host ntp show pve1',
  },
  'certificate-expiry': {
    good: certificate(PRINT, PRINT),
    bad: certificate(PRINT, PRINT, 'Nov 30 12:00:00 2026 GMT'),
    says: /web ends in 9 d/,
    fix: 'cert deploy web pve1',
  },
  'certificate-served': { good: certificate(PRINT, PRINT), bad: certificate(PRINT, OTHER), says: /443 serves 0C:4D:.*75:A2/, fix: 'svc restart nginx pve1' },
  'pbs-fingerprint': {
    good: {
      '/storage': [{ storage: 'pbs', type: 'pbs', server: '192.0.2.50', fingerprint: PRINT.split('=')[1]?.toLowerCase() }],
      'doctor-served': `notAfter=Jan 20 12:00:00 2027 GMT\n${PRINT}\n`,
    },
    bad: {
      '/storage': [{ storage: 'pbs', type: 'pbs', server: '192.0.2.50', fingerprint: PRINT.split('=')[1]?.toLowerCase() }],
      'doctor-served': `notAfter=Jan 20 12:00:00 2027 GMT\n${OTHER}\n`,
    },
    says: /pbs has fingerprint 75:A2:A2:6E…, 192\.0\.2\.50 serves 0C:4D:A2:6E/,
  },
  'bridge-mtu': {
    good: links(
      bridge('vmbr0', 1500),
      { ifname: 'eno1', mtu: 1500, master: 'vmbr0' },
      { ifname: 'tap100i0', mtu: 1500, master: 'vmbr0', linkinfo: { info_kind: 'tun' } },
    ),
    bad: links(bridge('vmbr1', 1462), { ifname: 'eno2', mtu: 1500, master: 'vmbr1' }, gretap(1462)),
    says: /vmbr1 \(MTU 1462\).*gretap0esxi-5 1462, eno2 1500/,
    fix: 'net mtu set pve1 gretap0esxi-5 1500',
  },
  'gretap-mtu': {
    good: links(gretap(1500)),
    bad: links(gretap(1462)),
    says: /gretap0esxi-5 in vmbr1 has MTU 1462/,
    fix: 'net mtu set pve1 gretap0esxi-5 1500',
  },
  'guest-controllers': {
    good: cluster({ scsihw: 'virtio-scsi-pci', scsi0: 'local-zfs:vm-230-disk-0,size=32G' }, { config: rule }),
    // Absent means lsi.
    bad: cluster({ scsi0: 'local-zfs:vm-230-disk-0,iothread=1,size=32G' }, { config: rule }),
    says: /mirrorlog \(230\) on pve1 has lsi, iothread \(scsi0\): hangs the host/,
    fix: 'vm set alpha/230 --controller virtio-scsi-pci --iothread scsi0=off',
  },
  'guest-discard': {
    good: cluster({ scsi0: 'local-zfs:vm-230-disk-0,discard=on,size=32G', ide2: 'none,media=cdrom', sata0: 'nas:230/disk.qcow2,size=1G' }),
    bad: cluster({ scsi0: 'local-zfs:vm-230-disk-0,size=32G', virtio1: 'local-zfs:vm-230-disk-1,discard=ignore,size=1T' }),
    says: /no discard on scsi0, virtio1/,
    fix: 'vm set alpha/230 --discard scsi0=on',
  },
  'trim-timer': {
    good: system({
      units: unit('fstrim.timer', 'loaded', 'active', 'enabled'),
      discard: '/sys/block/vda/queue/discard_max_bytes 1073741824',
      mounts: mount('rw'),
    }),
    bad: system({
      units: unit('fstrim.timer', 'loaded', 'inactive', 'disabled'),
      discard: '/sys/block/vda/queue/discard_max_bytes 1073741824',
      mounts: mount('rw'),
    }),
    says: /fstrim\.timer is inactive/,
    fix: 'svc enable fstrim.timer pve1',
  },
  'zfs-storage-nodes': { good: pools('pve1'), bad: pools(undefined), says: /local-zfs is meant for pve2, pve3/, fix: 'storage nodes alpha/local-zfs pve1' },
  'virtiofs-migrate': {
    good: cluster({ virtiofs0: 'dirid=media,cache=auto' }),
    bad: cluster({ virtiofs0: 'dirid=media,cache=auto' }, {}, { hastate: 'started' }),
    says: /virtiofs0.*HA \(started\)/,
    fix: 'vm virtiofs list alpha/230',
  },
  'virtiofs-memory': {
    good: cluster({ args: args('8192M', ',share=on') }),
    bad: cluster({ args: args('4G', ',share=on') }),
    says: /8192 MiB of memory and shares 4096 MiB/,
    fix: 'vm set alpha/230 --memory 4096M',
  },
  'iscsi-autologin': { good: disks({ 'iscsi-nodes': nodes('automatic') }), bad: disks({ 'iscsi-nodes': nodes('manual') }), says: /node\.startup.*is manual/ },
  'iscsi-missing': {
    good: disks({ 'iscsi-nodes': nodes('automatic'), 'iscsi-sessions': SESSION + ATTACHED }),
    bad: disks({ 'iscsi-nodes': nodes('automatic'), 'iscsi-sessions': SESSION }),
    says: /has no disk/,
  },
  'backup-age': { good: mirror(25), bad: mirror(27), says: /last backup pve1\/root: .* old: TOO OLD/, fix: 'backup run pve1/root' },
  'root-backup-age': {
    good: system({ rootbackup: backup(`Result=success\n${ended(25)}`), uptime: '900000' }),
    bad: system({ rootbackup: backup(`Result=success\n${ended(27)}`), uptime: '900000' }),
    says: /27 h old/,
    fix: 'svc restart rootfs-backup.service pve1',
  },
  'root-backup-mount': {
    good: system({ rootbackup: backup('RequiresMountsFor=/mnt/vdp2') }),
    bad: system({ rootbackup: backup('RequiresMountsFor=/var/tmp') }),
    says: /no RequiresMountsFor=: \/usr\/bin\/rsync -aHAXx --delete/,
  },
  'zpool-degraded': {
    good: disks({ zpools: 'rpool\tONLINE\t41%' }),
    bad: disks({ zpools: 'rpool\tONLINE\t41%\ntank\tDEGRADED\t3%' }),
    says: /tank is DEGRADED/,
  },
  'zpool-full': { good: disks({ zpools: 'rpool\tONLINE\t80%' }), bad: disks({ zpools: 'rpool\tONLINE\t81%' }), says: /rpool is 81 % full/ },
  // docker2 of the operations page: 300 GiB that used 712 GB.
  'zvol-amplified': {
    good: disks({ zvols: 'rpool/data/vm-101-disk-0\t322122547200\t345000000000' }),
    bad: disks({ zvols: 'pool0/qemu/docker2\t322122547200\t712000000000' }),
    says: /docker2 uses 663 GiB, 2\.2 times its 300 GiB/,
  },
  'thin-full': {
    good: disks({ lvs: WHOLE.replace('90.00|11.33', '80.00|11.33') }),
    bad: disks({ lvs: WHOLE }),
    says: /^thin pool v\/pool: data 90 %, metadata 11\.33 %$/,
  },
  'lvm-partial': { good: disks({ lvs: WHOLE }), bad: disks({ lvs: LOST_DISK }), says: /^v\/mir: partial\nv\/pool: partial$/ },
  // As mdadm left them: whole, and with one of two disks failed.
  'raid-degraded': { good: system({ md: 'md0 raid1 2 0 idle' }), bad: system({ md: 'md0 raid1 2 1 idle' }), says: /md0 \(raid1\) lacks 1 of 2/ },
  passwords: {
    good: system({ 'accounts-empty': '', 'accounts-default': '' }),
    bad: system({ 'accounts-empty': 'root', 'accounts-default': 'pi' }),
    says: /root: its password is empty[\s\S]*pi has the password it was delivered with/,
    fix: 'user lock root pve1',
  },
  'bbr-off': {
    good: system({ congestion: 'bbr', 'congestion-wanted': 'bbr' }),
    bad: system({ congestion: 'cubic', 'congestion-wanted': 'bbr' }),
    says: /BBR is configured, cubic runs/,
    fix: 'net bbr on pve1',
  },
  'ksm-off': {
    good: { ...system({ ksm: '1' }), config: { doctor: { ksm: ['*'] } } },
    bad: { ...system({ ksm: '0' }), config: { doctor: { ksm: ['site:east'] } } },
    says: /off \(run 0\)/,
  },
  'kubernetes-swap': {
    good: system({ units: unit('kubelet.service', 'loaded', 'active', 'enabled'), swaps: '' }),
    bad: system({ units: unit('kubelet.service', 'loaded', 'active', 'enabled'), swaps: '/swapfile                               file\t\t2097148\t\t0\t\t-2' }),
    says: /swap is on: \/swapfile/,
    fix: 'mem swap off pve1',
  },
  'failed-units': {
    good: system({ failed: '' }),
    bad: system({ failed: 'nginx.service loaded failed failed A high performance web server and a reverse proxy server' }),
    says: /nginx\.service has failed/,
    fix: 'svc restart nginx pve1',
  },
  // NOW is before the end of Debian 12, and after that of 10.
  'end-of-life': {
    good: { facts: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' },
    bad: { facts: 'ID=debian\nVERSION_ID="10"\nPRETTY_NAME="Debian GNU/Linux 10 (buster)"\n' },
    says: /buster\) has not been supported for \d+ d/,
    fix: 'host eol pve1',
  },
  'known-system': {
    good: { facts: 'ID=debian\n' },
    bad: { facts: 'ID=nixos\nPRETTY_NAME="NixOS 25.11"\n' },
    says: /NixOS 25\.11 \(ID=nixos\), which I do not know/,
  },
  'clock-skew': { good: clock(`${SECONDS}.250000000`), bad: clock(`${SECONDS - 90}.000000000`), says: /90\.0 s behind/, fix: 'host ntp show pve1' },
  'dpkg-interrupted': {
    good: system({ dpkg: '' }),
    bad: system({ dpkg: 'The following packages are only half configured, probably due to problems\nconfiguring them the first time.' }),
    says: /half configured/,
  },
  'reboot-required': {
    good: system({ dpkg: '', reboot: '' }),
    bad: system({ reboot: 'required\nlinux-image-6.1.0-40-amd64\nlibc6' }),
    says: /libc6/,
    fix: 'host reboot pve1',
  },
  'kernel-not-running': {
    good: system({ kernel: '6.1.0-40-amd64', kernels: '6.1.0-38-amd64\n6.1.0-40-amd64' }),
    bad: system({ kernel: '6.1.0-38-amd64', kernels: '6.1.0-38-amd64\n6.1.0-40-amd64\n6.1.0-41-cloud-amd64' }),
    says: /6\.1\.0-38-amd64 runs, 6\.1\.0-40-amd64 is installed/,
    fix: 'host reboot pve1',
  },
  'read-only': {
    good: system({ mounts: mount('rw,errors=remount-ro') }),
    bad: system({ mounts: mount('ro,errors=remount-ro') }),
    says: /\/ \(\/dev\/vda2\) is read-only/,
  },
  'disk-full': {
    good: system({ df: '/dev/vda         264212084 28758616  77632296      28% /', inodes: '/dev/vda       16777216 578027 16199189    4% /' }),
    bad: system({ df: '/dev/vda         264212084 250000000  9632296      97% /', inodes: '/dev/vda       16777216 16099189 678027    96% /' }),
    says: /\/ is 97 % full[\s\S]*96 % of its inodes/,
  },
  undervoltage: { good: system({ throttled: 'throttled=0x0' }), bad: system({ throttled: 'throttled=0x50005' }), says: /under-voltage now/ },
  // Fields as its program writes them, with the time left out of them.
  'systrace-anomaly': {
    good: { ...system({ systrace: '' }), ...slow(900, { resultCode: 200, compute: false, network: false, storage: false, abnormalDetail: [] }) },
    bad: {
      ...system({ systrace: '' }),
      ...slow(900, {
        ...{ resultCode: 201, compute: true, network: false, storage: false, errorMsg: '', normalDetail: [] },
        abnormalDetail: [
          { objectId: '3', serverIp: '192.0.2.71', deviceInfo: 'rank_3', kpiId: 'HcclAllreduce', methodType: 'SPACE', kpiData: [], relaIds: [0, 1] },
        ],
      }),
    },
    says: /^sysTrace: 1 slow \(compute\): rank_3 of 192\.0\.2\.71 by HcclAllreduce$/,
  },
  'apt-lists-old': {
    good: system({ lists: `${SECONDS}\n${SECONDS - 86_400}` }),
    bad: system({ lists: `${SECONDS}\n${SECONDS - 9 * 86_400}\n${SECONDS - 20 * 86_400}` }),
    says: /9 d old/,
  },
  'tasks-failed': {
    // Consoles that were closed, what was stopped by hand, and what succeeded since, wherever its guest is now.
    good: tasks(
      ...['vncproxy:100:vm1 failed', 'qmshutdown:101:received interrupt', 'qmstart:102:WARNINGS: 1'].map((one) => taskOf(one, 3)),
      ...[taskOf('vzdump:109:job errors', 9), taskOf('vzdump:109:OK', 2, 'pve2'), taskOf('qmigrate:104:migration aborted', 30)],
    ),
    bad: tasks(
      taskOf('qmstart:105:no such volume', 2),
      taskOf('vzdump:109:job errors', 9),
      taskOf('vzdump:109:OK', 20, 'pve2'),
      taskOf('vzdump::job errors', 40),
      taskOf('vzdump::OK', 2, 'pve3'),
    ),
    says: /^vzdump 109 on pve1 failed at 2026-11-21 03:00 UTC, and was not done since: job errors\nvzdump on pve1 failed.*\nqmstart 105 on pve1 failed.*: no such volume$/,
    fix: 'backup run alpha/109',
  },
  'datastore-full': {
    good: { '/status/datastore-usage': [{ store: 'main', total: 1000, used: 850, avail: 150 }] },
    bad: { '/status/datastore-usage': [{ store: 'main', total: 1000, used: 961, avail: 39 }] },
    says: /main is 96 % full/,
    fix: 'datastore gc pbs1/main',
  },
};
