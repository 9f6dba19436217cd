import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** Writes a file from standard input as a whole or not at all: beside it first, then by rename. It keeps the owner, mode and SELinux context of the file it replaces; a new one has this mode. */
export function putFile(path: string, mode = '0644'): Argv {
  return shell(
    'put-file',
    `set -eu; f=$1 m=$2; [ -L "$f" ] && f=$(readlink -f -- "$f"); d=$(dirname -- "$f"); mkdir -p -- "$d"; umask 077
t=$(mktemp -- "$d/.hostler.XXXXXX"); trap 'rm -f -- "$t"' EXIT; cat >"$t"
if [ -e "$f" ]; then chown --reference="$f" -- "$t"; chmod --reference="$f" -- "$t"; chcon --reference="$f" -- "$t" 2>/dev/null || :; else chmod -- "$m" "$t"; fi
sync -- "$t" 2>/dev/null || sync; mv -f -- "$t" "$f"`,
    path,
    mode,
  );
}

/** Removes a file; there need not be one. */
export function removeFile(path: string): Argv {
  return ['rm', '-f', '--', path];
}

/** The text of a file; undefined where there is none. */
export function fileText(path: string): Read<string | undefined> {
  return read({ argv: shell('get-file', 'if [ -e "$1" ]; then echo +; cat -- "$1"; else echo -; fi', path), parse: parseFile });
}

export function parseFile(output: string): string | undefined {
  return output.startsWith('+\n') ? output.slice(2) : undefined;
}
