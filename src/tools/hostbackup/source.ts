import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** What is wrong with what is to be backed up. */
export interface Source {
  /** Mount points that the host's own configuration names at or above a path, and that are not mounted. */
  readonly unmounted: readonly string[];
  /** Paths that hold no file. */
  readonly empty: readonly string[];
}

/**
 * Functions for a script: `gone PATH` prints the mount points that fstab(5) or a unit (systemd.mount(5)) of the host's owner names at or above a path and that are
 * not mounted; `holds PATH`: whether there is a file in it.
 */
export const SOURCE = `declared() { { awk '$1 !~ /^#/ && $2 ~ /^\\// && $3 != "swap" { print $2 }' /etc/fstab | sed 's/\\\\\\([0-7]\\{3\\}\\)/\\\\0\\1/g' | while IFS= read -r m; do printf '%b\\n' "$m"; done
  for f in /etc/systemd/system/*.mount /run/systemd/system/*.mount /usr/local/lib/systemd/system/*.mount; do sed -n 's/^Where *= *//p' "$f"; done; } 2>/dev/null | sort -u; }
# The look into it has an automount do its work; others, which may hang, are not looked at.
gone() { at=$(readlink -m -- "$1"); declared | while IFS= read -r m; do m=\${m%/}; [ -n "$m" ] || continue; d=$(readlink -m -- "\${m%/*}/"); m=\${d%/}/\${m##*/}
  case \${at%/}/ in "$m"/*) [ -f "$m" ] || { [ -d "$m/." ] && mountpoint -q -- "$m"; } || printf '%s\\n' "$m";; esac; done; }
holds() { [ -n "$(find "$1" ! -type d -print -quit 2>/dev/null)" ]; }`;

const LOOK = `set -u; ${SOURCE}
for p; do m=$(gone "$p"); if [ -n "$m" ]; then printf '%s\\n' "$m" | sed 's/^/unmounted /'; elif [ -e "$p" ] && ! holds "$p"; then printf 'empty %s\\n' "$p"; fi; done; exit 0`;

/** Whether what is to be backed up is there: a folder that is only the place of a disk is as good as none. */
export function sourceOf(paths: readonly string[]): Read<Source> {
  return read({ argv: shell('backup-source', LOOK, ...paths), parse: parseSource });
}

export function parseSource(output: string): Source {
  const of = (word: string) => [...new Set(output.split('\n').flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : [])))];
  return { unmounted: of('unmounted'), empty: of('empty') };
}

/**
 * `begin PATH… --`: ends the script where a path is not there, or is empty though it held files at the last good run, or none of them holds a file; `$meant`: it may
 * be empty. `filled`: those that hold files.
 */
export const BEGIN = `refuse() { echo "$1; nothing was done" >&2; exit 66; }
filled=; empty=
begin() { while [ "$1" != -- ]; do
    m=$(gone "$1"); [ -z "$m" ] || { echo "$1 is on $m, which is not mounted; nothing was done" >&2; exit 69; }
    [ -e "$1" ] || refuse "$1 is not there"
    if holds "$1"; then filled="$filled$1
"; else empty="$empty $1"
      if [ -z "$meant" ] && [ -r "$state/filled" ] && grep -Fqx -- "$1" "$state/filled"; then refuse "$1 held files at the last backup, and holds none now"; fi
    fi; shift; done
  [ -n "$filled$meant" ] || refuse "there is no file in$empty"
  [ -z "$empty" ] || echo "WARNING: there is no file in$empty"; }
# Half of a copy and more does not go unasked; what is replaced by as much is no loss.
shrinks() { [ "$1" = rsync ] && [ -z "$meant" ] || return 0; shift
  seen=$(rsync --dry-run --no-human-readable "$@" 2>&1); c=$?
  case $c in 0|23|24) ;; *) printf '%s\\n' "$seen" | tail -n 20 >&2; exit "$c";; esac
  count() { printf '%s\\n' "$seen" | tr '\\r' '\\n' | sed -n "s/^Number of $1: \\([0-9.,]*\\).*/\\1/p" | tr -d .,; }
  all=$(count files); new=$(count 'created files'); go=$(count 'deleted files'); had=$((\${all:-0} - \${new:-0} + \${go:-0}))
  [ $((\${all:-0} * 2)) -ge "$had" ] || refuse "of the $had files and folders of the copy \${go:-0} would go, and only \${all:-0} be left"; }`;
