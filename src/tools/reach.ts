import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** How a TCP port answered: `silent` is no answer within two seconds. */
export type PortState = 'open' | 'refused' | 'silent' | 'unreachable';

/** How one end sees the other. Milliseconds and bytes. */
export interface Reached {
  /** The address that was asked; empty where the name has none. */
  readonly address: string;
  readonly sent: number;
  readonly received: number;
  readonly average?: number;
  /** The way it goes; none: the kernel has no route. */
  readonly route?: { readonly dev: string; readonly via?: string; readonly src?: string };
  /** State of the next hop's neighbour entry, such as `REACHABLE` or `FAILED`; none: there is no entry. */
  readonly neighbour?: string;
  /** MTU of the link it leaves by. */
  readonly linkMtu?: number;
  /** The largest packet that was answered; none where nothing was. */
  readonly pathMtu?: number;
  /** Larger packets were refused with a word of why; else they vanish. */
  readonly told: boolean;
  readonly ports: ReadonlyMap<number, PortState>;
  /** What the other's name resolves to here; none where it was not asked. */
  readonly names?: readonly string[];
  /** What a program said instead. */
  readonly trouble?: string;
}

/** Every line begins with what it is about, so that things asked side by side may answer in any order; each is written at once, so that none is cut into another. */
const BODY = `to=$1 name=$2; shift 2
[ -z "$name" ] || { timeout 3 getent ahosts "$name" 2>/dev/null | awk '{print $1}' | sort -u | sed 's/^/name /'; echo "named"; } &
case $to in *[!0-9a-fA-F:.]*) at=$(timeout 3 getent ahosts "$to" 2>/dev/null | awk 'NR==1{print $1}');; *) at=$to;; esac
if [ -z "$at" ]; then echo "trouble $to has no address here"; wait; exit 0; fi
echo "address $at"
for p; do { said=$(LC_ALL=C timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$at" "$p" 2>&1); e=$?; echo "port $p $e $(echo "$said" | tr '\\n' ' ')"; } & done
route=$(ip route get "$at" 2>&1 | head -n 2 | tr '\\n' ' '); echo "route $route"
dev=$(echo " $route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'); via=$(echo " $route" | sed -n 's/.* via \\(inet6 \\)\\{0,1\\}\\([^ ]*\\).*/\\2/p')
said=$(ping -n -c 3 -i 0.2 -w 2 "$at" 2>&1); got=$?
echo "$said" | sed 's/^/ping /'
[ -z "$dev" ] || { ip neigh show to "\${via:-$at}" dev "$dev" 2>/dev/null | sed 's/^/neigh /'; mtu=$(ip -o link show dev "$dev" | sed -n 's/.* mtu \\([0-9]*\\).*/\\1/p'); echo "link $mtu"; }
if [ "$got" = 0 ] && [ -n "\${mtu:-}" ]; then
  case $at in *:*) head=48 low=1280;; *) head=28 low=576;; esac
  [ "$mtu" -le 9216 ] || mtu=9216
  try() { ping -n -M do -c 1 -W 1 -s $(($1 - head)) "$at" 2>&1; }
  if first=$(try "$mtu"); then echo "path $mtu"; else
    echo "$first" | grep -iE 'mtu ?=|frag needed|too long|too big' | head -n 1 | sed 's/^/told /'
    high=$mtu hint=$(echo "$first" | sed -n 's/.*mtu *= *\\([0-9]*\\).*/\\1/p' | head -n 1)
    if [ -n "$hint" ] && [ "$hint" -lt "$high" ] && try "$hint" >/dev/null; then low=$hint high=$((hint + 1)); fi
    while [ $((high - low)) -gt 1 ]; do
      step=$(((high - low + 20) / 21)) size=$low best=$low
      best=$({ while size=$((size + step)); [ "$size" -lt "$high" ]; do { try "$size" >/dev/null && echo "$size"; } & done; wait; } | sort -n | tail -n 1)
      low=\${best:-$low}; [ $((low + step)) -ge "$high" ] || high=$((low + step))
    done
    echo "path $low"
  fi
fi
wait`;

/** How a host reaches an address or name: iputils ping(8), ip-route(8), ip-neighbour(8), TCP by bash, getent(1). Within about nine seconds. */
export function reaches(to: string, name: string, ports: readonly number[]): Read<Reached> {
  return read({ argv: shell('reach', BODY, to, name, ...ports.map(String)), parse: parseReached });
}

export function parseReached(output: string): Reached {
  const lines = (key: string) => [...output.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].map((match) => match[1] ?? '');
  const ping = lines('ping').join('\n');
  const [, sent = '0', received = '0'] = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(ping) ?? [];
  const average = /= [\d.]+\/([\d.]+)\//.exec(ping)?.[1];
  const route = lines('route')[0] ?? '';
  const dev = / dev (\S+)/.exec(route)?.[1];
  const via = / via (?:inet6 )?(\S+)/.exec(route)?.[1];
  const src = / src (\S+)/.exec(route)?.[1];
  const neighbour = /\b([A-Z]{4,})\s*$/.exec(lines('neigh')[0] ?? '')?.[1];
  const trouble = lines('trouble')[0] ?? (dev ? undefined : /(?:answers|Error): (.*?)\s*$/.exec(route)?.[1]);
  const size = (key: string) => {
    const text = lines(key)[0];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const linkMtu = size('link');
  const pathMtu = size('path');
  return {
    address: lines('address')[0] ?? '',
    sent: Number(sent),
    received: Number(received),
    ...(average ? { average: Number(average) } : {}),
    ...(dev ? { route: { dev, ...(via ? { via } : {}), ...(src ? { src } : {}) } } : {}),
    ...(neighbour ? { neighbour } : {}),
    ...(linkMtu === undefined ? {} : { linkMtu }),
    ...(pathMtu === undefined ? {} : { pathMtu }),
    told: lines('told').length > 0,
    ports: new Map(lines('port').flatMap(parsePort)),
    ...(/^named$/m.test(output) ? { names: lines('name') } : {}),
    ...(trouble ? { trouble } : {}),
  };
}

/** `PORT EXIT WHAT-BASH-SAID`; timeout(1) ends with 124. */
function parsePort(line: string): [number, PortState][] {
  const [, port, exit, said = ''] = /^(\d+) (\d+) ?(.*)$/.exec(line) ?? [];
  if (port === undefined) return [];
  const state = exit === '0' ? 'open' : exit === '124' ? 'silent' : /refused/i.test(said) ? 'refused' : 'unreachable';
  return [[Number(port), state]];
}
