import { type Files, isV6, type LinkConf } from './conf.ts';
import { branch, listIn, MERGED, networkOf, OWN, parseNetplan, SECTIONS } from './netplan.ts';
import { type Branch, isBranch, type Tree, treeText } from './tree.ts';

/** The files that say this instead: only ours is written. What another file says cannot be unsaid here; then the result does not say it. */
export function editNetplan(files: Files, after: readonly LinkConf[]): Files {
  const before = networkOf(files.get(OWN));
  const foreign = minus(networkOf(files.get(MERGED)), before);
  const now = new Map(parseNetplan(files).map((link) => [link.name, link]));
  const own: { [section: string]: { [name: string]: Branch } } = {};
  for (const [section] of SECTIONS)
    for (const [name, said] of Object.entries(branch(before, section))) own[section] = { ...own[section], [name]: isBranch(said) ? said : {} };
  for (const name of new Set([...now.keys(), ...after.map((link) => link.name)])) {
    const is = after.find((link) => link.name === name);
    const section = sectionOf(is ?? now.get(name));
    const mine = is ? over(saying(is), branch(branch(foreign, section), name)) : undefined;
    const known = isBranch(branch(foreign, section)[name]) || branch(foreign, section)[name] !== undefined;
    const { [name]: _, ...rest } = own[section] ?? {};
    own[section] =
      mine && (!known || Object.keys(mine).length > 0) && is && (is.kind !== 'ether' || Object.keys(mine).length > 0) ? { ...rest, [name]: mine } : rest;
  }
  // netplan wants every port and parent to be defined.
  const defined = new Set(SECTIONS.flatMap(([section]) => [...Object.keys(branch(foreign, section)), ...Object.keys(own[section] ?? {})]));
  for (const name of after.flatMap(({ ports = [], parent }) => [...ports, ...(parent === undefined ? [] : [parent])]))
    if (!defined.has(name)) own.ethernets = { ...own.ethernets, [name]: {} };
  const sections = Object.fromEntries(Object.entries(own).filter(([, links]) => Object.keys(links).length > 0));
  const next = new Map(files);
  if (Object.keys(sections).length === 0) next.delete(OWN);
  else next.set(OWN, treeText({ network: { version: 2, ...sections } }));
  return next.set(MERGED, treeText({ network: plus(foreign, { version: 2, ...sections }) }));
}

function sectionOf(link: LinkConf | undefined): string {
  const kind = link && ['gre', 'gretap', 'vxlan'].includes(link.kind) ? 'tunnel' : link?.kind;
  return SECTIONS.find(([, one]) => one === kind)?.[0] ?? 'ethernets';
}

/** A link in netplan's words. */
function saying(link: LinkConf): Branch {
  const { kind, mtu, ports = [], parent, id, mode, local, remote, vni } = link;
  const routes: Branch[] = [
    ...link.gateways.map((via) => ({ to: isV6(via) ? '::/0' : '0.0.0.0/0', via })),
    ...link.routes.map(({ to, via, metric }) => ({ to, via, ...(metric === undefined ? {} : { metric }) })),
  ];
  const all: { readonly [key: string]: Tree | undefined } = {
    dhcp4: link.dynamic,
    mode: kind === 'gre' || kind === 'gretap' || kind === 'vxlan' ? kind : undefined,
    id: kind === 'vxlan' ? vni : id,
    link: parent,
    local,
    remote,
    port: kind === 'vxlan' ? 4789 : undefined,
    mtu,
    interfaces: kind === 'bridge' || kind === 'bond' ? ports : undefined,
    parameters:
      kind === 'bridge'
        ? { stp: link.stp === true, 'forward-delay': '0' }
        : kind === 'bond'
          ? { mode: mode ?? 'active-backup', 'mii-monitor-interval': 100 }
          : undefined,
    addresses: link.addresses.length > 0 ? link.addresses : undefined,
    routes: routes.length > 0 ? routes : undefined,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

const ROUTE_WORDS: Readonly<Record<string, string>> = { '0.0.0.0/0': 'default', '::/0': 'default' };
const line = (tree: Tree): string =>
  isBranch(tree)
    ? JSON.stringify(
        Object.entries(tree)
          .map(([key, value]) => [key, key === 'to' ? (ROUTE_WORDS[String(value)] ?? value) : value])
          .sort(),
      )
    : JSON.stringify(tree);

/** What must be said over what others say, for both together to say this. What others say in `parameters` stays theirs. */
function over(wanted: Branch, foreign: Branch): Branch {
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([key, value]): [string, Tree][] => {
      const theirs = foreign[key];
      if (theirs === undefined) return [[key, value]];
      if (Array.isArray(value)) {
        const rest = value.filter((item: Tree) => !listIn(foreign, key).some((other) => line(other) === line(item)));
        return rest.length > 0 ? [[key, rest]] : [];
      }
      if (isBranch(value)) {
        const rest = Object.entries(value).filter(([name, inner]) =>
          key === 'parameters' && name !== 'stp' && name !== 'mode' ? !isBranch(theirs) : !isBranch(theirs) || String(theirs[name]) !== String(inner),
        );
        return rest.length > 0 ? [[key, Object.fromEntries(rest)]] : [];
      }
      return String(theirs) === String(value) ? [] : [[key, value]];
    }),
  );
}

/** Both together, as netplan merges files: maps by key, lists one after the other, of plain values the later. */
function plus(one: Branch, more: Branch): Branch {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(more)])];
  return Object.fromEntries(
    keys.map((key): [string, Tree] => {
      const [a, b] = [one[key], more[key]];
      if (isBranch(a) && isBranch(b)) return [key, plus(a, b)];
      if (Array.isArray(a) && Array.isArray(b)) return [key, [...a, ...b]];
      return [key, b ?? a ?? null];
    }),
  );
}

/** What is left of the whole without a part of it. */
function minus(whole: Branch, part: Branch): Branch {
  return Object.fromEntries(
    Object.entries(whole).flatMap(([key, value]): [string, Tree][] => {
      const gone = part[key];
      if (gone === undefined || key === 'version') return [[key, value]];
      if (isBranch(value) && isBranch(gone)) {
        const rest = minus(value, gone);
        return Object.keys(rest).length > 0 ? [[key, rest]] : [];
      }
      if (Array.isArray(value) && Array.isArray(gone)) {
        const rest = value.filter((item: Tree) => !gone.some((other: Tree) => line(other) === line(item)));
        return rest.length > 0 ? [[key, rest]] : [];
      }
      return [];
    }),
  );
}
