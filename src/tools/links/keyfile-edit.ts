import { blank, essence, type Files, isV6, type LinkConf, MADE, masterOf, namesIn, type RouteConf } from './conf.ts';
import { iniText, type Section, sections, withValues } from './ini.ts';
import { connections, KEYFILES, parseKeyfiles, TUNNEL_MODES } from './keyfile.ts';

const own = (name: string): string => `${KEYFILES}/hostler-${name}.nmconnection`;

/** The keyfiles that say this instead; a link without one gets one of ours. */
export function editKeyfiles(files: Files, after: readonly LinkConf[]): Files {
  const before = parseKeyfiles(files);
  const next = new Map(files);
  for (const name of namesIn(before, after)) {
    const [was, is] = [before, after].map((links) => links.find((link) => link.name === name));
    const [from, to] = [masterOf(before, name), masterOf(after, name)];
    const alike = essence(bare(was ?? blank(name))) === essence(bare(is ?? blank(name))) && Boolean(was) === Boolean(is);
    if (alike && from?.name === to?.name) continue;
    const path = connections(files).find(({ link }) => link.name === name)?.path ?? own(name);
    if (!to && (!is || (path === own(name) && essence(bare(is)) === essence(blank(name))))) next.delete(path);
    else next.set(path, iniText(text(sections(next.get(path) ?? ''), was, is ?? blank(name), to, from)));
  }
  return next;
}

/** Without its ports: they are said at the ports. */
function bare(link: LinkConf): LinkConf {
  return { ...link, ports: undefined };
}

const TYPE = {
  ether: 'ethernet',
  bridge: 'bridge',
  vlan: 'vlan',
  bond: 'bond',
  gre: 'ip-tunnel',
  gretap: 'ip-tunnel',
  vxlan: 'vxlan',
  other: 'generic',
} as const;

function text(before: readonly Section[], was: LinkConf | undefined, is: LinkConf, to: LinkConf | undefined, from: LinkConf | undefined): Section[] {
  let all = [...before];
  const put = (section: string, key: string, value: string | number | undefined, old?: string | number) => {
    if (was === undefined ? value !== undefined : value !== old) all = withValues(all, section, key, value === undefined ? [] : [String(value)]);
  };
  if (!was) {
    put('connection', 'id', `hostler-${is.name}`);
    put('connection', 'type', TYPE[is.kind]);
    put('connection', 'interface-name', is.name);
    if (is.kind === 'bridge' || is.kind === 'bond') put('connection', 'autoconnect-slaves', 1);
  }
  if (to?.name !== from?.name) {
    for (const key of ['controller', 'port-type']) all = withValues(all, 'connection', key, []);
    all = withValues(all, 'connection', 'master', to ? [to.name] : []);
    all = withValues(all, 'connection', 'slave-type', to ? [to.kind] : []);
  }
  if (is.kind === 'bridge') {
    put('bridge', 'stp', String(is.stp === true), was && String(was.stp === true));
    put('bridge', 'vlan-filtering', is.vlanAware ? 'true' : undefined, was?.vlanAware ? 'true' : undefined);
  }
  put('vlan', 'id', is.id, was?.id);
  put('vlan', 'parent', is.parent, was?.parent);
  if (is.kind === 'bond') {
    put('bond', 'mode', is.mode, was?.mode);
    if (!was) put('bond', 'miimon', 100);
  }
  const tunnel = is.kind === 'vxlan' ? 'vxlan' : 'ip-tunnel';
  if (!was && (is.kind === 'gre' || is.kind === 'gretap')) put(tunnel, 'mode', TUNNEL_MODES[is.kind]);
  put('vxlan', 'id', is.vni, was?.vni);
  put(tunnel, 'local', is.local, was?.local);
  put(tunnel, 'remote', is.remote, was?.remote);
  if (!was && is.kind === 'vxlan') put(tunnel, 'destination-port', 4789);
  const mtu = all.some(({ name }) => name === '802-3-ethernet') ? '802-3-ethernet' : is.kind === 'gre' || is.kind === 'gretap' ? 'ip-tunnel' : 'ethernet';
  put(mtu, 'mtu', is.mtu, was?.mtu);
  // A port has no addresses of its own, and NetworkManager wants nothing said of them.
  return to && !was ? all : families(all, was, is);
}

function families(before: readonly Section[], was: LinkConf | undefined, is: LinkConf): Section[] {
  let all = [...before];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const mine = (values: readonly string[] = []) => values.filter((value) => isV6(value) === (family === 'ipv6'));
    const [had, has] = [mine(was?.addresses), mine(is.addresses)];
    const [gatewayWas, gateway] = [mine(was?.gateways), mine(is.gateways)];
    const moved = JSON.stringify([had, gatewayWas]) !== JSON.stringify([has, gateway]);
    if (moved) {
      all = renumbered(all, family, /^address(es)?\d*$/, 'address', has);
      all = withValues(all, family, 'gateway', gateway);
    }
    const line = ({ to, via, metric }: RouteConf) => `${to},${via}${metric === undefined ? '' : `,${metric}`}`;
    const routes = (link: LinkConf | undefined) => (link?.routes ?? []).filter(({ to }) => isV6(to) === (family === 'ipv6')).map(line);
    if (JSON.stringify(routes(was)) !== JSON.stringify(routes(is))) all = renumbered(all, family, /^routes?\d+$/, 'route', routes(is));
    const idle = family === 'ipv4' ? 'disabled' : 'ignore';
    const left = had.length > 0 && has.length === 0;
    if (family === 'ipv4' && is.dynamic) continue;
    if (has.length > 0 && had.length === 0) all = withValues(all, family, 'method', ['manual']);
    else if (left || (!was && (family === 'ipv4' || MADE.has(is.kind)))) all = withValues(all, family, 'method', [has.length > 0 ? 'manual' : idle]);
  }
  return all;
}

/** The keys that carry a number, written anew where the first stood. */
function renumbered(all: readonly Section[], section: string, key: RegExp, name: string, values: readonly string[]): Section[] {
  const entries = values.map((value, i) => `${name}${i + 1}=${value}`);
  let put = false;
  const without = all.map((one) => {
    if (one.name !== section) return one;
    const lines = one.lines.flatMap((line) => {
      if (!key.test(/^\s*([a-z0-9-]+)\s*=/i.exec(line)?.[1] ?? '')) return [line];
      if (put) return [];
      put = true;
      return entries;
    });
    return { ...one, lines };
  });
  if (put || entries.length === 0) return without;
  return values.reduce<Section[]>((sofar, value, i) => withValues(sofar, section, `${name}${i + 1}`, [value]), without);
}
