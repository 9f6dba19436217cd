import type { Prng } from '../prng.ts';
import type { Os } from './os.ts';
import { markFailed, markStarted, type Unit } from './unit.ts';

type Row = readonly [id: string, description: string, type: Unit['type'], file: Unit['file'], memoryMiB: number];

const COMMON: readonly Row[] = [
  ['dbus', 'D-Bus System Message Bus', 'notify', 'static', 2],
  ['getty@tty1', 'Getty on tty1', 'simple', 'enabled', 1],
  ['systemd-journald', 'Journal Service', 'notify', 'static', 24],
  ['systemd-logind', 'User Login Management', 'notify', 'static', 3],
  ['systemd-sysctl', 'Apply Kernel Variables', 'oneshot', 'static', 0],
  ['systemd-tmpfiles-setup', 'Create Volatile Files and Directories', 'oneshot', 'static', 0],
  ['systemd-udevd', 'Rule-based Manager for Device Events and Files', 'notify', 'static', 11],
];
const DEBIAN: readonly Row[] = [
  ['chrony', 'chrony, an NTP client/server', 'forking', 'enabled', 3],
  ['cron', 'Regular background program processing daemon', 'simple', 'enabled', 2],
  ['networking', 'Raise network interfaces', 'oneshot', 'enabled', 0],
  ['ssh', 'OpenBSD Secure Shell server', 'notify', 'enabled', 6],
];
const RED_HAT: readonly Row[] = [
  ['NetworkManager', 'Network Manager', 'notify', 'enabled', 14],
  ['chronyd', 'NTP client/server', 'forking', 'enabled', 3],
  ['crond', 'Command Scheduler', 'simple', 'enabled', 2],
  ['sshd', 'OpenSSH server daemon', 'notify', 'enabled', 6],
];
const BY_TAG: { readonly [tag: string]: readonly Row[] } = {
  web: [
    ['nginx', 'A high performance web server and a reverse proxy server', 'forking', 'enabled', 38],
    ['certbot', 'Certbot', 'oneshot', 'static', 0],
  ],
  db: [
    ['postgresql', 'PostgreSQL database server', 'notify', 'enabled', 412],
    ['irqbalance', 'irqbalance daemon', 'simple', 'enabled', 4],
  ],
  kvm: [
    ['libvirtd', 'Virtualization daemon', 'notify', 'enabled', 46],
    ['virtlogd', 'Virtual machine log manager', 'notify', 'static', 9],
    ['smartd', 'Self Monitoring and Reporting Technology (SMART) Daemon', 'notify', 'enabled', 5],
  ],
  pve: [
    ['pve-firewall', 'Proxmox VE firewall', 'forking', 'enabled', 92],
    ['pveproxy', 'PVE API Proxy Server', 'forking', 'enabled', 148],
    ['pvestatd', 'PVE Status Daemon', 'forking', 'enabled', 96],
  ],
  pi: [
    ['avahi-daemon', 'Avahi mDNS/DNS-SD Stack', 'notify', 'enabled', 2],
    ['bluetooth', 'Bluetooth service', 'notify', 'enabled', 3],
    ['triggerhappy', 'triggerhappy global hotkey daemon', 'notify', 'enabled', 1],
  ],
};
const EXTRA: readonly Row[] = [
  ['prometheus-node-exporter', 'Prometheus exporter for machine metrics', 'simple', 'enabled', 18],
  ['unattended-upgrades', 'Unattended Upgrades Shutdown', 'simple', 'enabled', 21],
  ['rsyslog', 'System Logging Service', 'notify', 'enabled', 5],
  ['fail2ban', 'Fail2Ban Service', 'simple', 'enabled', 31],
  ['postfix', 'Postfix Mail Transport Agent', 'forking', 'enabled', 8],
  ['logrotate', 'Rotate log files', 'oneshot', 'static', 0],
];
const SHORT_LIVED = new Set(['certbot', 'logrotate']);

/** The units of a host; one of them has failed when `broken` is said. */
export function makeUnits(tags: readonly string[], os: Os, bootedAt: number, broken: boolean, random: Prng): Unit[] {
  const fitting = EXTRA.filter(([id]) => os.ssh === 'ssh' || id !== 'unattended-upgrades');
  const extra = random.shuffle(fitting).slice(0, random.int(2, 4));
  const rows = [...COMMON, ...(os.ssh === 'ssh' ? DEBIAN : RED_HAT), ...tags.flatMap((tag) => BY_TAG[tag] ?? []), ...extra];
  const units = rows.map((row) => makeUnit(row, os, bootedAt, random));
  if (broken) {
    const candidates = units.filter((unit) => unit.file === 'enabled' && extra.some(([id]) => unit.id === `${id}.service`));
    const victim = candidates[random.int(0, candidates.length - 1)];
    if (victim) markFailed(victim);
  }
  units.push(missing('auditd.service'), ...(tags.includes('web') ? idle(os) : []), ...(tags.includes('pve') ? ofCluster(os, bootedAt) : []));
  return units.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What makes a node a member of its cluster. */
function ofCluster(os: Os, bootedAt: number): Unit[] {
  return [
    ['corosync', 'Corosync Cluster Engine'],
    ['pve-cluster', 'The Proxmox VE cluster filesystem'],
  ].map(([id = '', description = ''], i) => {
    const unit: Unit = {
      ...missing(`${id}.service`),
      ...{ description, load: 'loaded', type: 'notify', file: 'enabled', path: `${os.unitDir}/${id}.service`, memory: 60 * 1024 * 1024 },
    };
    markStarted(unit, bootedAt + 4000, 1500 + i);
    return unit;
  });
}

/** What is installed on a web server and does not run: one that nobody enabled, and one that somebody masked. */
function idle(os: Os): Unit[] {
  const unit = (id: string, description: string): Unit => ({
    ...missing(`${id}.service`),
    description,
    load: 'loaded',
    type: 'notify',
    file: 'disabled',
    path: `${os.unitDir}/${id}.service`,
    memory: 20 * 1024 * 1024,
  });
  return [unit('haproxy', 'HAProxy Load Balancer'), { ...unit('apache2', 'The Apache HTTP Server'), load: 'masked', file: 'masked', unmasked: 'disabled' }];
}

function makeUnit([id, description, type, file, memoryMiB]: Row, os: Os, bootedAt: number, random: Prng): Unit {
  const unit: Unit = {
    ...missing(`${id}.service`),
    description,
    load: 'loaded',
    aliases: id === 'ssh' ? ['sshd.service'] : [],
    type,
    file,
    path: `${os.unitDir}/${id.replace(/@.*/, '@')}.service`,
    memory: memoryMiB * 1024 * 1024 + random.int(0, 255) * 4096,
  };
  if (!SHORT_LIVED.has(id)) markStarted(unit, bootedAt + random.int(2000, 9000), random.int(300, 1400));
  return unit;
}

/** A unit that other units mention but no file defines. */
export function missing(id: string): Unit {
  return {
    id,
    description: id,
    load: 'not-found',
    aliases: [],
    type: 'simple',
    file: '',
    path: '',
    memory: 0,
    active: 'inactive',
    sub: 'dead',
    pid: 0,
    restarts: 0,
    enteredAt: undefined,
    startedAt: undefined,
    result: 'success',
  };
}
