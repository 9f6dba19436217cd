import { blank, type Files, isV6, type Kind, type LinkConf, type RouteConf } from './conf.ts';
import { prefixOf } from './masks.ts';
import { options, type Stanza, stanzas } from './stanzas.ts';

/** Where ifupdown2's configuration begins. */
export const INTERFACES = '/etc/network/interfaces';

const MODES = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'];
const ROUTE = /^ip (?:-6 )?route (?:add|replace|append) (\S+) via (\S+)(?: dev \S+)?(?: metric (\d+))?(?: *\|\| *(?:true|:))?$/;
const TUNNEL = /^ip link add (?:name |dev )?\S+ .*\btype (gre|gretap|vxlan)\b/;

/** Links that interfaces(5) configures, in the dialect of ifupdown2. Files that no `source` line takes in are left out. */
export function parseIfupdown(files: Files): LinkConf[] {
  const found = new Map<string, LinkConf>();
  for (const [path, text] of taken(files))
    for (const stanza of stanzas(text)) {
      const name = stanza.words[0];
      if (stanza.keyword !== 'iface' || name === undefined || name === 'lo') continue;
      found.set(name, merge(found.get(name), linkOf(name, stanza, path)));
    }
  return [...found.values()];
}

/** The files that are part of the configuration. */
export function taken(files: Files): [string, string][] {
  const main = files.get(INTERFACES) ?? '';
  const sourced = stanzas(main).some(({ keyword, words }) => /^source/.test(keyword) && /interfaces\.d/.test(words.join(' ')));
  return [...files].filter(([path]) => path === INTERFACES || (sourced && path.startsWith(`${INTERFACES}.d/`)));
}

function merge(one: LinkConf | undefined, more: LinkConf): LinkConf {
  if (!one) return more;
  const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  return {
    ...one,
    ...given,
    kind: one.kind === 'ether' ? more.kind : one.kind,
    where: one.where,
    addresses: [...one.addresses, ...more.addresses],
    gateways: [...one.gateways, ...more.gateways],
    routes: [...one.routes, ...more.routes],
    dynamic: one.dynamic || more.dynamic || undefined,
  };
}

function linkOf(name: string, stanza: Stanza, where: string): LinkConf {
  const all = options(stanza);
  const values = (...names: string[]) => all.filter((option) => names.includes(option.name)).map(({ value }) => value);
  const first = (...names: string[]): string | undefined => values(...names)[0];
  const netmask = first('netmask');
  const ups = values('up', 'post-up', 'pre-up');
  const made = ups.flatMap((line) => TUNNEL.exec(line)?.[1] ?? [])[0];
  const ports = words(first('bridge-ports') ?? first('bond-slaves', 'slaves'));
  const vlan = vlanOf(name, first('vlan-raw-device'), first('vlan-id'));
  const tunnel = first('vxlan-id') === undefined ? first('tunnel-mode') : 'vxlan';
  const kind: Kind = kindOf(
    all.map((option) => option.name),
    tunnel ?? made,
    vlan !== undefined,
  );
  const mode = first('bond-mode');
  return {
    ...blank(name, kind),
    addresses: values('address').map((value) =>
      value.includes('/') ? value : `${value}/${netmask === undefined ? (isV6(value) ? 128 : 32) : prefixOf(netmask)}`,
    ),
    gateways: values('gateway'),
    routes: ups.flatMap((line): RouteConf[] => {
      const [, to, via, metric] = ROUTE.exec(line) ?? [];
      return to && via ? [{ to, via, metric: metric === undefined ? undefined : Number(metric) }] : [];
    }),
    mtu: number(first('mtu')),
    dynamic: ['dhcp', 'auto'].includes(stanza.words[2] ?? '') || undefined,
    ports: kind === 'bridge' || kind === 'bond' ? ports : undefined,
    stp: yes(first('bridge-stp')),
    vlanAware: yes(first('bridge-vlan-aware')),
    parent: vlan?.parent,
    id: vlan?.id,
    mode: kind === 'bond' ? (MODES[Number(mode)] ?? mode ?? 'balance-rr') : undefined,
    local: first('vxlan-local-tunnelip', 'tunnel-local'),
    remote: first('vxlan-remoteip', 'tunnel-endpoint'),
    vni: number(first('vxlan-id')),
    where,
    fixed: made !== undefined ? 'pre-up ip link add' : ports.some((port) => port === 'regex' || port === 'glob') ? 'bridge-ports regex' : undefined,
  };
}

function kindOf(names: readonly string[], tunnel: string | undefined, vlan: boolean): Kind {
  if (tunnel !== undefined) return tunnel === 'gre' || tunnel === 'gretap' || tunnel === 'vxlan' ? tunnel : 'other';
  if (names.includes('bridge-ports')) return 'bridge';
  if (names.includes('bond-slaves') || names.includes('slaves')) return 'bond';
  if (names.some((name) => name.startsWith('ovs-'))) return 'other';
  return vlan ? 'vlan' : 'ether';
}

function vlanOf(name: string, raw: string | undefined, given: string | undefined): { parent: string; id: number } | undefined {
  const [, parent, dotted] = /^(.+)\.(\d{1,4})$/.exec(name) ?? [];
  const id = given ?? dotted ?? (raw === undefined ? undefined : /(\d{1,4})$/.exec(name)?.[1]);
  const device = raw ?? parent;
  return device === undefined || id === undefined ? undefined : { parent: device, id: Number(id) };
}

const words = (text: string | undefined): string[] => (text === undefined || text === 'none' ? [] : text.split(/\s+/).filter(Boolean));
const number = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);
const yes = (text: string | undefined): true | undefined => (text !== undefined && ['on', 'yes', '1', 'true'].includes(text) ? true : undefined);

/** The stanza of a link as this bot writes it: `auto` and `iface` with its options, a line each. */
export function blockOf(link: LinkConf): string {
  const lines = optionsOf(link).flatMap(([name, values]) => values.map((value) => `\t${name} ${value}`));
  const method = link.dynamic ? 'dhcp' : link.addresses.length > 0 ? 'static' : 'manual';
  return [`auto ${link.name}`, `iface ${link.name} inet ${method}`, ...lines, ''].join('\n');
}

/** The options of a link, in the order they are written, each with its values. */
export function optionsOf(link: LinkConf): [string, string[]][] {
  const { kind, ports = [], stp, vlanAware, parent, id, mode, local, remote, vni } = link;
  const list = (value: string | number | undefined) => (value === undefined ? [] : [String(value)]);
  const bridge: [string, string[]][] = [
    ['bridge-ports', [ports.join(' ') || 'none']],
    ['bridge-stp', [stp ? 'on' : 'off']],
    ['bridge-fd', ['0']],
    ['bridge-vlan-aware', vlanAware ? ['yes'] : []],
    ['bridge-vids', vlanAware ? ['2-4094'] : []],
  ];
  const bond: [string, string[]][] = [
    ['bond-slaves', [ports.join(' ')]],
    ['bond-mode', list(mode)],
    ['bond-miimon', ['100']],
  ];
  const own: { readonly [kind in Kind]?: [string, string[]][] } = {
    bridge,
    bond,
    vlan: [
      ['vlan-raw-device', list(parent)],
      ['vlan-id', list(id)],
    ],
    gre: tunnel('gre', local, remote),
    gretap: tunnel('gretap', local, remote),
    vxlan: [
      ['vxlan-id', list(vni)],
      ['vxlan-local-tunnelip', list(local)],
      ['vxlan-remoteip', list(remote)],
    ],
  };
  return [
    ['address', [...link.addresses]],
    ['gateway', [...link.gateways]],
    ...(own[kind] ?? []),
    ['mtu', list(link.mtu)],
    ['up', link.routes.map((route) => routeLine(link.name, route))],
  ];
}

function tunnel(mode: string, local: string | undefined, remote: string | undefined): [string, string[]][] {
  return [
    ['tunnel-mode', [mode]],
    ['tunnel-local', local === undefined ? [] : [local]],
    ['tunnel-endpoint', remote === undefined ? [] : [remote]],
  ];
}

const routeLine = (dev: string, { to, via, metric }: RouteConf): string =>
  `ip ${isV6(to) ? '-6 ' : ''}route replace ${to} via ${via} dev ${dev}${metric === undefined ? '' : ` metric ${metric}`}`;

/** Whether an `up` line is a route that this bot reads and writes. */
export const isRoute = (value: string): boolean => ROUTE.test(value);
