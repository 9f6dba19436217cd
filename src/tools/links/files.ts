import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import type { Files } from './conf.ts';

/** POSIX sh: `EXTRA PATTERN…`: text files without those that hold secrets, a line `F ENDED PATH` before each and a space before each of its lines. */
const BODY = `set -u; extra=$1; shift
for f in $*; do
  [ -f "$f" ] || continue
  if grep -Eiq '^[[:space:]]*([a-z0-9-]+[- ])?(psk|password|passwd|passphrase|private-?key|preshared-?key|wep-key[0-9]|secret)[[:space:]]*[=:]|^[[:space:]]*(wpa-(psk|password|passphrase|wep-key[0-9]|private-key-passwd)|wireless-key[0-9]?)[[:space:]]' "$f"; then echo "S 1 $f"; continue; fi
  printf 'F %s %s\\n' "$(tail -c 1 "$f" | wc -l | tr -d ' ')" "$f"; sed 's/^/ /' "$f"; [ -z "$(tail -c 1 "$f")" ] || echo
done
if [ "$extra" = netplan ]; then echo 'F 1 netplan get'; netplan get | sed -E '/^ *"?([a-z-]*password|psk|key|private|shared|secret)"?:/d; s/^/ /'; fi`;

/** The files that these patterns of the shell name; `extra`: also what `netplan get` says. Files with secrets in them are not read. */
export function filesLike(patterns: readonly string[], extra: 'netplan' | '' = ''): Read<Files> {
  return read({ argv: shell('links-files', BODY, extra, ...patterns), parse: parseFiles });
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
