import { blank, type Files, type Kind, type LinkConf, type RouteConf } from './conf.ts';
import { type Section, sections, valuesOf, within } from './ini.ts';

/** Where an administrator's configuration of systemd-networkd is: systemd.network(5), systemd.netdev(5). */
export const NETWORKD = '/etc/systemd/network';

const KINDS: readonly Kind[] = ['bridge', 'vlan', 'bond', 'gre', 'gretap', 'vxlan'];

/** Links that systemd-networkd configures by name. A file that is about several links makes them `fixed`. */
export function parseNetworkd(files: Files): LinkConf[] {
  const all = [...files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([path, text]) => ({ path, all: sections(text) }));
  const netdevs = all.filter(({ path }) => path.endsWith('.netdev'));
  const networks = all.filter(({ path }) => path.endsWith('.network'));
  const links = new Map<string, LinkConf>();
  for (const { path, all } of netdevs) {
    const name = valuesOf(all, 'NetDev', 'Name')[0];
    if (name !== undefined && !links.has(name)) links.set(name, netdevOf(name, path, all));
  }
  const seen = new Set<string>();
  const ports: [string, string][] = [];
  const vlans: [string, string][] = [];
  for (const { path, all } of networks) {
    const named = valuesOf(all, 'Match', 'Name').flatMap((names) => names.split(/\s+/));
    const only = named.length === 1 && !/[*?[!]/.test(named[0] ?? '');
    for (const name of named) {
      if (seen.has(name)) continue; // the first file that matches is the one that counts
      seen.add(name);
      const link = links.get(name) ?? blank(name);
      links.set(name, { ...link, ...networkOf(all), where: path, fixed: only ? link.fixed : `Name=${named.join(' ')}` });
      for (const master of [...valuesOf(all, 'Network', 'Bridge'), ...valuesOf(all, 'Network', 'Bond')]) ports.push([master, name]);
      for (const vlan of valuesOf(all, 'Network', 'VLAN')) vlans.push([vlan, name]);
    }
  }
  return [...links.values()]
    .filter(({ name }) => !/[*?[!]/.test(name))
    .map((link) => {
      if (link.kind === 'vlan') return { ...link, parent: vlans.find(([vlan]) => vlan === link.name)?.[1] };
      if (link.kind !== 'bridge' && link.kind !== 'bond') return link;
      return { ...link, ports: ports.filter(([master]) => master === link.name).map(([, port]) => port) };
    });
}

function netdevOf(name: string, where: string, all: readonly Section[]): LinkConf {
  const first = (section: string, key: string): string | undefined => valuesOf(all, section, key)[0];
  const word = first('NetDev', 'Kind') ?? '';
  const kind = KINDS.find((one) => one === word) ?? 'other';
  const tunnel = kind === 'vxlan' ? 'VXLAN' : 'Tunnel';
  return {
    ...blank(name, kind),
    mtu: mtuOf(first('NetDev', 'MTUBytes')),
    stp: yes(first('Bridge', 'STP')),
    vlanAware: yes(first('Bridge', 'VLANFiltering')),
    id: kind === 'vlan' ? Number(first('VLAN', 'Id')) : undefined,
    mode: kind === 'bond' ? (first('Bond', 'Mode') ?? 'balance-rr') : undefined,
    local: first(tunnel, 'Local'),
    remote: first(tunnel, 'Remote'),
    vni: kind === 'vxlan' ? Number(first('VXLAN', 'VNI')) : undefined,
    where,
  };
}

function networkOf(all: readonly Section[]): Pick<LinkConf, 'addresses' | 'gateways' | 'routes' | 'dynamic'> & { mtu?: number } {
  const routes = all.filter(({ name }) => name === 'Route');
  const mtu = mtuOf(valuesOf(all, 'Link', 'MTUBytes')[0]);
  const gateway = (section: Section) => within(section, 'Gateway')[0];
  const isDefault = (section: Section) => ['', '0.0.0.0/0', '::/0'].includes(within(section, 'Destination')[0] ?? '');
  return {
    addresses: [...valuesOf(all, 'Network', 'Address'), ...valuesOf(all, 'Address', 'Address')],
    gateways: [...valuesOf(all, 'Network', 'Gateway'), ...routes.filter(isDefault).flatMap((one) => gateway(one) ?? [])],
    routes: routes.flatMap((one): RouteConf[] => {
      const [to, via, metric] = [within(one, 'Destination')[0], gateway(one), within(one, 'Metric')[0]];
      return to && via && !isDefault(one) ? [{ to, via, metric: metric === undefined ? undefined : Number(metric) }] : [];
    }),
    dynamic: ['yes', 'true', 'ipv4', 'ipv6', 'both', 'v4', 'v6'].includes(valuesOf(all, 'Network', 'DHCP')[0] ?? '') || undefined,
    ...(mtu === undefined ? {} : { mtu }),
  };
}

const yes = (text: string | undefined): true | undefined => (text !== undefined && ['yes', 'true', 'on', '1'].includes(text.toLowerCase()) ? true : undefined);
const mtuOf = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined);
