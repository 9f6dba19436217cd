import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A tinc network of a host. `unit`: as systemd says, or whether its process runs where no unit does. */
export interface TincNet {
  readonly name: string;
  readonly unit: string;
  /** The name this host has there, and whom it connects to: tinc.conf(5). */
  readonly self: string;
  readonly peers: readonly string[];
  /** Its link and the addresses of that, as `ip -br addr` prints them. */
  readonly link: string;
  /** What `tinc dump nodes` (tinc 1.1) or the journal says, as it is. */
  readonly said: string;
}

/** Tinc on a host. */
export interface Tinc {
  readonly version: string;
  readonly nets: readonly TincNet[];
}

const BODY = `echo "version $(tincd --version 2>/dev/null | head -n 1)"
[ ! -d /etc/tinc ] || { [ -r /etc/tinc ] && [ -x /etc/tinc ]; } || { echo 'only root can read /etc/tinc' >&2; exit 1; }
for d in /etc/tinc/*/; do n=\${d%/}; n=\${n##*/}; [ -x "$d" ] || { [ ! -d "$d" ] || { echo "net $n"; echo 'said only root can read its folder'; }; continue; }
  d=\${d}tinc.conf; [ -e "$d" ] || continue; i=$(sed -n 's/^[[:space:]]*Interface[[:space:]]*=[[:space:]]*//Ip' "$d" | head -n 1)
  echo "net $n"; echo "unit $(systemctl is-active "tinc@$n" 2>/dev/null)"
  p=$(cat "/run/tinc.$n.pid" "/var/run/tinc.$n.pid" "/run/tinc/$n/pid" 2>/dev/null | head -n 1 | cut -d' ' -f1); [ -z "$p" ] || [ ! -d "/proc/$p" ] || echo "pid $p"
  sed -n 's/^[[:space:]]*\\(Name\\|ConnectTo\\)[[:space:]]*=[[:space:]]*/\\1 /Ip' "$d" | head -n 200
  echo "link $(timeout 2 ip -br addr show dev "\${i:-$n}" 2>/dev/null)"
  if command -v tinc >/dev/null; then timeout 3 tinc -n "$n" dump nodes 2>&1 | head -n 200 | sed 's/^/said /'
  else timeout 3 journalctl -q -u "tinc@$n" -n 5 -o cat --no-pager 2>/dev/null | sed 's/^/said /'; fi
done; exit 0`;

/** The networks of tinc(8) that are configured on a host. */
export function tinc(): Read<Tinc> {
  return read({ argv: shell('tinc', BODY), parse: parseTinc });
}

export function parseTinc(output: string): Tinc {
  const [head = '', ...nets] = output.split(/^net /m);
  return {
    version: /^version (?:tinc version )?(\S+)/m.exec(head)?.[1] ?? '',
    nets: nets.map((text) => {
      const all = (word: string) => text.split('\n').flatMap((line) => (line.toLowerCase().startsWith(`${word} `) ? [line.slice(word.length + 1).trim()] : []));
      const unit = all('unit')[0] ?? '';
      return {
        name: text.slice(0, text.indexOf('\n')),
        unit: unit !== 'active' && all('pid').length > 0 ? 'running' : unit,
        self: all('name')[0] ?? '',
        peers: all('connectto'),
        link: (all('link')[0] ?? '').replace(/\s+/g, ' '),
        said: all('said').join('\n'),
      };
    }),
  };
}
