import { NETWORK } from './fleet.ts';
import type { Machine } from './machine.ts';

/** A link as a practice host has it configured and running. */
export interface NetLink {
  readonly name: string;
  /** As the kernel calls it; empty for a card. */
  readonly kind: string;
  /** What `ip -d` tells of it, as the kernel calls it. */
  readonly data?: { readonly [key: string]: string | number };
  /** The link it is on. */
  readonly on?: string;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly routes: readonly { readonly to: string; readonly via: string; readonly metric?: number }[];
  readonly mtu?: number;
  readonly ports: readonly string[];
}

export const INTERFACES = '/etc/network/interfaces';
export const KEYFILES = '/etc/NetworkManager/system-connections';

/** The files that configure the links of a host, as they were when the lab began; a node's are those of its cluster. */
export function firstFiles(machine: Machine): ReadonlyMap<string, string> {
  const { name, at, site, os, nic, kind, node } = machine;
  const gateway = `${NETWORK[site]}.1`;
  if (node) return new Map([[INTERFACES, node.interfaces()]]);
  if (os.ssh === 'sshd')
    return new Map([
      [
        `${KEYFILES}/${nic.name}.nmconnection`,
        `[connection]\nid=${nic.name}\ntype=ethernet\ninterface-name=${nic.name}\n\n[ethernet]\n\n[ipv4]\naddress1=${at}/24\ngateway=${gateway}\nmethod=manual\n\n[ipv6]\nmethod=auto\n`,
      ],
    ]);
  const lo = 'auto lo\niface lo inet loopback\n';
  const own = `\taddress ${at}/24\n\tgateway ${gateway}\n`;
  if (kind === 'libvirt')
    return new Map([
      [
        INTERFACES,
        `${lo}\niface ${nic.name} inet manual\n\nauto vmbr0\niface vmbr0 inet static\n${own}\tbridge-ports ${nic.name}\n\tbridge-stp off\n\tbridge-fd 0\n`,
      ],
    ]);
  const route = name === 'web1' ? `\tup ip route replace 198.51.100.128/25 via ${NETWORK[site]}.254 dev ${nic.name}\n` : '';
  return new Map([[INTERFACES, `${lo}\nauto ${nic.name}\niface ${nic.name} inet static\n${own}${route}${name === 'web1' ? MORE : ''}`]]);
}

/** What one host has besides: two more cards, and a link of each kind that is made. */
const MORE = `
auto eth1
iface eth1 inet manual

auto eth2
iface eth2 inet manual

# storage
auto eth1.7
iface eth1.7 inet manual
	vlan-raw-device eth1

auto bond0
iface bond0 inet manual
	bond-slaves eth2
	bond-mode active-backup
	bond-miimon 100

auto br0
iface br0 inet static
	address 203.0.113.1/25
	bridge-ports none
	bridge-stp off
	bridge-fd 0
	mtu 9000

auto vx7
iface vx7 inet manual
	vxlan-id 7
	vxlan-local-tunnelip 192.0.2.21
	vxlan-remoteip 192.0.2.31
	mtu 1450
`;

/** All files of that kind as they are now. */
export function netFiles(machine: Machine): ReadonlyMap<string, string> {
  const all = new Map(firstFiles(machine));
  for (const [path, text] of machine.files) {
    if (path !== INTERFACES && !path.startsWith(`${INTERFACES}.d/`) && !path.startsWith(`${KEYFILES}/`)) continue;
    if (text === null) all.delete(path);
    else all.set(path, text);
  }
  return all;
}

const applied = new WeakMap<Machine, readonly NetLink[]>();

/** What the kernel of a host has: what was configured when it was last applied. */
export function netOf(machine: Machine): readonly NetLink[] {
  const known = applied.get(machine);
  // A node's are applied by its cluster, too.
  if (known && !machine.node) return known;
  return apply(machine);
}

/** Has a host use its files. */
export function apply(machine: Machine): readonly NetLink[] {
  const files = netFiles(machine);
  const found = machine.os.ssh === 'sshd' ? fromKeyfiles(files) : fromInterfaces(files.get(INTERFACES) ?? '');
  applied.set(machine, found);
  return found;
}

const words = (text: string | undefined): string[] => (text === undefined || text === 'none' ? [] : text.split(/\s+/).filter(Boolean));

function fromInterfaces(text: string): NetLink[] {
  const parts = text.split(/^(?=iface |auto |source )/m).flatMap((part) => {
    const [, name] = /^iface (\S+)/.exec(part) ?? [];
    return name === undefined || name === 'lo' ? [] : [{ name, lines: part.split('\n').slice(1) }];
  });
  return parts.map(({ name, lines }) => {
    const all = lines.flatMap((line): [string, string][] => {
      const [, key, value] = /^\s+([a-z-]+)\s+(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value]];
    });
    const values = (key: string) => all.filter(([one]) => one === key).map(([, value]) => value);
    const has = (key: string) => values(key).length > 0;
    const kind = has('bridge-ports')
      ? 'bridge'
      : has('bond-slaves') || has('slaves')
        ? 'bond'
        : has('vxlan-id')
          ? 'vxlan'
          : has('tunnel-mode')
            ? (values('tunnel-mode')[0] ?? '')
            : has('vlan-raw-device')
              ? 'vlan'
              : '';
    const mtu = values('mtu')[0];
    const on = kind === 'vlan' ? values('vlan-raw-device')[0] : undefined;
    return {
      name,
      kind,
      ...(on === undefined ? {} : { on }),
      data: dataOf(kind, name, (key) => values(key)[0]),
      addresses: values('address'),
      gateways: values('gateway'),
      routes: values('up').flatMap((line) => {
        const [, to, via, metric] = /^ip (?:-6 )?route replace (\S+) via (\S+) dev \S+(?: metric (\d+))?$/.exec(line) ?? [];
        return to && via ? [{ to, via, ...(metric === undefined ? {} : { metric: Number(metric) }) }] : [];
      }),
      ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
      ports: words(values('bridge-ports')[0] ?? values('bond-slaves')[0] ?? values('slaves')[0]),
    };
  });
}

function dataOf(kind: string, name: string, value: (key: string) => string | undefined): Record<string, string | number> {
  const some = (key: string, found: string | undefined) => (found === undefined ? {} : { [key]: found });
  const ends = {
    ...some('remote', value('vxlan-remoteip') ?? value('tunnel-endpoint')),
    ...some('local', value('vxlan-local-tunnelip') ?? value('tunnel-local')),
  };
  if (kind === 'vlan') return { protocol: '802.1Q', id: Number(value('vlan-id') ?? name.split('.').at(-1)) };
  if (kind === 'bond') return some('mode', value('bond-mode'));
  if (kind === 'vxlan') return { id: Number(value('vxlan-id')), ...ends };
  return kind === 'gre' || kind === 'gretap' ? ends : {};
}

function fromKeyfiles(files: ReadonlyMap<string, string>): NetLink[] {
  const all = [...files.values()].map((text) => {
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
    const many = (key: string) => [...text.matchAll(new RegExp(`^${key}\\d+=(.*)$`, 'gm'))].map(([, found = '']) => found);
    const type = value('type') ?? '';
    const mtu = value('mtu');
    return {
      master: value('master'),
      name: value('interface-name') ?? '',
      kind: type === 'ethernet' ? '' : type === 'ip-tunnel' ? 'gretap' : type,
      addresses: many('address'),
      gateways: value('gateway') === undefined ? [] : [value('gateway') ?? ''],
      routes: many('route').map((route) => {
        const [to = '', via = '', metric] = route.split(',');
        return { to, via, ...(metric === undefined ? {} : { metric: Number(metric) }) };
      }),
      ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
    };
  });
  return all.map(({ master: _, ...link }) => ({ ...link, ports: all.filter(({ master }) => master === link.name).map(({ name }) => name) }));
}
