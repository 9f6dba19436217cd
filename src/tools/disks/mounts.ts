import { z } from 'zod';
import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** A mounted file system as findmnt(8) shows it. */
export interface MountPoint {
  readonly path: string;
  readonly source: string;
  readonly type: string;
  readonly options: string;
}

/** Real file systems that are mounted, in the order they were. */
export function mountPoints(): Read<readonly MountPoint[]> {
  return read({ argv: ['findmnt', '-J', '-l', '--real', '-o', 'TARGET,SOURCE,FSTYPE,OPTIONS'], exits: [1], parse: parseMountPoints });
}

const shape = z.object({
  filesystems: z.array(z.object({ target: z.string(), source: z.string().nullable(), fstype: z.string().nullable(), options: z.string().nullable() })),
});

export function parseMountPoints(output: string): MountPoint[] {
  if (output.trim() === '') return [];
  return shape.parse(JSON.parse(output)).filesystems.map(({ target, source, fstype, options }) => ({
    path: target,
    source: (source ?? '').replace(/\[.*\]$/, ''), // a subvolume or a folder that is bound stands behind it
    type: fstype ?? '',
    options: options ?? '',
  }));
}

/** How full a file system is. Sizes in bytes. */
export interface Usage {
  readonly source: string;
  readonly type: string;
  readonly size: number;
  readonly used: number;
  readonly free: number;
  readonly inodes: number;
  readonly inodesUsed: number;
  readonly path: string;
  /** It is of another host, which may not answer. */
  readonly remote?: true;
}

/** df(1) hangs where a server of NFS does; then only local file systems are told. */
const USAGE = `x='-x tmpfs -x devtmpfs -x overlay -x squashfs -x efivarfs -x ramfs'; o=--output=source,fstype,size,used,avail,itotal,iused,target
timeout 6 df -B1 $x $o 2>/dev/null || { [ $? -ne 124 ] || { echo "== local only"; timeout 3 df -l -B1 $x $o; } } || :`;

/** File systems with how full they are. `partial`: only local ones, as asking for all took too long. */
export function usage(): Read<{ readonly all: readonly Usage[]; readonly partial: boolean }> {
  return read({ argv: shell('disk-usage', USAGE), parse: parseUsage });
}

export function parseUsage(output: string): { all: Usage[]; partial: boolean } {
  const [whole = '', local] = output.split('== local only\n');
  const all = (local ?? whole).split('\n').flatMap((line): Usage[] => {
    const [, source, type, ...rest] = /^(.+?)\s+(\S+)\s+(\d+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(\d+|-)\s+(\/.*)$/.exec(line) ?? [];
    const [size, used, free, inodes, inodesUsed] = rest.map((word) => Number(word) || 0);
    const path = rest[5];
    return source && type && path
      ? [{ source, type, size: size ?? 0, used: used ?? 0, free: free ?? 0, inodes: inodes ?? 0, inodesUsed: inodesUsed ?? 0, path }]
      : [];
  });
  return { all, partial: local !== undefined };
}

/** A process that keeps a file system busy. */
export interface Holder {
  readonly pid: number;
  readonly program: string;
}

/** Processes with a folder, program or open file below a path: proc(5). Wildcards in the path would be followed; there are none. */
const HOLDERS = `find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd -maxdepth 1 -type l \\( -lname "$1" -o -lname "$1/*" \\) -printf '%p\\n' 2>/dev/null |
cut -d/ -f3 | sort -nu | head -n 50 | while read -r p; do [ "$p" = "$$" ] || printf '%s %s\\n' "$p" "$(cat "/proc/$p/comm" 2>/dev/null)"; done
for b in /sys/block/*/loop/backing_file; do [ -r "$b" ] || continue; f=$(cat "$b"); case $f in "$1"/*) printf 'loop %s\\n' "$f";; esac; done
while read -r f t r; do case $f in "$1"/*) printf 'swap %s\\n' "$f";; esac; done </proc/swaps`;

/** Who uses a file system: processes, files that are loop devices, and swap files. */
export function holders(path: string): Read<{ readonly processes: readonly Holder[]; readonly files: readonly string[] }> {
  return read({ argv: shell('mount-holders', HOLDERS, path), parse: parseHolders });
}

export function parseHolders(output: string): { processes: Holder[]; files: string[] } {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return {
    processes: lines.flatMap((line) => {
      const [, pid, program] = /^(\d+) (.*)$/.exec(line) ?? [];
      return pid ? [{ pid: Number(pid), program: program || '?' }] : [];
    }),
    files: lines.flatMap((line) => /^(?:loop|swap) (.+)$/.exec(line)?.[1] ?? []),
  };
}

/** Mounts a file system by its UUID; the folder is made when there is none. */
export function mountByUuid(uuid: string, path: string, type: string, options: string): Argv {
  return shell('mount-at', 'set -eu; mkdir -p -- "$2"; mount -t "$3" -o "$4" -- "UUID=$1" "$2"', uuid, path, type, options);
}

export function unmount(path: string): Argv {
  return ['umount', '--', path];
}

/** The path itself where something is mounted on it, else nothing: for a wait. */
export const isMounted = (path: string) => ({ argv: ['findmnt', '-n', '-o', 'TARGET', '-M', path] as const, exits: [1] });
