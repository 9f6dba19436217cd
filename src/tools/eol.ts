import type { Facts } from './facts.ts';

/** A release and the day after which nobody mends it: `YYYY-MM-DD`; undefined: not announced. `further`: another team goes on until that day. */
export interface Release {
  readonly ends: string | undefined;
  readonly further?: { readonly who: string; readonly ends: string };
}
/** Releases of one system by version, and where the days are from. */
interface Line {
  readonly title: string;
  readonly source: string;
  readonly releases: Readonly<Record<string, Release>>;
}

const ends = (day: string): Release => ({ ends: day });
const debian = (day: string, lts: string): Release => ({ ends: day, further: { who: 'LTS', ends: lts } });
const DEBIAN = {
  '9': debian('2020-07-18', '2022-06-30'),
  '10': debian('2022-09-10', '2024-06-30'),
  '11': debian('2024-08-14', '2026-08-31'),
  '12': debian('2026-07-11', '2028-06-30'),
  '13': debian('2028-08-09', '2030-06-30'),
} as const;
const RHEL = { '7': ends('2024-06-30'), '8': ends('2029-05-31'), '9': ends('2032-05-31'), '10': ends('2035-05-31') } as const;

/*
 * Each line names where its days are published; where that is a month, its last day is taken. Those of Debian and Ubuntu were compared with
 * distro-info-data 0.58+deb12u7, whose list of both a test reads where it is installed; those of others with the files of
 * https://github.com/endoflife-date/endoflife.date, which name the same sources. Not found anywhere else to compare: SLES 15.7, the newest of RHEL, Rocky
 * and Oracle (10), Proxmox VE from 7 on, and Proxmox Backup Server; SLES 15.6 only to the month.
 */
/** By `ID` of os-release(5), in lower case, and `proxmox-ve`, `proxmox-backup-server`. A version is found by all of it, or by what stands before its dot. */
export const LINES: Readonly<Record<string, Line>> = {
  debian: { title: 'Debian', source: 'https://wiki.debian.org/LTS', releases: DEBIAN },
  // No days of its own are published: it is rebuilt from Debian, which these are of.
  raspbian: { title: 'Raspberry Pi OS', source: 'https://wiki.debian.org/LTS', releases: DEBIAN },
  ubuntu: {
    title: 'Ubuntu',
    source: 'https://ubuntu.com/about/release-cycle',
    releases: {
      '18.04': ends('2023-05-31'),
      '20.04': ends('2025-05-29'),
      '22.04': ends('2027-06-01'),
      '24.04': ends('2029-05-31'),
      '24.10': ends('2025-07-10'),
      '25.04': ends('2026-01-15'),
      '25.10': ends('2026-07-09'),
      '26.04': ends('2031-05-29'),
      '26.10': ends('2027-07-15'),
    },
  },
  openeuler: {
    title: 'openEuler',
    source: 'https://www.openeuler.org/en/other/lifecycle/',
    releases: {
      '20.03 LTS': ends('2021-03-31'),
      '20.03 LTS-SP1': ends('2022-12-31'),
      '20.03 LTS-SP2': ends('2022-04-30'),
      '20.03 LTS-SP3': ends('2023-12-31'),
      '20.03 LTS-SP4': ends('2025-11-30'),
      '22.03 LTS': ends('2024-03-31'),
      '22.03 LTS-SP1': ends('2024-12-31'),
      '22.03 LTS-SP2': ends('2024-03-31'),
      '22.03 LTS-SP3': ends('2025-12-31'),
      '22.03 LTS-SP4': ends('2026-06-30'),
      '24.03 LTS': ends('2026-05-31'),
      '24.03 LTS-SP1': ends('2026-12-31'),
      '24.03 LTS-SP2': ends('2026-03-31'),
      '24.03 LTS-SP3': ends('2027-12-31'),
      '24.03 LTS-SP4': ends('2027-03-31'),
      '24.09': ends('2025-03-31'),
      '25.03': ends('2025-09-30'),
      '25.09': ends('2026-03-31'),
      '26.09': ends('2027-03-31'),
    },
  },
  anolis: { title: 'Anolis OS', source: 'https://gitee.com/anolis/rnotes/blob/master/anolis/policy/life-cycle.md', releases: { '8': ends('2031-03-31') } },
  rhel: { title: 'Red Hat Enterprise Linux', source: 'https://access.redhat.com/support/policy/updates/errata', releases: RHEL },
  rocky: { title: 'Rocky Linux', source: 'https://wiki.rockylinux.org/rocky/version/', releases: { '8': RHEL['8'], '9': RHEL['9'], '10': RHEL['10'] } },
  almalinux: {
    title: 'AlmaLinux',
    source: 'https://wiki.almalinux.org/release-notes/',
    releases: { '8': ends('2029-03-01'), '9': RHEL['9'], '10': RHEL['10'] },
  },
  centos: {
    title: 'CentOS',
    source: 'https://www.centos.org/cl-vs-cs/#end-of-life',
    releases: {
      '7': ends('2024-06-30'),
      'Linux 8': ends('2021-12-31'),
      'Stream 8': ends('2024-05-31'),
      'Stream 9': ends('2027-05-31'),
      'Stream 10': ends('2030-01-01'),
    },
  },
  ol: {
    title: 'Oracle Linux',
    source: 'https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf',
    releases: { '7': ends('2024-12-31'), '8': ends('2029-07-31'), '9': ends('2032-06-30'), '10': ends('2035-06-30') },
  },
  fedora: {
    title: 'Fedora',
    source: 'https://docs.fedoraproject.org/en-US/releases/lifecycle/',
    releases: { '40': ends('2025-05-13'), '41': ends('2025-12-15'), '42': ends('2026-05-13'), '43': ends('2026-12-09') },
  },
  'opensuse-leap': {
    title: 'openSUSE Leap',
    source: 'https://en.opensuse.org/Lifetime',
    releases: { '15.4': ends('2023-12-07'), '15.5': ends('2024-12-31'), '15.6': ends('2026-04-30'), '16.0': ends('2027-10-31') },
  },
  sles: {
    title: 'SUSE Linux Enterprise Server',
    source: 'https://www.suse.com/lifecycle',
    releases: { '12.5': ends('2024-10-31'), '15.4': ends('2023-12-31'), '15.5': ends('2024-12-31'), '15.6': ends('2025-12-31'), '15.7': ends('2031-07-31') },
  },
  'proxmox-ve': {
    title: 'Proxmox VE',
    source: 'https://pve.proxmox.com/wiki/FAQ',
    releases: { '6': ends('2022-07-31'), '7': ends('2024-07-31'), '8': ends('2026-08-31'), '9': { ends: undefined } },
  },
  'proxmox-backup-server': {
    title: 'Proxmox Backup Server',
    source: 'https://pbs.proxmox.com/docs/faq.html',
    releases: { '2': ends('2024-07-31'), '3': ends('2026-08-31'), '4': { ends: undefined } },
  },
};

/** What is known of a release's end. `none`: the version is not in the table. */
export interface EndOfLife {
  readonly system: string;
  readonly release: Release | undefined;
  readonly source: string;
}

/** The end of what a host runs, by its facts. Undefined for a system without days, such as a rolling one. */
export function endOf({ os }: Pick<Facts, 'os'>): EndOfLife | undefined {
  const { id, version, pretty } = os;
  return lookUp(id, keyOf(id, version, pretty), pretty);
}

/** The end of a Proxmox product, by the version it says it has: `8.4.1`. */
export function endOfProxmox(product: 'proxmox-ve' | 'proxmox-backup-server', version: string): EndOfLife | undefined {
  return lookUp(product, version, `${LINES[product]?.title ?? ''} ${version}`);
}

function lookUp(id: string, version: string, system: string): EndOfLife | undefined {
  const line = Object.hasOwn(LINES, id) ? LINES[id] : undefined;
  if (!line) return undefined;
  const known = [version, version.replace(/\..*$/, '')].find((key) => Object.hasOwn(line.releases, key));
  return { system, release: known === undefined ? undefined : line.releases[known], source: line.source };
}

/** Some say more in their pretty name than in `VERSION_ID`: openEuler its service pack, CentOS whether it is Stream. */
function keyOf(id: string, version: string, pretty: string): string {
  if (id === 'openeuler') return `${version} ${/\(?(LTS(?:-SP\d+)?)\)?/.exec(pretty)?.[1] ?? ''}`.trim();
  if (id === 'centos' && version !== '7') return `${/Stream/.test(pretty) ? 'Stream' : 'Linux'} ${version}`;
  return version;
}

const DAY = 86_400_000;
/** From so many days before its end a release is warned of. */
export const SOON = 90;

/** Days until nobody mends it any more, counting who goes on after the first end; negative: since. */
export function daysLeft({ ends: first, further }: Release, now: number): number | undefined {
  const last = further?.ends ?? first;
  return last === undefined ? undefined : Math.floor((Date.parse(`${last}T00:00:00Z`) + DAY - now) / DAY);
}
