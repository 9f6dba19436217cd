import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BUILD_MS, bookworm } from './bookworm.ts';
import { kernel, which } from './have.ts';
import { runs } from './processes.ts';

/** Started only when a test asks for it: each costs seconds on an emulated processor. */
const LATER =
  'NetworkManager NetworkManager-wait-online networking chrony e2scrub_reap smartmontools unattended-upgrades systemd-resolved tgt open-iscsi iscsid getty@tty1';

/** A file system with the tree and the kernel's modules in it; whoever comes second waits for the first. */
const BUILD = `set -e
cd "$1"
[ ! -e image ] || exit 0
mkdir -p top work all
mount -t tmpfs none work
mkdir work/upper work/work
mount -t overlay overlay -o "lowerdir=$2,upperdir=work/upper,workdir=work/work" all
mkdir -p "all/usr/lib/modules"
cp -a "$3" all/usr/lib/modules/
for unit in ${LATER}; do rm -f all/etc/systemd/system/*.wants/$unit.service all/etc/systemd/system/dbus-org.freedesktop.*"$unit".service; done
rm -f all/etc/systemd/system/*.wants/ssh.service all/etc/systemd/system/*.wants/lvm2-* all/etc/systemd/system/*.wants/dm-event*
printf '%s' "$4" >all/sbin/plain-init; chmod 755 all/sbin/plain-init
printf '%s' "$5" >all/etc/systemd/system/early-ssh.service
mkdir -p all/etc/systemd/system/sysinit.target.wants
ln -s ../early-ssh.service all/etc/systemd/system/sysinit.target.wants/early-ssh.service
rm -rf all/etc/systemd/system/timers.target.wants all/var/cache/apt/* all/var/lib/apt/lists/* all/usr/share/doc all/usr/share/locale
rm -f all/etc/resolv.conf all/etc/systemd/system/sockets.target.wants/iscsid.socket
printf 'nameserver 192.0.2.53\\n' >all/etc/resolv.conf
mke2fs -q -F -t ext4 -O ^has_journal -E lazy_itable_init=1 -m 0 -d all image.new 2G
mv -T image.new image
`;

/** What it takes to find its disk and its link; the kernel finds the rest by itself once the disk is there. */
const MODULES = ['virtio_pci', 'virtio_blk', 'virtio_net'];

/** Mounts the disk, lays the files of this machine into it, gives its link an address, and hands over to its init. */
const INIT = `#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
while [ ! -b /dev/vda ]; do :; done
mount -t ext4 -o noatime /dev/vda /root
cp -a /files/. /root/
chown -R 0:0 /root/root
ip link set lo up; ip address add 10.0.2.15/24 dev eth0; ip link set eth0 up; ip route add default via 10.0.2.2
init=$(sed -n 's/.*init_of_vm=\\([^ ]*\\).*/\\1/p' /proc/cmdline)
umount /sys /proc; mount -o move /dev /root/dev
exec switch_root /root "$init"
`;

/** What runs instead of systemd where nobody needs it: sshd answers within seconds even on an emulated processor. */
const PLAIN = `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs -o mode=755 run /run
mkdir -p /dev/pts /dev/shm /run/sshd /run/lock /run/network; mount -t devpts devpts /dev/pts; mount -t tmpfs shm /dev/shm; mount -t cgroup2 cgroup2 /sys/fs/cgroup
hostname vm
modprobe -a $(cat /etc/modules-load.d/test.conf) || echo 'some modules are missing'
if [ -e /etc/wants-udev ]; then /lib/systemd/systemd-udevd --daemon; fi
/usr/sbin/sshd -o UsePAM=no
exec sleep infinity
`;

/** sshd before all else, so that nobody waits for what no test needs. */
const EARLY = `[Unit]
DefaultDependencies=no
After=systemd-modules-load.service
[Service]
RuntimeDirectory=sshd
ExecStart=/usr/sbin/sshd -D -o UsePAM=no
KillMode=process
[Install]
WantedBy=sysinit.target
`;

/** The disk that machines start from; nobody writes to it. Made once on this computer. */
export async function vmImage(): Promise<string> {
  const tree = await bookworm('vm');
  const found = kernel();
  if (!found) throw new Error('no kernel');
  const recipe = createHash('sha256')
    .update(BUILD + PLAIN + EARLY)
    .update(tree)
    .update(found.modules)
    .digest('hex')
    .slice(0, 12);
  const dir = join(tmpdir(), `hostler-vm-${recipe}`);
  const image = join(dir, 'image');
  if (existsSync(image)) return image;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const argv = ['--pdeathsig', 'TERM', 'flock', dir, 'unshare', '--mount', 'sh', '-c', BUILD, 'sh', dir, tree, found.modules, PLAIN, EARLY];
  await promisify(execFile)('setpriv', argv, { timeout: BUILD_MS, maxBuffer: 2 ** 24 });
  return image;
}

/** What is laid into a machine's disk, by absolute path. */
export type Files = Readonly<Record<string, string>>;

/** Makes the initrd of one machine in a folder of its own; its file. */
export function makeRootInitrd(dir: string, files: Files): string {
  const found = kernel();
  const busybox = which('busybox');
  if (!found || !busybox) throw new Error('no kernel or no busybox');
  const root = join(dir, 'initrd.d');
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'modules', 'root', 'files/root']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const applet of ['sh', 'mount', 'umount', 'insmod', 'cp', 'chown', 'ip', 'sed', 'switch_root']) symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(join(root, 'init'), INIT);
  chmodSync(join(root, 'init'), 0o755);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'files', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  // In the order of their needs; kernels that have them built in have no such files.
  const listed = runs('modprobe', '--all', '--set-version', basename(found.modules), '--show-depends', ...MODULES).split('\n');
  const wanted = [...new Set(listed.flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []))];
  for (const [at, file] of wanted.entries()) writeFileSync(join(root, 'modules', `${10 + at}-${basename(file)}`), plain(file));
  const initrd = join(dir, 'initrd');
  execFileSync('sh', ['-c', 'cd "$1" && find . | cpio --quiet -o -H newc >"$2"', 'sh', root, initrd]);
  return initrd;
}

function plain(file: string): Buffer {
  const tool = file.endsWith('.xz') ? 'xz' : file.endsWith('.zst') ? 'zstd' : file.endsWith('.gz') ? 'gzip' : 'cat';
  return execFileSync(tool, tool === 'cat' ? [file] : ['-dc', file], { maxBuffer: 2 ** 26 });
}

/** The host key's fingerprint of every machine that starts from this tree. */
export async function fingerprintOf(): Promise<string> {
  return /SHA256:\S+/.exec(runs('ssh-keygen', '-lf', join(await bookworm('vm'), 'etc/ssh/ssh_host_ed25519_key.pub')))?.[0] ?? '';
}
