import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A key of an authorized_keys file. `line`: as it stands there, with its options. */
export interface Key {
  readonly line: string;
  readonly bits: number;
  readonly fingerprint: string;
  readonly type: string;
  readonly comment: string;
}
export interface Keys {
  readonly keys: readonly Key[];
  /** Lines that ssh-keygen does not take. */
  readonly odd: number;
  /** Where sshd looks for keys, as `sshd -T` says; empty where it cannot be asked. */
  readonly where: string;
  /** The key by which the bot itself came in; empty where that is not on record. */
  readonly own: string;
}

/** The connection of an ancestor is looked up in what sshd noted: sudo passes its environment on to nobody. */
const OWN = `p=$$ c=; i=0
while [ $i -lt 8 ] && [ "$p" -gt 1 ]; do
  c=$(tr '\\000' '\\n' 2>/dev/null <"/proc/$p/environ" | sed -n 's/^SSH_CONNECTION=//p'); [ -n "$c" ] && break
  p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status" 2>/dev/null); [ -n "$p" ] || break; i=$((i + 1))
done
if [ -n "$c" ]; then set -- $c; timeout 4 journalctl --no-pager -o cat -t sshd -t sshd-session -r -n 1 --grep "^Accepted publickey for .* from $1 port $2 " 2>/dev/null | sed -n 's/.*\\(SHA256:[A-Za-z0-9+/]*\\).*/\\1/p'; fi`;

const BODY = `set -u; u=$1
f=$(getent passwd "$u" | cut -d: -f6)/.ssh/authorized_keys
echo "== where"; PATH=$PATH:/usr/sbin; sshd -T 2>/dev/null | sed -n 's/^authorizedkeysfile //p'
echo "== keys"
[ -f "$f" ] && head -c 400000 "$f" | head -n 200 | while IFS= read -r l || [ -n "$l" ]; do
  case $l in ''|'#'*) continue;; esac
  printf 'k %s\\n' "$l"; printf 'f %s\\n' "$(printf '%s\\n' "$l" | timeout 2 ssh-keygen -lf - 2>/dev/null | head -n 1)"
done
echo "== own"; ${OWN}
exit 0`;

/** The keys that open an account, from its authorized_keys. */
export function keysOf(user: string): Read<Keys> {
  return read({ argv: shell('user-keys', BODY, user), parse: parseKeys });
}

export function parseKeys(output: string): Keys {
  const [, where = '', keys = '', own = ''] = /== where\n([\s\S]*?)== keys\n([\s\S]*?)== own\n([\s\S]*)$/.exec(output) ?? [];
  const lines = keys.split('\n');
  const all = lines.flatMap((line, i) => (line.startsWith('k ') ? [keyOf(line.slice(2), lines[i + 1] ?? '')] : []));
  const found = all.filter((key) => key !== undefined);
  return { keys: found, odd: all.length - found.length, where: where.trim(), own: own.trim() };
}

/** `256 SHA256:… comment (ED25519)`, as ssh-keygen(1) -l writes it. */
function keyOf(line: string, said: string): Key | undefined {
  const [, bits, fingerprint, comment = '', type] = /^(?:f )?(\d+) (SHA256:\S+) (.*) \(([A-Za-z0-9-]+)\)\s*$/.exec(said) ?? [];
  return bits && fingerprint && type ? { line, bits: Number(bits), fingerprint, comment: comment === 'no comment' ? '' : comment, type } : undefined;
}

/** What a host's ssh-keygen makes of a key that is to be added; undefined where it takes it for none. */
export function keyCheck(line: string): Read<Key | undefined> {
  return read({
    argv: shell('key-check', 'timeout 5 ssh-keygen -lf - 2>/dev/null | head -n 1'),
    stdin: `${line}\n`,
    exits: [1, 255],
    parse: (output) => keyOf(line, output.trimEnd()),
  });
}

/** Done as the account itself, so that nothing in its home leads root elsewhere; beside the file first, then by rename. */
const CHANGE = `set -eu; umask 077; do=$1 fp=$2
h=$(getent passwd "$(id -un)" | cut -d: -f6); d=$h/.ssh f=$h/.ssh/authorized_keys
[ -d "$h" ] || { echo "there is no home folder $h"; exit 1; }
[ -d "$d" ] || { [ "$do" = add ] && mkdir -m 700 "$d"; }
if [ -L "$f" ]; then f=$(readlink -f -- "$f"); fi
t=$(mktemp "$d/.hostler.XXXXXX"); trap 'rm -f "$t"' EXIT
if [ "$do" = add ]; then
  k=$(cat); printf '%s\\n' "$k" | ssh-keygen -lf - >/dev/null
  if [ -f "$f" ]; then cat "$f" >"$t"; fi
  if [ -s "$t" ] && [ -n "$(tail -c 1 "$t")" ]; then echo >>"$t"; fi
  printf '%s\\n' "$k" >>"$t"
else
  while IFS= read -r l || [ -n "$l" ]; do
    g=; case $l in ''|'#'*) ;; *) g=$(printf '%s\\n' "$l" | ssh-keygen -lf - 2>/dev/null | cut -d' ' -f2) || g=;; esac
    [ "$g" = "$fp" ] || printf '%s\\n' "$l" >>"$t"
  done <"$f"
fi
if [ -f "$f" ]; then chmod --reference="$f" "$t"; else chmod 600 "$t"; fi
if [ -s "$t" ]; then mv -f "$t" "$f"; else rm -f "$f" "$t"; rmdir "$d" 2>/dev/null || :; fi`;

const AS = `set -eu; u=$1 body=$2; shift 2; PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -un)" = "$u" ]; then exec sh -c "$body" sh "$@"; fi
cd /; exec runuser -u "$u" -- sh -c "$body" sh "$@"`;

/** Adds the key that standard input brings; fails where ssh-keygen does not take it. */
export function addKey(user: string): Argv {
  return shell('key-add', AS, user, CHANGE, 'add', '');
}

/** Removes every line with this key. */
export function removeKey(user: string, fingerprint: string): Argv {
  return shell('key-remove', AS, user, CHANGE, 'remove', fingerprint);
}

/** `yes` or `no`: whether this key opens an account. For waits. */
export function keyThere(user: string, fingerprint: string): Argv {
  const body = `f=$(getent passwd "$1" | cut -d: -f6)/.ssh/authorized_keys
if [ -f "$f" ] && ssh-keygen -lf "$f" 2>/dev/null | grep -qF -- " $2 "; then echo yes; else echo no; fi`;
  return shell('key-there', body, user, fingerprint);
}
