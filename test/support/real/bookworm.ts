import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What is in the tree: `base`, or what a host has that is administered, too, or what manages packages elsewhere, or what needs a kernel of its own, or what names and domains are asked of. */
export type Image = 'base' | 'curl' | 'admin' | 'dnf' | 'zypper' | 'vm' | 'names';
const BASE = ['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'procps', 'sudo'];
const ADMIN = [
  ...[...BASE, 'iproute2', 'iputils-ping', 'iputils-tracepath', 'ethtool', 'netbase', 'ifupdown2', 'network-manager', 'netplan.io', 'systemd-resolved'],
  ...['nftables', 'iptables', 'chrony', 'openssl', 'ca-certificates', 'rsync', 'restic', 'borgbackup', 'lvm2', 'mdadm', 'smartmontools', 'parted'],
  ...['e2fsprogs', 'xfsprogs', 'cloud-guest-utils', 'needrestart', 'unattended-upgrades', 'kmod', 'netcat-openbsd', 'adduser'],
];
const PACKAGES: Readonly<Record<Image, readonly string[]>> = {
  base: BASE,
  curl: [...BASE, 'curl'],
  admin: ADMIN,
  vm: [...ADMIN, 'thin-provisioning-tools', 'tgt', 'open-iscsi', 'udev'],
  // Debian's packages of the two break each other.
  dnf: [...BASE, 'rpm', 'dnf', 'dnf-plugins-core', 'createrepo-c'],
  zypper: [...BASE, 'rpm', 'zypper', 'createrepo-c'],
  names: [...BASE, 'iproute2', 'bind9', 'bind9-dnsutils', 'realmd', 'polkitd', 'tinc'],
};

/** Whoever comes second waits for the first; what is half done is done again, and never taken for the whole. */
const BUILD = `set -e
cd "$1"
[ ! -d tree ] || exit 0
rm -rf --one-file-system tree.new
mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null | sed -n 's/^Debian Debian //p' | head -n 1)
mmdebstrap --quiet --variant=minbase --include="$2" bookworm tree.new $mirror
mv -T tree.new tree
`;

/** Milliseconds that making the tree may take when there is none. */
export const BUILD_MS = 300_000;

/** A Debian 12 with systemd and sshd, as a folder nobody writes to: made once on this computer, from its own apt sources. */
export async function bookworm(image: Image = 'base'): Promise<string> {
  const packages = PACKAGES[image].join();
  const recipe = createHash('sha256').update(BUILD).update(packages).digest('hex').slice(0, 12);
  const dir = join(tmpdir(), `hostler-bookworm-${recipe}`);
  const tree = join(dir, 'tree');
  if (existsSync(tree)) return tree;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const argv = ['--pdeathsig', 'TERM', 'flock', dir, 'unshare', '--mount', 'sh', '-c', BUILD, 'sh', dir, packages];
  try {
    await promisify(execFile)('setpriv', argv, { timeout: BUILD_MS, maxBuffer: 2 ** 24 });
  } catch (error) {
    throw new Error('mmdebstrap makes no Debian 12 on this computer: are its apt sources within reach?', { cause: error });
  }
  return tree;
}
