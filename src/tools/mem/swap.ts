import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** Where a swap file would lie. Free in bytes. */
export interface SwapPlace {
  readonly exists: boolean;
  readonly fstype: string;
  readonly free: number;
  /** This btrfs can make swap files. */
  readonly btrfsCan: boolean;
}

const PLACE = `set -eu; [ ! -e "$1" ] || echo exists; d=$(dirname -- "$1"); [ -d "$d" ] || { echo "nofolder"; exit 0; }
echo "fs $(stat -f -c %T -- "$d") $(df -P -B1 -- "$d" | awk 'END{print $4}')"; findmnt -n -o FSTYPE -T "$d" | sed 's/^/type /'
btrfs filesystem mkswapfile --help >/dev/null 2>&1 && echo btrfs-can || :`;

export function swapPlace(path: string): Read<SwapPlace | undefined> {
  return read({
    argv: shell('swap-place', PLACE, path),
    parse(output) {
      const lines = output.split('\n');
      if (lines.includes('nofolder')) return undefined;
      return {
        exists: lines.includes('exists'),
        fstype:
          lines
            .find((line) => line.startsWith('type '))
            ?.slice(5)
            .trim() ?? '',
        free:
          Number(
            lines
              .find((line) => line.startsWith('fs '))
              ?.split(' ')
              .at(-1),
          ) || 0,
        btrfsCan: lines.includes('btrfs-can'),
      };
    },
  });
}

/** Makes a swap file and uses it; what is half made goes again. Holes are not allowed in it: swapon(8). */
const MAKE = `set -eu; f=$1; n=$2; umask 077; trap 'rm -f -- "$f"' EXIT
if [ "$3" = btrfs ]; then btrfs filesystem mkswapfile --size "$n" "$f" >/dev/null
else if [ "$3" = xfs ] || ! fallocate -l "$n" -- "$f"; then dd if=/dev/zero of="$f" bs=1M count=$((n / 1048576)) status=none; fi; chmod 600 -- "$f"; mkswap -- "$f" >/dev/null; fi
swapon -- "$f"; trap - EXIT`;

export function makeSwap(path: string, size: number, fstype: string): Argv {
  return shell('swap-make', MAKE, path, String(size), fstype);
}

/** Takes swap out of use; a file goes, too. */
const DROP = `set -eu; swapoff -- "$1"; [ ! -f "$1" ] || rm -f -- "$1"`;

export function dropSwap(path: string): Argv {
  return shell('swap-drop', DROP, path);
}

/** The line of /etc/fstab Hostler writes for a swap file. */
export function swapLine(path: string): string {
  return `${path} none swap sw,nofail 0 0`;
}

/** Paths in use as swap, one a line: for a wait. */
export const swapNames = { argv: ['swapon', '--noheadings', '--raw', '--show=NAME'] as const };
/** The path while it is in use as swap. */
export const isSwap = (path: string) => ({ argv: shell('is-swap', 'while read -r f r; do [ "$f" != "$1" ] || echo "$f"; done </proc/swaps', path) });
