import type { Host, Look } from '../core/command.ts';
import type { DeclaredProbe } from '../core/declared.ts';
import { matches } from '../core/policy.ts';
import type { Argv, Probe } from '../core/types.ts';
import { say } from '../core/words.ts';
import { clusterStatus } from './proxmox/cluster.ts';
import { orElse } from './proxmox/cluster-view.ts';
import { shell } from './shell.ts';

/** `ADDRESS PORT`: whether it takes a TCP connection within three seconds, by what the host has. */
const TCP = `if command -v nc >/dev/null; then exec nc -z -w 3 "$1" "$2" </dev/null
elif command -v bash >/dev/null && command -v timeout >/dev/null; then exec timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$1" "$2"
elif command -v python3 >/dev/null; then exec python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' "$1" "$2"
else echo "no nc, bash or python3 to ask with" >&2; exit 1; fi`;

/** Whether an address takes a TCP connection. */
export function takesTcp(address: string, port: string): Argv {
  return shell('probe-tcp', TCP, address, port);
}

/** Whether an address answers a ping: ping(8) of iputils, one of three within three seconds. */
export function answersPing(address: string): Argv {
  return ['ping', '-c', '1', '-w', '3', '-n', '-q', address];
}

/**
 * What must be so for a change of a host's network to be kept: it lets in whoever comes anew (at `address`, where that changes), what the configuration says,
 * and for a node of a cluster: it reaches the others, and they still count it.
 */
export async function probesFor(look: Look, host: Host, { address }: { readonly address?: string } = {}): Promise<Probe[]> {
  const own = address ?? host.address;
  const login: Probe = {
    what: say({ en: 'a new SSH connection to {at}', zh: '到 {at} 的新 SSH 连接' }, { at: own }),
    on: host.name,
    argv: ['true'],
    fresh: address ?? true,
  };
  const declared = look.declared.probes.filter(({ hosts }) => hosts.some((pattern) => pattern === '*' || matches(pattern, host)));
  return [login, ...declared.flatMap((probe) => declaredProbe(host, own, probe)), ...(await peers(look, host))];
}

function declaredProbe(host: Host, own: string, { name, from, ping, tcp }: DeclaredProbe): Probe[] {
  // Who cannot be asked from this site would fail every change.
  if (from !== undefined && !from.sites.includes(host.site)) return [];
  const on = from?.host ?? host.name;
  const at = (text: string) => (text === 'self' ? own : text);
  if (ping !== undefined) {
    const what = say({ en: '{name}: {on} pings {at}', zh: '{name}：{on} ping {at}' }, { name, on, at: at(ping) });
    return [{ what, on, argv: answersPing(at(ping)) }];
  }
  const [, address = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(tcp ?? '') ?? [];
  const what = say({ en: '{name}: {on} reaches {at} port {port}', zh: '{name}：{on} 可达 {at} 端口 {port}' }, { name, on, at: at(address), port });
  return [{ what, on, argv: takesTcp(at(address), port) }];
}

/** Names of configured probes that are left out, as nobody of the host's site can be asked. */
export function leftOut(look: Look, host: Host): string[] {
  return look.declared.probes
    .filter(({ hosts }) => hosts.some((pattern) => pattern === '*' || matches(pattern, host)))
    .filter(({ from }) => from !== undefined && !from.sites.includes(host.site))
    .map(({ name }) => name);
}

async function peers(look: Look, host: Host): Promise<Probe[]> {
  const cluster = look.clusterOf(host);
  if (!cluster || !host.node) return [];
  const { node } = host;
  const status = await orElse(look.read(cluster, clusterStatus()), undefined);
  const others = status?.nodes.filter(({ name, online, ip }) => name !== node.name && online && ip !== '') ?? [];
  const pings = others.map(
    ({ name, ip }): Probe => ({
      what: say({ en: '{on} pings node {name}', zh: '{on} ping 节点 {name}' }, { on: host.name, name }),
      on: host.name,
      argv: answersPing(ip),
    }),
  );
  return others.length === 0 ? [] : [...pings, { what: say({ en: 'corosync is quorate', zh: 'corosync 有法定票数' }), on: host.name, argv: QUORATE }];
}

/** `pvecm status` says `Quorate: Yes` (Proxmox VE, pvecm(1)); without quorum it ends with an error. */
const QUORATE = shell('probe-quorum', `pvecm status | grep -Eq '^Quorate:[[:space:]]*Yes'`);
