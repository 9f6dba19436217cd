import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DISTROS } from '../../src/tools/distros.ts';
import { daysLeft, endOf, endOfProxmox, LINES } from '../../src/tools/eol.ts';

const os = (id: string, version: string, pretty = '') => ({ os: { id, version, pretty, like: '', codename: '' } });
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

describe('end of life', () => {
  it('has a source on the web and real days for every release', () => {
    for (const { source, releases } of Object.values(LINES)) {
      expect(source).toMatch(/^https:\/\//);
      for (const { ends, further } of Object.values(releases)) {
        for (const day of [ends, further?.ends]) if (day !== undefined) expect(new Date(day).toISOString().slice(0, 10)).toBe(day);
        if (ends !== undefined && further) expect(further.ends > ends).toBe(true);
      }
    }
  });

  // distro-info(1): version, name, series, created, release, then the days of each kind of end.
  it.skipIf(!existsSync('/usr/share/distro-info/debian.csv'))('of Debian and Ubuntu is what their own list says', () => {
    for (const id of ['debian', 'ubuntu'] as const) {
      const rows = readFileSync(`/usr/share/distro-info/${id}.csv`, 'utf8').split('\n').slice(1);
      const known = rows.flatMap((row) => {
        const [version = '', , , , , ends, lts] = row.split(',');
        const { [version.replace(' LTS', '')]: ours } = LINES[id]?.releases ?? {};
        return ours && ends ? [[version, ours.ends, ours.further?.ends ?? ours.ends, ends, id === 'debian' ? lts : ours.ends]] : [];
      });
      expect(known.length).toBeGreaterThan(4);
      for (const [version, first, last, ends, lts] of known) expect([version, first, last]).toEqual([version, ends, lts]);
    }
  });

  it('is about systems the bot knows', () => {
    const proxmox = ['proxmox-ve', 'proxmox-backup-server'];
    expect(Object.keys(LINES).filter((id) => !(id in DISTROS) && !proxmox.includes(id))).toEqual([]);
  });

  it.each([
    ['debian', '12', 'Debian GNU/Linux 12 (bookworm)', '2026-07-11'],
    ['rocky', '9.4', 'Rocky Linux 9.4 (Blue Onyx)', '2032-05-31'],
    ['anolis', '8.9', 'Anolis OS 8.9', '2031-03-31'],
    ['openeuler', '24.03', 'openEuler 24.03 (LTS-SP2)', '2026-03-31'],
    ['openeuler', '24.03', 'openEuler 24.03 (LTS)', '2026-05-31'],
    ['openeuler', '25.09', 'openEuler 25.09', '2026-03-31'],
    ['debian', '9', 'Debian GNU/Linux 9 (stretch)', '2020-07-18'],
    ['ubuntu', '24.10', 'Ubuntu 24.10', '2025-07-10'],
    ['centos', '8', 'CentOS Linux 8', '2021-12-31'],
    ['centos', '9', 'CentOS Stream 9', '2027-05-31'],
    ['opensuse-leap', '15.6', 'openSUSE Leap 15.6', '2026-04-30'],
    ['ubuntu', '24.04', 'Ubuntu 24.04.2 LTS', '2029-05-31'],
  ])('of %s %s', (id, version, pretty, day) => {
    expect(endOf(os(id, version, pretty))?.release?.ends).toBe(day);
  });

  it('is not guessed for what is not in the table', () => {
    expect(endOf(os('debian', '99'))?.release).toBeUndefined();
    expect(endOf(os('openeuler', '23.09', 'openEuler 23.09'))?.release).toBeUndefined();
    expect(endOf(os('constructor', '1'))).toBeUndefined();
    expect(endOf(os('debian', 'constructor'))?.release).toBeUndefined();
  });

  it('is known of Proxmox by its version', () => {
    expect(endOfProxmox('proxmox-ve', '8.4.1')?.release?.ends).toBe('2026-08-31');
    expect(endOfProxmox('proxmox-backup-server', '4.0.11')?.release).toEqual({ ends: undefined });
  });

  it('counts the last day, and who goes on after the first end', () => {
    expect(daysLeft({ ends: '2026-11-21' }, at('2026-11-21'))).toBe(0);
    expect(daysLeft({ ends: '2026-11-22' }, at('2026-11-21'))).toBe(1);
    expect(daysLeft({ ends: '2026-11-11' }, at('2026-11-21'))).toBe(-10);
    expect(daysLeft({ ends: '2026-07-11', further: { who: 'LTS', ends: '2026-11-30' } }, at('2026-11-21'))).toBe(9);
    expect(daysLeft({ ends: undefined }, at('2026-11-21'))).toBeUndefined();
  });
});
