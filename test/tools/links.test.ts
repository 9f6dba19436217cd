import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changed, reverse } from '../../src/tools/links/change.ts';
import { type Files, type LinkConf, sameLinks } from '../../src/tools/links/conf.ts';
import { filesLike, parseFiles } from '../../src/tools/links/files.ts';
import { MERGED, OWN } from '../../src/tools/links/netplan.ts';
import { isBranch, parseTree, treeText } from '../../src/tools/links/tree.ts';
import type { Wish } from '../../src/tools/links/wish.ts';
import { type Links, WAYS } from '../../src/tools/links.ts';

const INTERFACES = `# This file is somebody's own.
source /etc/network/interfaces.d/*

auto lo
iface lo inet loopback

auto eno1 eno2
iface eno1 inet manual
# the card to the left
  mtu 1500
  ethtool-coalesce adaptive-rx on

iface eno2 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.21/24
	gateway 192.0.2.1
	bridge-ports eno1
	bridge-stp off
	bridge-fd 0
	post-up echo 1 > /proc/sys/net/ipv4/conf/vmbr0/proxy_arp
#uplink

iface vmbr0 inet6 static
	address 2001:db8::21/64
	gateway 2001:db8::1
`;
const NETWORK = `# ours
[Match]
Name=eno2

[Network]
Description=left
Address=203.0.113.2/25
IPv6AcceptRA=no

[Route]
Destination=198.51.100.0/26
Gateway=203.0.113.1
`;
const KEYFILE = `[connection]
id=left
uuid=11111111-1111-4111-8111-111111111111
type=ethernet
interface-name=eno2
autoconnect-priority=5

[ethernet]

[ipv4]
# by hand
address1=203.0.113.2/25
dns=192.0.2.53;
method=manual

[ipv6]
addr-gen-mode=eui64
method=auto
`;
const MERGED_TEXT = `network:
  version: 2
  renderer: networkd
  ethernets:
    eno1: {}
    eno2:
      addresses:
      - "203.0.113.2/25"
      nameservers:
        addresses:
        - "192.0.2.53"
      routes:
      - metric: 5
        to: "198.51.100.0/26"
        via: "203.0.113.1"
`;
const START: Record<Links['name'], [string, string][]> = {
  ifupdown2: [
    ['/etc/network/interfaces', INTERFACES],
    ['/etc/network/interfaces.d/more', 'auto eno3\niface eno3 inet static\n\taddress 203.0.113.129\n\tnetmask 255.255.255.128\n'],
  ],
  'systemd-networkd': [['/etc/systemd/network/20-left.network', NETWORK]],
  NetworkManager: [['/etc/NetworkManager/system-connections/left.nmconnection', KEYFILE]],
  netplan: [[MERGED, MERGED_TEXT]],
};

const octet = fc.integer({ min: 1, max: 254 });
const name = fc.constantFrom('br7', 'br8', 'vx7', 'v30', 'bond7', 'eno2', 'eno4');
const made = fc.constantFrom('br7', 'br8');
const address = octet.map((n) => `198.51.100.${n}/24`);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ do: fc.constant('bridge set' as const), link: made, ports: fc.constantFrom(['eno4'], [], ['eno5', 'eno6']), stp: fc.boolean() }),
  fc.record({ do: fc.constant('bridge set' as const), link: made, address }),
  fc.record({ do: fc.constant('vlan set' as const), link: fc.constant('v30'), parent: fc.constant('eno2'), id: fc.integer({ min: 1, max: 4094 }), address }),
  fc.record({
    do: fc.constant('bond set' as const),
    link: fc.constant('bond7'),
    ports: fc.constant(['eno7', 'eno8']),
    mode: fc.constantFrom('802.3ad', 'active-backup'),
  }),
  fc.record({
    do: fc.constant('tunnel set' as const),
    link: fc.constant('vx7'),
    kind: fc.constantFrom('vxlan' as const),
    local: fc.constant('203.0.113.2'),
    remote: octet.map((n) => `203.0.113.${n}`),
    vni: fc.integer({ min: 1, max: 16_777_215 }),
    mtu: fc.integer({ min: 1280, max: 9000 }),
  }),
  fc.record({ do: fc.constant('address set' as const), link: fc.constantFrom('eno2', 'br7'), address }),
  fc.record({
    do: fc.constant('route set' as const),
    link: fc.constant('eno2'),
    route: fc.record({ to: octet.map((n) => `192.0.2.${n}/32`), via: fc.constant('203.0.113.1') }),
  }),
  fc.record({ do: fc.constant('mtu set' as const), link: name, mtu: fc.integer({ min: 1280, max: 9000 }) }),
);

/** Only what makes sense, as all else is refused: what is set is there, and a port has one bridge. */
function sensible(before: readonly LinkConf[], one: Wish): boolean {
  const ports = 'ports' in one ? (one.ports ?? []) : [];
  if (before.some((link) => link.name !== one.link && link.ports?.some((port) => ports.includes(port)))) return false;
  const making = ['bridge set', 'vlan set', 'bond set', 'tunnel set'].includes(one.do);
  return making || before.some((link) => link.name === one.link) || one.link.startsWith('eno');
}

const lines = (files: Files) => [...files].flatMap(([path, text]) => (path === MERGED ? [] : text.split('\n').map((line) => `${path} ${line}`)));

describe.each(WAYS)('$name', (way) => {
  const start: Files = new Map(START[way.name]);

  it('says what it was made to say, and takes nothing else away', () => {
    fc.assert(
      fc.property(fc.array(wish, { minLength: 1, maxLength: 5 }), (wishes) => {
        let files = start;
        for (const one of wishes) {
          const before = way.parse(files);
          if (!sensible(before, one)) continue;
          const after = changed(before, one);
          files = way.edit(files, after);
          expect(sameLinks(way.parse(files), after), `${JSON.stringify(one)}\n${[...files].join('\n')}`).toBe(true);
        }
        const kept = lines(files);
        for (const line of lines(start).filter((one) => /#|ethtool|post-up|dns|priority|Description|AcceptRA|nameservers|eui64|loopback|source/.test(one)))
          expect(kept).toContain(line);
      }),
      { numRuns: 150 },
    );
  });

  it('is byte for byte what it was when a wish was taken back', () => {
    fc.assert(
      fc.property(wish, (one) => {
        const before = way.parse(start);
        // A card that nothing was said of stays in its list, without anything said.
        fc.pre(sensible(before, one) && !(one.do === 'mtu set' && !before.some((link) => link.name === one.link)));
        const after = changed(before, one);
        if (sameLinks(before, after)) return;
        const back = reverse(before, one);
        expect(back).toBeDefined();
        if (!back) return;
        const files = way.edit(start, after);
        const again = changed(way.parse(files), back);
        expect(sameLinks(again, before)).toBe(true);
        const undone = way.edit(files, again);
        const plain = (files: Files) => [...files].filter(([path]) => path !== MERGED);
        expect(plain(undone), JSON.stringify(one)).toEqual(plain(start));
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing where nothing differs', () => {
    const files = way.edit(start, way.parse(start));
    expect([...files].filter(([path]) => path !== MERGED)).toEqual([...start].filter(([path]) => path !== MERGED));
  });
});

describe('netplan', () => {
  const netplan = WAYS.find(({ name }) => name === 'netplan') as Links;

  it('cannot take away what another file says', () => {
    const files: Files = new Map(START.netplan);
    const after = changed(netplan.parse(files), { do: 'address remove', link: 'eno2', address: '203.0.113.2/25' });
    expect(sameLinks(netplan.parse(netplan.edit(files, after)), after)).toBe(false);
  });

  it('writes only what others do not say', () => {
    const files: Files = new Map(START.netplan);
    const own = netplan.edit(files, changed(netplan.parse(files), { do: 'address set', link: 'eno2', address: '198.51.100.7/24' })).get(OWN);
    expect(own).toBe('network:\n  version: 2\n  ethernets:\n    eno2:\n      addresses:\n      - "198.51.100.7/24"\n');
  });

  it('reads what it writes', () => {
    const tree = parseTree(MERGED_TEXT);
    expect(isBranch(tree) && parseTree(treeText(tree))).toEqual(tree);
  });
});

it('keeps the secrets of a file, and tells which links it is about', () => {
  const dir = mkdtempSync(join(tmpdir(), 'links-'));
  try {
    const at = join(dir, 'system-connections');
    mkdirSync(at);
    const write = (name: string, text: string) => writeFileSync(join(at, name), text);
    write('office.nmconnection', '[connection]\nuuid=11111111-1111-4111-8111-111111111111\ninterface-name=eno3\n[802-1x]\nidentity=web1\npassword=hush-hush\n');
    write('air.nmconnection', '[connection]\nuuid=22222222-2222-4222-8222-222222222222\n[wifi]\nssid=example\n[wifi-security]\npsk=hush-hush\n');
    write('away.nmconnection', '[connection]\nuuid=33333333-3333-4333-8333-333333333333\n[wifi-security]\npsk=hush-hush\n');
    write('open.nmconnection', '[connection]\ninterface-name=eno1\n');
    const nmcli = (body: string) => writeFileSync(join(dir, 'nmcli'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const { argv, parse } = filesLike([`${at}/*`]);
    const asked = () => spawnSync(argv[0], argv.slice(1), { encoding: 'utf8', env: { ...process.env, PATH: `${dir}:${process.env.PATH}` } });
    nmcli('echo 22222222-2222-4222-8222-222222222222:wlan0; echo 44444444-4444-4444-8444-444444444444:eno1');
    const { stdout, status } = asked();
    expect(status).toBe(0);
    expect(stdout).not.toContain('hush');
    const { files, sealed } = parse(stdout, 0, 0);
    expect([...files.keys()]).toEqual([`${at}/open.nmconnection`]);
    expect(sealed).toEqual([
      { path: `${at}/air.nmconnection`, links: ['wlan0'] },
      { path: `${at}/away.nmconnection`, links: [] },
      { path: `${at}/office.nmconnection`, links: ['eno3'] },
    ]);
    // Where it cannot be said what it is about, nothing is said at all.
    nmcli('exit 8');
    expect(asked().status).toBe(1);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

it('reads files with and without an end of the last line', () => {
  expect([...parseFiles('F 1 /a\n one\n  two\nF 0 /b c\n three\nS 1 /secret\nF 0 /empty\nF 1 /line\n \n')]).toEqual([
    ['/a', 'one\n two\n'],
    ['/b c', 'three'],
    ['/empty', ''],
    ['/line', '\n'],
  ]);
});
