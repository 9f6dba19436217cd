import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { USERS } from './users.ts';

/** What is against formatting a device: signatures (`wipefs -n`), what is stacked on it, swap, mounts that only the kernel knows, and guests that use it as it is. */
const SIGNS = `${USERS}
set -eu; d=$(readlink -f -- "$1"); n=\${d##*/}; w=$(wipefs -n -- "$d"); printf '%s\\n' "$w" | sed '1d; s/^/signature /'
for h in /sys/class/block/"$n"/holders/* ; do [ -e "$h" ] && echo "holder \${h##*/}"; done
for p in /sys/class/block/"$n"/"$n"*; do [ -e "$p/partition" ] && echo "partition \${p##*/}"; done
while read -r f r; do [ "$f" != "$d" ] || echo "swap"; done </proc/swaps
while read -r s m r; do [ "$s" != "$d" ] || echo "mounted $m"; done </proc/mounts
[ ! -r /sys/class/block/"$n"/loop/backing_file ] || [ -s /sys/class/block/"$n"/loop/backing_file ] || echo "loop without a file"
[ "$(cat /sys/class/block/"$n"/ro)" = 0 ] || echo "read-only"
users "$d"`;

/** What is on a device, a line each; none where it is empty and free. */
export function signs(device: string): Read<readonly string[]> {
  return read({
    argv: shell('disk-signs', SIGNS, device),
    parse: (output) => output.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().replace(/\s+/g, ' ')])),
  });
}

/** Looks once more at the last moment: between approval and this step somebody may have written to it. */
const FORMAT = `${USERS}
set -eu; found=$(wipefs -n -- "$1"; users "$1"); [ -z "$found" ] || { echo "$1 is not empty: $found" >&2; exit 1; }
case $2 in ext4) mkfs.ext4 -q -L "$3" "$1";; xfs) mkfs.xfs -q -L "$3" "$1";; esac`;

/** Makes a file system on an empty device. */
export function format(device: string, type: 'ext4' | 'xfs', label: string): Argv {
  return shell('disk-format', FORMAT, device, type, label);
}

/** The type of file system a device holds, read from the device itself: for a wait. */
export const typeOn = (device: string) => ({ argv: ['blkid', '-p', '-s', 'TYPE', '-o', 'value', '--', device] as const, exits: [2] });
