import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { changes, isV6, type LinkConf, MADE, masterOf, TUNNELS } from './conf.ts';

/**
 * POSIX sh: `HOW LINK… -- CONNECTION… -- WORD…`: removes links that are to be made anew, has the configuration read, and sees to what is left of the old state,
 * which no configuration tool clears away by itself. netplan starts daemons anew, which systemd would refuse when it did so often just now. The others set routes a moment later, and would not know one set meanwhile as theirs.
 */
const APPLY = `set -u; how=$1; shift; code=0
while [ "$1" != -- ]; do ip link delete dev "$1" 2>/dev/null || :; shift; done; shift
case $how in
  ifupdown2) ifreload -a || code=$? ;;
  systemd-networkd) networkctl reload || code=$? ;;
  netplan) systemctl reset-failed systemd-networkd.service NetworkManager.service 2>/dev/null || :; { netplan generate && netplan apply; } || code=$? ;;
  NetworkManager) nmcli connection reload || code=$? ;;
esac
while [ "$1" != -- ]; do nmcli --wait 20 connection up id "$1" || code=$?; shift; done; shift
while [ $# -gt 0 ]; do case $1 in
  gone) ip link delete dev "$2" 2>/dev/null || :; shift 2 ;;
  free) if ip -o link show dev "$2" 2>/dev/null | grep -q " master $3 "; then ip link set dev "$2" nomaster || code=$?; fi; shift 3 ;;
  port) if ip -o link show dev "$2" 2>/dev/null | grep -q " master $3 "; then :; else ip link set dev "$2" master "$3" && ip link set dev "$2" up || code=$?; fi; shift 3 ;;
  mtu) if ip -o link show dev "$2" 2>/dev/null | grep -q " mtu $3 "; then :; else ip link set dev "$2" mtu "$3" || code=$?; fi; shift 3 ;;
  no-address) ip address delete "$3" dev "$2" 2>/dev/null || :; shift 3 ;;
  no-route) ip $2 route delete "$4" via "$5" dev "$3" 2>/dev/null || :; shift 5 ;;
  route) [ "$how" != ifupdown2 ] || [ -n "$(ip $2 route show "$4" via "$5" dev "$3" 2>/dev/null)" ] || ip $2 route replace "$4" via "$5" dev "$3" || code=$?; shift 5 ;;
  *) echo "unknown: $1" >&2; exit 2 ;;
esac; done
exit $code`;

/** POSIX sh: the same words; says `settled`, or the first that is not so. */
const SETTLED = `set -u
no() { echo "not yet: $*"; exit 0; }
# ip(8) asks for an address whatever its length, and knows every way to write it; the length is its own.
has() { case $2 in */*) ip -o address show dev "$1" to "\${2%/*}" 2>/dev/null | grep -qF "/\${2##*/} " ;; *) [ -n "$(ip -o address show dev "$1" to "$2" 2>/dev/null)" ] ;; esac; }
while [ $# -gt 0 ]; do case $1 in
  there) ip link show dev "$2" >/dev/null 2>&1 || no "$1 $2"; shift 2 ;;
  gone) ! ip link show dev "$2" >/dev/null 2>&1 || no "$1 $2"; shift 2 ;;
  port) ip -o link show dev "$2" 2>/dev/null | grep -q " master $3 " || no "$1 $2 $3"; shift 3 ;;
  free) ! ip -o link show dev "$2" 2>/dev/null | grep -q " master $3 " || no "$1 $2 $3"; shift 3 ;;
  mtu) ip -o link show dev "$2" 2>/dev/null | grep -q " mtu $3 " || no "$1 $2 $3"; shift 3 ;;
  address) has "$2" "$3" || no "$1 $2 $3"; shift 3 ;;
  no-address) ! has "$2" "$3" || no "$1 $2 $3"; shift 3 ;;
  route) [ -n "$(ip $2 route show "$4" via "$5" 2>/dev/null)" ] || no "$1 $4 $5"; shift 5 ;;
  no-route) [ -z "$(ip $2 route show "$4" via "$5" 2>/dev/null)" ] || no "$1 $4 $5"; shift 5 ;;
  *) no "unknown $1" ;;
esac; done
echo settled`;

/** What the kernel makes of a link that says nothing of its MTU, in bytes; undefined where that depends on others. */
export const usualMtu = ({ kind }: LinkConf): number | undefined => (TUNNELS.has(kind) ? undefined : 1500);

/** Links whose nature changes, which only making them anew can do. */
export function anew(before: readonly LinkConf[], after: readonly LinkConf[]): string[] {
  const nature = ({ kind, parent, id, mode, local, remote, vni }: LinkConf) => JSON.stringify([kind, parent, id, mode, local, remote, vni]);
  return changes(before, after).flatMap(({ name, was, is }) => (was && is && MADE.has(was.kind) && nature(was) !== nature(is) ? [name] : []));
}

/** What of the old state is to go, and what must be there: words for `settleArgv` and `settled`. */
export function wordsOf(before: readonly LinkConf[], after: readonly LinkConf[], checked = false): string[] {
  const not = <T>(one: readonly T[] = [], other: readonly T[] = []) =>
    one.filter((item) => !other.some((same) => JSON.stringify(same) === JSON.stringify(item)));
  const family = (address: string) => (isV6(address) ? '-6' : '-4');
  const all = changes(before, after);
  const gone = all.filter(({ was, is }) => was && MADE.has(was.kind) && !is).flatMap(({ name }) => ['gone', name]);
  const there = checked ? all.filter(({ is }) => is && MADE.has(is.kind)).flatMap(({ name }) => ['there', name]) : [];
  const links = all.flatMap(({ name, was, is }): string[] => {
    const left = not(was?.ports, is?.ports).filter((port) => masterOf(after, port) === undefined);
    const lost = [...not(was?.ports, is?.ports)].filter(() => is !== undefined).flatMap((port) => (left.includes(port) ? ['free', port, name] : []));
    if (!is && was && MADE.has(was.kind)) return lost;
    const routes = (link: LinkConf | undefined) => [
      ...(link?.routes ?? []),
      ...(link?.gateways ?? []).map((via) => ({ to: isV6(via) ? '::/0' : '0.0.0.0/0', via })),
    ];
    const routeWords = (word: string, list: readonly { to: string; via: string }[]) => list.flatMap(({ to, via }) => [word, family(to), name, to, via]);
    const mtu = is?.mtu ?? (was?.mtu === undefined ? undefined : usualMtu(is ?? was));
    return [
      ...lost,
      ...not(is?.ports, was?.ports).flatMap((port) => ['port', port, name]),
      ...not(was?.addresses, is?.addresses).flatMap((address) => ['no-address', name, address]),
      ...(checked ? not(is?.addresses, was?.addresses).flatMap((address) => ['address', name, address]) : []),
      ...routeWords(
        'no-route',
        not(routes(was), routes(is)).filter(({ to, via }) => !routes(is).some((one) => one.to === to && one.via === via)),
      ),
      ...routeWords('route', not(routes(is), routes(was))),
      ...(mtu === undefined || (was?.mtu === is?.mtu && !checked) ? [] : ['mtu', name, String(mtu)]),
    ];
  });
  return [...there, ...links, ...gone];
}

/** Has a configuration that was written be used. `connections`: those NetworkManager is to bring up anew. */
export function settleArgv(how: string, before: readonly LinkConf[], after: readonly LinkConf[], connections: readonly string[] = []): Argv {
  return shell('links-apply', APPLY, how, ...anew(before, after), '--', ...connections, '--', ...wordsOf(before, after));
}

/** `settled` once the kernel has what is configured. */
export function settled(before: readonly LinkConf[], after: readonly LinkConf[]): Read<string> {
  return read({ argv: shell('links-settled', SETTLED, ...wordsOf(before, after, true)), parse: (output) => output.trim() });
}
