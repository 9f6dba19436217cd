import { changes, type Files, type LinkConf, MADE, masterOf, namesIn } from './conf.ts';
import { iniText, isEmpty, type Section, sections, within, withSection, withValues } from './ini.ts';
import { NETWORKD, parseNetworkd } from './networkd.ts';

/** A file of ours: it comes before those that are about several links. */
const own = (name: string, type: 'network' | 'netdev'): string => `${NETWORKD}/05-hostler-${name}.${type}`;

/** The files that say this instead. Ports and VLANs are said where systemd-networkd wants them: at the port, at the parent. */
export function editNetworkd(files: Files, after: readonly LinkConf[]): Files {
  const before = parseNetworkd(files);
  const next = new Map(files);
  for (const { name, was, is } of changes(before, after)) {
    const netdev = pathOf(files, name, 'netdev', 'NetDev') ?? own(name, 'netdev');
    if (!is && was && MADE.has(was.kind)) next.delete(netdev);
    if (is && MADE.has(is.kind)) next.set(netdev, iniText(netdevText(sections(next.get(netdev) ?? ''), was, is)));
  }
  for (const name of namesIn(before, after)) network(files, next, name, before, after);
  return next;
}

/** The file about this one link. */
function pathOf(files: Files, name: string, type: string, section: string): string | undefined {
  const paths = [...files.keys()].sort();
  const key = section === 'NetDev' ? 'Name' : 'Name';
  return paths.find((path) => path.endsWith(`.${type}`) && sections(files.get(path) ?? '').some((one) => one.name === section && within(one, key)[0] === name));
}

function netdevText(text: readonly Section[], was: LinkConf | undefined, is: LinkConf): Section[] {
  let all = [...text];
  const put = (section: string, key: string, value: string | number | undefined, old: string | number | undefined) => {
    if (was === undefined ? value !== undefined : value !== old) all = withValues(all, section, key, value === undefined ? [] : [String(value)]);
  };
  const tunnel = is.kind === 'vxlan' ? 'VXLAN' : 'Tunnel';
  put('NetDev', 'Name', is.name, was?.name);
  put('NetDev', 'Kind', is.kind, was?.kind);
  if (is.kind === 'bridge') {
    const word = (on: boolean | undefined) => (on ? 'yes' : undefined);
    put('Bridge', 'STP', is.stp ? 'yes' : 'no', was && (was.stp ? 'yes' : 'no'));
    put('Bridge', 'VLANFiltering', word(is.vlanAware), word(was?.vlanAware));
  }
  if (is.kind === 'vlan') put('VLAN', 'Id', is.id, was?.id);
  if (is.kind === 'bond') {
    put('Bond', 'Mode', is.mode, was?.mode);
    if (!was) put('Bond', 'MIIMonitorSec', '100ms', undefined);
  }
  put(tunnel, 'VNI', is.vni, was?.vni);
  put(tunnel, 'Local', is.local, was?.local);
  put(tunnel, 'Remote', is.remote, was?.remote);
  if (is.kind === 'vxlan' && !was) put(tunnel, 'DestinationPort', 4789, undefined);
  if (is.local !== undefined && !was) put(tunnel, 'Independent', 'yes', undefined);
  if (was?.mtu !== is.mtu) all = withValues(all, 'NetDev', 'MTUBytes', []);
  return all;
}

interface Said {
  readonly link: LinkConf | undefined;
  readonly bridge: string[];
  readonly bond: string[];
  readonly vlans: string[];
}

function saidOf(links: readonly LinkConf[], name: string): Said {
  const master = masterOf(links, name);
  return {
    link: links.find((link) => link.name === name),
    bridge: master?.kind === 'bridge' ? [master.name] : [],
    bond: master?.kind === 'bond' ? [master.name] : [],
    vlans: links.filter((link) => link.kind === 'vlan' && link.parent === name).map((link) => link.name),
  };
}

function network(files: Files, next: Map<string, string>, name: string, before: readonly LinkConf[], after: readonly LinkConf[]): void {
  const [was, is] = [saidOf(before, name), saidOf(after, name)];
  const path = pathOf(files, name, 'network', 'Match') ?? own(name, 'network');
  const nothing = !is.link && is.bridge.length + is.bond.length + is.vlans.length === 0;
  if (nothing) {
    if (was.link || path === own(name, 'network')) next.delete(path);
    return;
  }
  const fresh = next.get(path) === undefined;
  let all = sections(next.get(path) ?? `[Match]\nName=${name}\n`);
  const put = (section: string, key: string, values: readonly string[], old: readonly string[]) => {
    if (JSON.stringify(values) !== JSON.stringify(old)) all = withValues(all, section, key, values);
  };
  const list = (value: number | undefined) => (value === undefined ? [] : [String(value)]);
  put('Link', 'MTUBytes', list(is.link?.mtu), list(was.link?.mtu));
  put('Network', 'Bridge', is.bridge, was.bridge);
  put('Network', 'Bond', is.bond, was.bond);
  put('Network', 'VLAN', is.vlans, was.vlans);
  const gone = (was.link?.addresses ?? []).filter((address) => !is.link?.addresses.includes(address));
  all = all.filter((one) => one.name !== 'Address' || !gone.includes(within(one, 'Address')[0] ?? ''));
  const inSections = all.filter((one) => one.name === 'Address').flatMap((one) => within(one, 'Address'));
  const plain = (addresses: readonly string[] = []) => addresses.filter((address) => !inSections.includes(address));
  put('Network', 'Address', plain(is.link?.addresses), plain(was.link?.addresses));
  put('Network', 'Gateway', is.link?.gateways ?? [], was.link?.gateways ?? []);
  all = routes(all, was.link?.routes ?? [], is.link?.routes ?? []);
  // A link of ours comes up without a cable in its ports, as a bridge of guests must; and it does not ask for addresses.
  if (fresh && is.link && MADE.has(is.link.kind))
    all = withValues(withValues(all, 'Network', 'ConfigureWithoutCarrier', ['yes']), 'Network', 'LinkLocalAddressing', ['ipv6']);
  const says = all.some((one) => one.name !== 'Match' && one.name !== '' && !isEmpty(one));
  if (says || !path.includes('/05-hostler-')) next.set(path, iniText(all));
  else next.delete(path);
}

function routes(all: readonly Section[], was: LinkConf['routes'], is: LinkConf['routes']): Section[] {
  const line = ({ to, via, metric }: LinkConf['routes'][number]) => `${to} ${via} ${metric ?? ''}`;
  const wanted = is.map(line);
  const known = was.map(line);
  const kept = all.filter((one) => {
    const [to = '', via = '', metric = ''] = [within(one, 'Destination')[0], within(one, 'Gateway')[0], within(one, 'Metric')[0]];
    const said = `${to} ${via} ${metric}`;
    return one.name !== 'Route' || !known.includes(said) || wanted.includes(said);
  });
  return is
    .filter((route) => !known.includes(line(route)))
    .reduce<Section[]>((sofar, { to, via, metric }) => {
      const extra: [string, string][] = metric === undefined ? [] : [['Metric', String(metric)]];
      return withSection(sofar, 'Route', [['Destination', to], ['Gateway', via], ...extra]);
    }, kept);
}
