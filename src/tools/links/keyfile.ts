import { blank, type Files, type Kind, type LinkConf, type RouteConf } from './conf.ts';
import { type Section, sections, valuesOf } from './ini.ts';

/** Where NetworkManager keeps connections: nm-settings-keyfile(5). */
export const KEYFILES = '/etc/NetworkManager/system-connections';

const TYPES: Readonly<Record<string, Kind>> = {
  ethernet: 'ether',
  '802-3-ethernet': 'ether',
  bridge: 'bridge',
  vlan: 'vlan',
  bond: 'bond',
  vxlan: 'vxlan',
};
/** `ip-tunnel.mode` of nm-settings(5). */
export const TUNNEL_MODES = { gre: '2', gretap: '10' } as const;

/** What a keyfile is about: the link, the connection's id, and the bridge or bond it is a port of (a link's name or a connection's UUID). */
export interface Connection {
  readonly path: string;
  readonly id: string;
  readonly uuid: string;
  readonly link: LinkConf;
  readonly master: string | undefined;
}

/** The connections that are bound to a link by its name. */
export function connections(files: Files): Connection[] {
  return [...files].flatMap(([path, text]) => {
    const all = sections(text);
    const first = (section: string, key: string): string | undefined => valuesOf(all, section, key)[0];
    const name = first('connection', 'interface-name');
    if (name === undefined || !path.startsWith(`${KEYFILES}/`)) return [];
    const id = first('connection', 'id') ?? path.slice(KEYFILES.length + 1).replace(/\.nmconnection$/, '');
    const master = first('connection', 'controller') ?? first('connection', 'master');
    return [{ path, id, uuid: first('connection', 'uuid') ?? '', master, link: linkOf(name, path, all) }];
  });
}

/** Links that NetworkManager's keyfiles configure. */
export function parseKeyfiles(files: Files): LinkConf[] {
  const all = connections(files);
  const uuids = new Map(all.map(({ uuid, link }) => [uuid, link.name]));
  return all.map(({ link }) => {
    if (link.kind !== 'bridge' && link.kind !== 'bond') return link;
    const ports = all.filter(({ master }) => master !== undefined && (uuids.get(master) ?? master) === link.name);
    return { ...link, ports: ports.map((port) => port.link.name) };
  });
}

function linkOf(name: string, where: string, all: readonly Section[]): LinkConf {
  const first = (section: string, key: string): string | undefined => valuesOf(all, section, key)[0];
  const type = first('connection', 'type') ?? '';
  const mode = first('ip-tunnel', 'mode');
  const tunnel = mode === TUNNEL_MODES.gre || mode === 'gre' ? 'gre' : mode === TUNNEL_MODES.gretap || mode === 'gretap' ? 'gretap' : 'other';
  const kind = type === 'ip-tunnel' ? tunnel : Object.hasOwn(TYPES, type) ? (TYPES[type] ?? 'other') : 'other';
  const given = (['ipv4', 'ipv6'] as const).map((family) => numbered(all, family, /^address(es)?\d*$/));
  const inline = given.flat().flatMap((value) => value.split(',')[1] ?? []);
  const options = first('bond', 'options')?.split(',') ?? [];
  return {
    ...blank(name, kind),
    addresses: given.flat().map((value) => value.split(',')[0] ?? ''),
    gateways: [...new Set([...valuesOf(all, 'ipv4', 'gateway'), ...valuesOf(all, 'ipv6', 'gateway'), ...inline])].filter(
      (one) => one !== '0.0.0.0' && one !== '',
    ),
    routes: (['ipv4', 'ipv6'] as const).flatMap((family) =>
      numbered(all, family, /^routes?\d+$/).flatMap((value): RouteConf[] => {
        const [to, via, metric] = value.split(',');
        return to && via ? [{ to, via, metric: metric === undefined || metric === '' ? undefined : Number(metric) }] : [];
      }),
    ),
    mtu: number(first('ethernet', 'mtu') ?? first('802-3-ethernet', 'mtu') ?? first('ip-tunnel', 'mtu')),
    dynamic: first('ipv4', 'method') === 'auto' || undefined,
    stp: kind === 'bridge' && first('bridge', 'stp') !== 'false' ? true : undefined,
    vlanAware: first('bridge', 'vlan-filtering') === 'true' || undefined,
    parent: first('vlan', 'parent'),
    id: number(first('vlan', 'id')),
    mode: kind === 'bond' ? (first('bond', 'mode') ?? options.find((one) => one.startsWith('mode='))?.slice(5) ?? 'balance-rr') : undefined,
    local: first('vxlan', 'local') ?? first('ip-tunnel', 'local'),
    remote: first('vxlan', 'remote') ?? first('ip-tunnel', 'remote'),
    vni: number(first('vxlan', 'id')),
    where,
  };
}

/** The values of keys that carry a number, such as `address1`, by that number. */
export function numbered(all: readonly Section[], section: string, key: RegExp): string[] {
  const entries = all
    .filter(({ name }) => name === section)
    .flatMap(({ lines }) => lines)
    .flatMap((line): [number, string][] => {
      const [, name = '', value = ''] = /^\s*([a-z0-9-]+)\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
      return key.test(name) ? [[Number(/\d+$/.exec(name)?.[0] ?? 0), value]] : [];
    });
  return entries.sort(([one], [other]) => one - other).map(([, value]) => value);
}

const number = (text: string | undefined): number | undefined => (text !== undefined && /^\d+$/.test(text) && text !== '0' ? Number(text) : undefined);
