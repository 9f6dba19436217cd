/** What a link is: `ether` is one that the configuration does not make, `other` one of a kind that is left alone. */
export type Kind = 'ether' | 'bridge' | 'vlan' | 'bond' | 'gre' | 'gretap' | 'vxlan' | 'other';

/** A route of a link. `to` is a network such as `203.0.113.0/24`. */
export interface RouteConf {
  readonly to: string;
  readonly via: string;
  readonly metric?: number | undefined;
}

/** A link as it is configured, whatever configures it. */
export interface LinkConf {
  readonly name: string;
  readonly kind: Kind;
  /** With the length of the prefix: `192.0.2.21/24`. */
  readonly addresses: readonly string[];
  /** Default gateways, one a family. */
  readonly gateways: readonly string[];
  readonly routes: readonly RouteConf[];
  readonly mtu?: number | undefined;
  /** It asks for its addresses, by DHCP or router advertisement. */
  readonly dynamic?: boolean | undefined;
  /** Of a bridge or a bond. */
  readonly ports?: readonly string[] | undefined;
  readonly stp?: boolean | undefined;
  readonly vlanAware?: boolean | undefined;
  /** Of a VLAN. */
  readonly parent?: string | undefined;
  readonly id?: number | undefined;
  /** Of a bond: `active-backup`, `802.3ad`, … */
  readonly mode?: string | undefined;
  /** Of a tunnel: addresses of its two ends; `vni` of a VXLAN. */
  readonly local?: string | undefined;
  readonly remote?: string | undefined;
  readonly vni?: number | undefined;
  /** The file that says so. */
  readonly where?: string | undefined;
  /** Why it cannot be edited, such as `a pre-up line makes it`. */
  readonly fixed?: string | undefined;
}

/** The text of files by their path. */
export type Files = ReadonlyMap<string, string>;

/** Kinds that are made by the configuration and gone with it. */
export const MADE: ReadonlySet<Kind> = new Set(['bridge', 'vlan', 'bond', 'gre', 'gretap', 'vxlan']);
export const TUNNELS: ReadonlySet<Kind> = new Set(['gre', 'gretap', 'vxlan']);

/** A link of which nothing is configured. */
export function blank(name: string, kind: Kind = 'ether'): LinkConf {
  return { name, kind, addresses: [], gateways: [], routes: [] };
}

/** Whether an address or network is of IPv6. */
export const isV6 = (address: string): boolean => address.includes(':');

/** What a link is, as one stable line; the same for the same link whatever configures it. */
export function essence(link: LinkConf): string {
  const { name, kind, mtu, dynamic, ports, stp, vlanAware, parent, id, mode, local, remote, vni } = link;
  const routes = link.routes.map(({ to, via, metric }) => `${to} ${via} ${metric ?? ''}`).sort();
  const lists = [[...link.addresses].sort(), [...link.gateways].sort(), routes, [...(ports ?? [])].sort()];
  return JSON.stringify([name, kind, ...lists, mtu ?? null, dynamic === true, stp === true, vlanAware === true, parent, id, mode, local, remote, vni]);
}

/** Whether nothing is configured of it: as good as not there. */
export function isBlank(link: LinkConf): boolean {
  return essence(link) === essence(blank(link.name));
}

/** Whether two configurations say the same. */
export function sameLinks(one: readonly LinkConf[], other: readonly LinkConf[]): boolean {
  const lines = (links: readonly LinkConf[]) =>
    links
      .filter((link) => !isBlank(link))
      .map(essence)
      .sort()
      .join('\n');
  return lines(one) === lines(other);
}

/** The links that differ: as they were and as they are to be; undefined where there is none. */
export function changes(
  before: readonly LinkConf[],
  after: readonly LinkConf[],
): { readonly name: string; readonly was: LinkConf | undefined; readonly is: LinkConf | undefined }[] {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  return names.flatMap((name) => {
    const was = before.find((link) => link.name === name);
    const is = after.find((link) => link.name === name);
    return essence(was ?? blank(name)) === essence(is ?? blank(name)) ? [] : [{ name, was, is }];
  });
}

/** The master of a port: the bridge or bond that has it. */
export function masterOf(links: readonly LinkConf[], port: string): LinkConf | undefined {
  return links.find(({ ports }) => ports?.includes(port));
}

/** The names of all links that are spoken of, ports and parents among them. */
export function namesIn(...all: readonly (readonly LinkConf[])[]): Set<string> {
  return new Set(all.flat().flatMap(({ name, ports = [], parent }) => [name, ...ports, ...(parent === undefined ? [] : [parent])]));
}
