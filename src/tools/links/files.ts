import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import type { Files } from './conf.ts';

/**
 * POSIX sh: `EXTRA PATTERN…`: text files, a line `F ENDED PATH` before each and a space before each of its lines; of those that hold secrets, after `S 1 PATH`,
 * only which links they are about: by name, or, where NetworkManager's is bound to none, by where it is in use.
 */
const BODY = `set -u; extra=$1; shift
for f in $*; do
  [ -f "$f" ] || continue
  if grep -Eiq '^[[:space:]]*([a-z0-9-]+[- ])?(psk|password|passwd|passphrase|private-?key|preshared-?key|wep-key[0-9]|secret)[[:space:]]*[=:]|^[[:space:]]*(wpa-(psk|password|passphrase|wep-key[0-9]|private-key-passwd)|wireless-key[0-9]?)[[:space:]]' "$f"; then
    echo "S 1 $f"; names=$(sed -n 's/^[[:space:]]*\\(uuid\\|interface-name\\|Name\\)[[:space:]]*=[[:space:]]*\\([A-Za-z0-9_.:-]*\\)[[:space:]]*$/ \\1=\\2/p' "$f"); [ -z "$names" ] || printf '%s\\n' "$names"
    case $f in */system-connections/*) case $names in *interface-name=*) ;; *)
      u=$(printf '%s\\n' "$names" | sed -n 's/^ uuid=//p' | head -n 1); [ -z "$u" ] || up=$(nmcli -t -f UUID,DEVICE connection show --active) || exit 1
      [ -z "$u" ] || printf '%s\\n' "$up" | sed -n "s/^$u:\\(..*\\)\\$/ interface-name=\\1/p" ;;
    esac ;; esac
    continue
  fi
  [ -r "$f" ] || { echo "$f cannot be read" >&2; exit 1; }
  printf 'F %s %s\\n' "$(tail -c 1 "$f" | wc -l | tr -d ' ')" "$f"; sed 's/^/ /' "$f"; [ -z "$(tail -c 1 "$f")" ] || echo
done
if [ "$extra" = netplan ]; then echo 'F 1 netplan get'; all=$(netplan get) || exit 1; printf '%s\\n' "$all" | sed -E '/^ *"?([a-z-]*password|psk|key|private|shared|secret)"?:/d; s/^/ /'; fi`;

/** A file with secrets in it, and the links it is about: it is not read, and so cannot be written either. */
export interface Sealed {
  readonly path: string;
  readonly links: readonly string[];
}

/** The files that these patterns of the shell name; `extra`: also what `netplan get` says. Files with secrets in them are not read. */
export function filesLike(patterns: readonly string[], extra: 'netplan' | '' = ''): Read<{ readonly files: Files; readonly sealed: readonly Sealed[] }> {
  return read({ argv: shell('links-files', BODY, extra, ...patterns), parse: (output) => ({ files: parseFiles(output), sealed: parseSealed(output) }) });
}

export function parseSealed(output: string): Sealed[] {
  return output.split(/^(?=[FS] [01] )/m).flatMap((part) => {
    const path = /^S [01] (.*)$/m.exec(part.split('\n')[0] ?? '')?.[1];
    return path === undefined ? [] : [{ path, links: [...part.matchAll(/^ (?:interface-name|Name)=(\S+)$/gm)].map(([, name = '']) => name) }];
  });
}

export function parseFiles(output: string): Files {
  const found = new Map<string, string>();
  for (const part of output.split(/^(?=[FS] [01] )/m)) {
    const [head = '', ...lines] = part.split('\n');
    const [, kind, ended, path] = /^([FS]) ([01]) (.*)$/.exec(head) ?? [];
    // The links of ifupdown stand in one file: what is not read would be written over.
    if (kind === 'S' && path?.startsWith('/etc/network/')) throw new Error(`${path} holds a secret, and is not read`);
    if (kind !== 'F' || path === undefined) continue;
    const text = lines
      .filter((line, i) => i < lines.length - 1 || line !== '')
      .map((line) => line.slice(1))
      .join('\n');
    found.set(path, text === '' && lines.length <= 1 ? '' : ended === '1' ? `${text}\n` : text);
  }
  return found;
}
