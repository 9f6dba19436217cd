import { blank, type Files, type Kind, type LinkConf, type RouteConf } from './conf.ts';
import { type Branch, isBranch, parseTree, type Tree } from './tree.ts';

/** The file of ours, which netplan merges over all others; theirs are never written to. */
export const OWN = '/etc/netplan/90-hostler.yaml';
/** Stands among the files for what `netplan get` prints: all files merged. */
export const MERGED = 'netplan get';

export const SECTIONS: readonly (readonly [string, Kind | 'tunnel'])[] = [
  ['ethernets', 'ether'],
  ['bridges', 'bridge'],
  ['vlans', 'vlan'],
  ['bonds', 'bond'],
  ['tunnels', 'tunnel'],
  ['wifis', 'other'],
  ['modems', 'other'],
  ['vrfs', 'other'],
  ['dummy-devices', 'other'],
];

/** What a branch holds under `network`. */
export function networkOf(text: string | undefined): Branch {
  const tree = parseTree(text ?? '');
  const network = isBranch(tree) ? tree.network : undefined;
  return isBranch(network) ? network : {};
}

/** Links as netplan merges them from all its files. */
export function parseNetplan(files: Files): LinkConf[] {
  const merged = networkOf(files.get(MERGED));
  const own = networkOf(files.get(OWN));
  return SECTIONS.flatMap(([section, kind]) =>
    Object.entries(branch(merged, section)).map(([name, said]) => {
      const mine = branch(own, section)[name] !== undefined;
      return linkOf(name, kind, isBranch(said) ? said : {}, mine ? OWN : '/etc/netplan');
    }),
  );
}

/** The map under a key; empty where there is none. */
export function branch(tree: Branch, key: string): Branch {
  const found = tree[key];
  return isBranch(found) ? found : {};
}

/** The list under a key; empty where there is none. */
export function listIn(tree: Branch, key: string): readonly Tree[] {
  const found = tree[key];
  return Array.isArray(found) ? found : [];
}

const DEFAULT = ['default', '0.0.0.0/0', '::/0'];

function linkOf(name: string, section: Kind | 'tunnel', said: Branch, where: string): LinkConf {
  const words = (key: string) => listIn(said, key).filter((item) => typeof item === 'string');
  const text = (tree: Branch, key: string): string | undefined => (tree[key] === undefined || tree[key] === null ? undefined : String(tree[key]));
  const number = (key: string): number | undefined => (text(said, key) === undefined ? undefined : Number(text(said, key)));
  const mode = text(said, 'mode') ?? '';
  const kind: Kind = section !== 'tunnel' ? section : mode === 'gre' || mode === 'gretap' || mode === 'vxlan' ? mode : 'other';
  const routes = listIn(said, 'routes').flatMap((item): RouteConf[] => {
    if (!isBranch(item)) return [];
    const [to, via, metric] = [text(item, 'to'), text(item, 'via'), text(item, 'metric')];
    return to && via ? [{ to, via, metric: metric === undefined ? undefined : Number(metric) }] : [];
  });
  const gateways = ['gateway4', 'gateway6'].flatMap((key) => text(said, key) ?? []);
  const parameters = branch(said, 'parameters');
  return {
    ...blank(name, kind),
    addresses: words('addresses'),
    gateways: [...gateways, ...routes.filter(({ to }) => DEFAULT.includes(to)).map(({ via }) => via)],
    routes: routes.filter(({ to }) => !DEFAULT.includes(to)),
    mtu: number('mtu'),
    dynamic: said.dhcp4 === true || undefined,
    ports: kind === 'bridge' || kind === 'bond' ? words('interfaces') : undefined,
    stp: kind === 'bridge' && parameters.stp !== false ? true : undefined,
    parent: kind === 'vlan' ? text(said, 'link') : undefined,
    id: kind === 'vlan' ? number('id') : undefined,
    mode: kind === 'bond' ? (text(parameters, 'mode') ?? 'balance-rr') : undefined,
    local: text(said, 'local'),
    remote: text(said, 'remote'),
    vni: kind === 'vxlan' ? number('id') : undefined,
    where,
  };
}
