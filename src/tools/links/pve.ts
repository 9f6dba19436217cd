import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead, ApiStep, ExecStep, Params, Step, Target } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { rows, text } from '../proxmox/fields.ts';
import { shell } from '../shell.ts';
import { changes, isV6, type LinkConf } from './conf.ts';

/** What is staged on a node: the names of the links it has then, and the difference, empty where nothing is staged. */
export interface Staged {
  readonly links: readonly string[];
  readonly changes: string;
}

/** `GET /nodes/{node}/network`: `changes` stands beside `data` while there is an `interfaces.new`. */
export function staged(node: string): ApiRead<Staged> {
  return readApi({
    path: apiPath`/nodes/${node}/network`,
    parse: ({ data, changes = '' }) => ({ links: rows(data).flatMap((row) => text(row, 'iface') ?? []), changes }),
  });
}

/** A node as the API knows it: the cluster that is asked, and its name there. */
export interface PveNode {
  readonly cluster: Host;
  readonly node: string;
}

/** The node that a host is; undefined for any other host, or where the cluster is not configured. */
export function nodeOf(look: Look, host: Host): PveNode | undefined {
  const cluster = look.clusterOf(host);
  return cluster && host.node ? { cluster, node: host.node.name } : undefined;
}

/** Throws Refusal where somebody has staged changes on this node: applying ours would apply theirs, unseen. */
export async function nothingStaged(look: Look, host: Host, { cluster, node }: PveNode): Promise<void> {
  const { changes: pending } = await look.read(cluster, staged(node));
  if (pending === '') return;
  throw new Refusal(
    say(
      {
        en: 'somebody has staged changes of the network of {host} that are not applied yet; nothing was done. They are: {diff}',
        zh: '{host} 上有他人暂存而未应用的网络更改；未做任何操作。内容：{diff}',
      },
      {
        host: host.name,
        diff: pending
          .split('\n')
          .filter((line) => /^[-+](?![-+])/.test(line))
          .join(' ⏎ ')
          .slice(0, 600),
      },
    ),
    say(
      {
        en: '`net pending show {host}` shows them, `net pending drop {host}` throws them away',
        zh: '可用 `net pending show {host}` 查看，用 `net pending drop {host}` 丢弃',
      },
      { host: host.name },
    ),
  );
}

const TYPES: { readonly [kind in LinkConf['kind']]?: string } = { bridge: 'bridge', vlan: 'vlan', bond: 'bond', ether: 'eth' };

/** The calls that stage a change; undefined for one that the API has no words for: routes, tunnels, STP, several addresses of a family. */
export function stagingOf(
  { cluster, node }: PveNode,
  before: readonly LinkConf[],
  after: readonly LinkConf[],
  carded: readonly string[],
): ApiStep[] | undefined {
  const all = changes(before, after).map(({ name, was, is }): ApiStep | undefined => {
    const on: Target = { site: cluster.site, host: cluster.name, name: node };
    const common = { kind: 'api' as const, on, timeoutMs: 60_000 };
    const one = apiPath`/nodes/${node}/network/${name}`;
    if (!is)
      return {
        ...common,
        why: say({ en: 'stage: remove {name}', zh: '暂存：移除 {name}' }, { name }),
        method: 'DELETE',
        path: one,
        params: {},
        proof: 'again',
      };
    const type = TYPES[is.kind];
    const told = type !== undefined && JSON.stringify(was?.routes ?? []) === JSON.stringify(is.routes) && (was?.stp === true) === (is.stp === true);
    if (!told || (['4', '6'] as const).some((family) => is.addresses.filter((address) => isV6(address) === (family === '6')).length > 1)) return undefined;
    const now = paramsOf(is);
    const why = say({ en: 'stage: {name}', zh: '暂存：{name}' }, { name });
    if (!carded.includes(name)) return { ...common, why, method: 'POST', path: apiPath`/nodes/${node}/network`, params: { iface: name, type, ...now } };
    const gone = was ? Object.keys(paramsOf(was)).filter((key) => now[key] === undefined) : [];
    return { ...common, why, method: 'PUT', path: one, params: { type, ...now, ...(gone.length > 0 ? { delete: gone.join(',') } : {}) }, proof: 'again' };
  });
  return all.every((step) => step !== undefined) ? all : undefined;
}

function paramsOf({ kind, addresses, gateways, mtu, ports = [], vlanAware, parent, id, name, mode }: LinkConf): Params {
  const [four, six] = [false, true].map((v6) => addresses.find((address) => isV6(address) === v6));
  const [gateway, gateway6] = [false, true].map((v6) => gateways.find((address) => isV6(address) === v6));
  const all: Readonly<Record<string, string | number | boolean | undefined>> = {
    autostart: true,
    cidr: four,
    cidr6: six,
    gateway,
    gateway6,
    mtu,
    bridge_ports: kind === 'bridge' ? ports.join(' ') : undefined,
    bridge_vlan_aware: kind === 'bridge' && vlanAware ? true : undefined,
    slaves: kind === 'bond' ? ports.join(' ') : undefined,
    bond_mode: kind === 'bond' ? mode : undefined,
    'vlan-raw-device': parent,
    'vlan-id': kind === 'vlan' && name !== `${parent}.${id}` ? id : undefined,
  };
  return Object.fromEntries(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** POSIX sh: `LINK…`: fails when interfaces.new has more that is different than these links: somebody else staged something meanwhile. */
const ONLY = `set -eu; old=/etc/network/interfaces; new=$old.new; [ -e "$new" ] || { echo 'nothing is staged' >&2; exit 1; }
rest() { f=$1; shift; awk -v mine=" $* " '
  /^[ \\t]*(#|$)/ { next }
  /^(auto|allow-[^ \\t]+)[ \\t]/ { for (i = 2; i <= NF; i++) if (!index(mine, " " $i " ")) print $1, $i; skip = 0; next }
  /^iface[ \\t]/ { skip = index(mine, " " $2 " "); name = $2 }
  /^(source|source-directory|mapping)[ \\t]/ { skip = 0; name = "" }
  !skip { gsub(/_/, "-", $1); $1 = $1; print name ":" $0 }' "$f" | sort; }
a=$(rest "$old" "$@"); b=$(rest "$new" "$@")
[ "$a" = "$b" ] || { echo 'somebody else has staged changes meanwhile; nothing is applied' >&2; exit 1; }`;

/** Staging, the proof that nothing but ours is staged, and the applying of it by the node itself (`ifreload`). */
export function applyStaged(on: Target, { cluster, node }: PveNode, staging: readonly ApiStep[], names: readonly string[]): Step[] {
  const only: ExecStep = {
    kind: 'exec',
    on,
    why: say({ en: 'see that nothing else is staged', zh: '确认没有其他暂存更改' }),
    argv: shell('pve-only-ours', ONLY, ...names),
    timeoutMs: 30_000,
  };
  const apply: ApiStep = {
    kind: 'api',
    on: { site: cluster.site, host: cluster.name, name: node },
    why: say({ en: 'apply what is staged', zh: '应用暂存的更改' }),
    method: 'PUT',
    path: apiPath`/nodes/${node}/network`,
    params: {},
    timeoutMs: 120_000,
  };
  return [...staging, only, apply];
}

/** Throws away what is staged: `DELETE /nodes/{node}/network`. */
export function dropStaged({ cluster, node }: PveNode): ApiStep {
  return {
    kind: 'api',
    on: { site: cluster.site, host: cluster.name, name: node },
    why: say({ en: 'throw the staged changes away', zh: '丢弃暂存的更改' }),
    method: 'DELETE',
    path: apiPath`/nodes/${node}/network`,
    params: {},
    proof: 'again',
    timeoutMs: 60_000,
  };
}
