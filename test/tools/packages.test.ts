import { describe, expect, it } from 'vitest';
import { parseApt, parseAptShow, parseInst } from '../../src/tools/packages/apt.ts';
import { parseAdvisories, parseDnf, parseLocks } from '../../src/tools/packages/dnf.ts';
import { parsePatches, parseSearch, parseState, parseSummary, parseVerify } from '../../src/tools/packages/zypper.ts';
import { isKernel, PACKAGE } from '../../src/tools/packages.ts';

// All of these were printed by the programs themselves: apt 2.6, dnf 4.14, zypper 1.14.
const APT = `Reading package lists...
Building dependency tree...
Reading state information...
Calculating upgrade...
The following packages have been kept back:
  keptpkg
3 upgraded, 2 newly installed, 0 to remove and 1 not upgraded.
Inst libnew (0.1 Debian:12/stable [all])
Inst linux-image-6.1.0-2-amd64 (6.1.2 Debian:12/stable [all])
Inst plain [1.0] (1.1 Debian:12/stable [all])
Inst urgent [1.0] (1.0+deb12u1 Debian-Security:12/stable-security [all])
Conf libnew (0.1 Debian:12/stable [all])
`;

describe('apt', () => {
  it('says what would come in, from which version, and what is for security', () => {
    const { upgrades, removes } = parseInst(APT.split('\n'));
    expect(removes).toEqual([]);
    expect(upgrades).toEqual([
      { name: 'libnew', from: undefined, to: '0.1', exact: 'libnew=0.1', security: false },
      { name: 'linux-image-6.1.0-2-amd64', from: undefined, to: '6.1.2', exact: 'linux-image-6.1.0-2-amd64=6.1.2', security: false },
      { name: 'plain', from: '1.0', to: '1.1', exact: 'plain=1.1', security: false },
      { name: 'urgent', from: '1.0', to: '1.0+deb12u1', exact: 'urgent=1.0+deb12u1', security: true },
    ]);
  });

  it('never takes silence for being up to date', () => {
    expect(() => parseInst([])).toThrow('not what apt-get -s prints');
    expect(() => parseApt('== upgrades\n== held\n')).toThrow('not what apt-get -s prints');
    expect(parseApt('== upgrades\nE: dpkg was interrupted, you must manually run dpkg --configure -a\n').broken).toHaveLength(1);
  });

  it('shows a package, and none', () => {
    const policy = `plain:\n  Installed: 1.0\n  Candidate: 1.1\n  Version table:\n     1.1 500\n        500 file:/srv/main ./ Packages\n *** 1.0 500\n        500 file:/srv/main ./ Packages\n        100 /var/lib/dpkg/status\n`;
    expect(parseAptShow(`== policy\n${policy}== held\nplain\n`)).toEqual({ installed: '1.0', candidate: '1.1', source: 'file:/srv/main ./', held: true });
    expect(parseAptShow('== policy\n== held\n')).toEqual({ installed: undefined, candidate: undefined, source: '', held: false });
  });
});

const LINE = '='.repeat(80);
const DNF = `Last metadata expiration check: 0:00:03 ago on Sat Nov 21 21:55:42 2026.
Dependencies resolved.
${LINE}
 Package            Architecture       Version              Repository     Size
${LINE}
Installing:
 kernel             noarch             6.1.1-1              r             5.4 k
Upgrading:
 plain              noarch             1.1-1                r             5.4 k
Installing dependencies:
 libnew             noarch             0.1-1                r             5.4 k

Transaction Summary
${LINE}
Install  2 Packages
Upgrade  1 Package

Total size: 16 k
Operation aborted.
== exit
1
== installed
kernel|6.1.0-1
plain|1.0-1
`;

describe('dnf', () => {
  it('reads the table of a transaction', () => {
    const { upgrades, removes, broken } = parseDnf(DNF);
    expect({ removes, broken }).toEqual({ removes: [], broken: [] });
    expect(upgrades.map(({ exact, from }) => [exact, from])).toEqual([
      ['kernel-6.1.1-1.noarch', '6.1.0-1'],
      ['plain-1.1-1.noarch', '1.0-1'],
      ['libnew-0.1-1.noarch', undefined],
    ]);
  });

  it('tells nothing to do from an answer that is none', () => {
    expect(parseDnf('Dependencies resolved.\nNothing to do.\nComplete!\n== exit\n0\n== installed\n').upgrades).toEqual([]);
    expect(parseDnf('Error: Failed to download metadata for repo r\n== exit\n1\n== installed\n').broken).toHaveLength(1);
    expect(() => parseDnf('== exit\n1\n== installed\n')).toThrow('not what dnf --assumeno prints');
  });

  it('knows advisories', () => {
    expect(parseAdvisories('openEuler-SA-2025-0001 Important/Sec. urgent-1.1-1.noarch\n')).toEqual([['openEuler-SA-2025-0001', 'urgent-1.1-1']]);
    expect(parseAdvisories('  CVE-2025-0001 Important/Sec. urgent-1.1-1.noarch\n')).toEqual([['CVE-2025-0001', 'urgent-1.1-1']]);
    expect(parseAdvisories('')).toEqual([]);
  });

  it('knows locks, and hosts that cannot have any', () => {
    expect(parseLocks('keptpkg-0:1.0-1.*\nthere\n')).toEqual(['keptpkg']);
    expect(parseLocks('there\n')).toEqual([]);
    expect(parseLocks('')).toBeUndefined();
  });
});

describe('zypper', () => {
  it('reads the summary of a dry run', () => {
    const text = `<?xml version='1.0'?>
<stream>
<message type="info">Loading repository data...</message>
<install-summary download-size="11030" space-usage-diff="0" packages-to-change="2">
<to-upgrade>
<solvable type="package" name="plain" edition="1.1-1" arch="noarch" edition-old="1.0-1" arch-old="noarch" summary="test">
<description>test</description></solvable>
</to-upgrade>
<to-install>
<solvable type="package" name="libnew" edition="0.1-1" arch="noarch" summary="test">
<description>test</description></solvable>
</to-install>
</install-summary>
</stream>`;
    expect(parseSummary(text).upgrades.map(({ exact, from }) => [exact, from])).toEqual([
      ['plain=1.1-1', '1.0-1'],
      ['libnew=0.1-1', undefined],
    ]);
    expect(() => parseSummary('<stream>\n</stream>')).toThrow('not what zypper -x prints');
    expect(parseSummary(`<message type="error">No provider of &apos;nosuch&apos; found.</message>`).broken).toEqual(["No provider of 'nosuch' found."]);
  });

  it('knows patches, locks, versions and problems', () => {
    const patch = `<update kind="patch" name="openSUSE-SLE-15.6-2025-1" edition="1" arch="noarch" status="needed" category="security" severity="important"><summary>t</summary><issue-list><issue type="cve" id="CVE-2025-0001"><title>t</title></issue></issue-list></update>`;
    expect(parsePatches(patch)).toEqual({ tellsSecurity: true, cves: ['CVE-2025-0001'] });
    expect(parsePatches('<update-list></update-list>')).toEqual({ tellsSecurity: false, cves: undefined });
    expect(parseState('== locks\n<lock number="1"><name>keptpkg</name><type>package</type></lock>\n== reboot\n102\n== lists\n')).toMatchObject({
      held: ['keptpkg'],
      reboot: true,
    });
    const found = `<solvable status="other-version" name="plain" kind="package" edition="1.1-1" arch="noarch" repository="r"/>\n<solvable status="installed" name="plain" kind="package" edition="1.0-1" arch="noarch" repository="r"/>`;
    expect(parseSearch(found)).toEqual({ installed: '1.0-1', candidate: '1.1-1', source: 'r' });
    expect(parseVerify('<prompt id="1">\n<description>Problem: a is not installable\n Solution 1: b\n</description></prompt>')).toEqual([
      'Problem: a is not installable',
    ]);
  });
});

describe('names', () => {
  it.each(['linux-image-6.1.0-31-amd64', 'kernel', 'kernel-core', 'kernel-default', 'proxmox-kernel-6.8.12-4-pve-signed'])('%s is a kernel', (name) => {
    expect(isKernel(name)).toBe(true);
  });
  it.each(['linux-libc-dev', 'kernel-headers', 'bash'])('%s is none', (name) => {
    expect(isKernel(name)).toBe(false);
  });
  it.each(['-y', '--purge', 'a b', 'a;b', 'a/b', ''])('“%s” is no name of a package', (name) => {
    expect(PACKAGE.test(name)).toBe(false);
  });
});
