import type { Host, Look } from '../core/command.ts';
import { HostError, Refusal } from '../core/errors.ts';
import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { list, say } from '../core/words.ts';
import { DISTROS, type Distro } from './distros.ts';
import { shell } from './shell.ts';

/** What a host is and has. Kept for ten minutes, and read anew after anything was done on the host. */
export interface Facts {
  /** When it was read: milliseconds since the epoch. */
  readonly at: number;
  /** os-release(5): `id` is lower-case; what a host does not say is empty. */
  readonly os: { readonly id: string; readonly like: string; readonly version: string; readonly codename: string; readonly pretty: string };
  /** Undefined for a distribution the bot does not know. */
  readonly distro: Distro | undefined;
  /** The name of process 1, such as `systemd`. */
  readonly init: string;
  /** systemd runs the host. */
  readonly systemd: boolean;
  readonly kernel: string;
  /** As `uname -m` says: `x86_64`, `aarch64`. */
  readonly arch: string;
  /** Programs that are there, of those the bot may want. */
  readonly tools: ReadonlySet<string>;
  /** What configures its links: `pve`, `netplan`, `NetworkManager`, `systemd-networkd`, `ifupdown2`, `ifupdown`, in this order. */
  readonly managers: readonly string[];
  /** The board, such as a Raspberry Pi says; else empty. */
  readonly model: string;
}

/** Programs that are looked for. */
export const TOOLS = [
  ...['apt-get', 'dpkg', 'dnf', 'yum', 'zypper', 'rpm', 'apt-mark', 'needrestart', 'needs-restarting', 'unattended-upgrade', 'debsecan', 'snap'],
  ...['systemctl', 'journalctl', 'timedatectl', 'hostnamectl', 'loginctl', 'chronyc', 'ntpq', 'shutdown', 'dmidecode', 'lscpu', 'lspci', 'lsusb', 'vcgencmd'],
  ...['ip', 'bridge', 'ethtool', 'tc', 'ss', 'ifreload', 'ifquery', 'ifup', 'nmcli', 'networkctl', 'netplan', 'resolvectl', 'ping', 'tracepath', 'nft'],
  ...['iptables', 'iptables-save', 'ip6tables', 'pve-firewall', 'firewall-cmd', 'etherwake', 'wakeonlan', 'ipmitool', 'tinc', 'dig', 'host', 'getent', 'nc'],
  ...[
    'lsblk',
    'blkid',
    'smartctl',
    'findmnt',
    'mount',
    'umount',
    'wipefs',
    'parted',
    'sfdisk',
    'growpart',
    'resize2fs',
    'dumpe2fs',
    'xfs_growfs',
    'xfs_info',
    'btrfs',
    'mkfs.ext4',
    'mkfs.xfs',
    'fstrim',
  ],
  ...['zpool', 'zfs', 'lvs', 'vgs', 'pvs', 'mdadm', 'iscsiadm', 'multipath', 'ssacli', 'megacli', 'MegaCli64', 'storcli', 'storcli64', 'perccli', 'perccli64'],
  ...[
    'swapon',
    'swapoff',
    'mkswap',
    'sysctl',
    'modprobe',
    'restic',
    'borg',
    'rsync',
    'openssl',
    'pvenode',
    'proxmox-backup-manager',
    'qm',
    'pct',
    'kubelet',
    'realm',
    'adcli',
    'nsupdate',
  ],
  ...[
    'useradd',
    'usermod',
    'userdel',
    'chage',
    'passwd',
    'ssh-keygen',
    'last',
    'lastb',
    'update-grub',
    'grubby',
    'docker',
    'podman',
    'virsh',
    'bash',
    'python3',
    'setsid',
  ],
] as const;

const BODY = `for f in /etc/os-release /usr/lib/os-release; do [ -r "$f" ] && { cat "$f"; break; }; done
echo; echo "== kernel"; uname -r; uname -m
echo "== init"; cat /proc/1/comm 2>/dev/null; [ -d /run/systemd/system ] && echo systemd-runs
echo "== model"; [ -r /proc/device-tree/model ] && tr -d '\\000' </proc/device-tree/model; echo
echo "== managers"
[ -d /etc/pve/nodes ] && echo pve
command -v netplan >/dev/null && ls /etc/netplan/*.yaml >/dev/null 2>&1 && echo netplan
pidof NetworkManager >/dev/null 2>&1 && echo NetworkManager
pidof systemd-networkd >/dev/null 2>&1 && echo systemd-networkd
if command -v ifreload >/dev/null; then echo ifupdown2; elif command -v ifup >/dev/null && [ -e /etc/network/interfaces ]; then echo ifupdown; fi
echo "== tools"; for t; do command -v "$t" >/dev/null 2>&1 && echo "$t"; done; exit 0`;

/** Capability facts of a host with a shell: os-release(5), proc(5), and which programs are there. */
export function facts(): Read<Facts> {
  return read({ argv: shell('facts', BODY, ...TOOLS), keepMs: 600_000, parse: (output, _exit, at) => parseFacts(output, at) });
}

export function parseFacts(output: string, at: number): Facts {
  const [release = '', ...sections] = output.split(/^== /m);
  const section = (name: string) =>
    (sections.find((text) => text.startsWith(`${name}\n`)) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const field = (name: string) => new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(release)?.[2] ?? '';
  const id = field('ID').toLowerCase();
  const [kernel = '', arch = ''] = section('kernel');
  const [init = '', runs] = section('init');
  return {
    at,
    os: { id, like: field('ID_LIKE'), version: field('VERSION_ID'), codename: field('VERSION_CODENAME'), pretty: field('PRETTY_NAME') },
    distro: Object.hasOwn(DISTROS, id) ? DISTROS[id] : undefined,
    init,
    systemd: runs === 'systemd-runs',
    kernel,
    arch,
    tools: new Set(section('tools')),
    managers: section('managers'),
    model: section('model')[0] ?? '',
  };
}

/** Facts of a host whose distribution is known. Throws Refusal for any other: what is read there by resemblance cannot be relied on. */
export async function knownFacts(look: Look, host: Host): Promise<Facts & { readonly distro: Distro }> {
  const found = await look.read(host, facts());
  if (found.distro) return { ...found, distro: found.distro };
  const { pretty, id } = found.os;
  throw new Refusal(
    say(
      {
        en: '{host} runs {os} (ID={id}), which I do not know; nothing was read and nothing was done',
        zh: '{host} 运行 {os}（ID={id}），我不了解该发行版；未读取也未执行任何操作',
      },
      { host: host.name, os: pretty || '?', id: id || '?' },
    ),
    say({ en: 'known: {known}', zh: '已知的发行版：{known}' }, { known: list(Object.values(DISTROS).map(({ title }) => title)) }),
  );
}

/** The same for one of many hosts: an unknown distribution is that host's trouble, a HostError, and the others are answered. */
export async function knownAmong(look: Look, host: Host): Promise<Facts & { readonly distro: Distro }> {
  const { distro, ...found } = await look.read(host, facts());
  if (distro) return { ...found, distro };
  const { pretty, id } = found.os;
  throw new HostError('failed', host.name, say({ en: 'unknown system: {os}', zh: '未知系统：{os}' }, { os: pretty || id || '?' }));
}

/** Throws Refusal when one of these programs is missing on a host. */
export function mustHave(host: Host, { tools }: Facts, ...programs: readonly string[]): void {
  const missing = programs.filter((program) => !tools.has(program));
  if (missing.length === 0) return;
  throw new Refusal(
    say({ en: '{host} has no {missing}; nothing was done', zh: '{host} 上没有 {missing}；未做任何操作' }, { host: host.name, missing: list(missing) }),
    say({ en: 'install it there first', zh: '请先在该主机上安装' }),
  );
}
