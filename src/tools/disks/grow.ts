import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** A partition: the disk it is on, and its number; undefined for what is none. sysfs. */
const PART = `d=$(readlink -f -- "$1"); n=\${d##*/}; [ -r "/sys/class/block/$n/partition" ] || exit 0
p=$(readlink -f -- "/sys/class/block/$n/.."); echo "/dev/\${p##*/} $(cat "/sys/class/block/$n/partition")"`;

export function partitionOf(device: string): Read<{ readonly disk: string; readonly number: string } | undefined> {
  return read({
    argv: shell('partition-of', PART, device),
    parse(output) {
      const [disk, number] = output.trim().split(' ');
      return disk && number ? { disk, number } : undefined;
    },
  });
}

/** What growpart(1) would do, in sectors of 512 bytes; `grows` is false where it says NOCHANGE. */
export interface Growth {
  readonly grows: boolean;
  readonly from: number;
  readonly to: number;
  readonly said: string;
}

export function growthOf(disk: string, number: string): Read<Growth> {
  return read({ argv: ['growpart', '-N', disk, number], exits: [1], parse: parseGrowth });
}

export function parseGrowth(output: string): Growth {
  const said = output.split('\n')[0] ?? '';
  const [, from, to] = /^CHANGE: .*old: size=(\d+) .*new: size=(\d+)/.exec(said) ?? [];
  if (from && to) return { grows: true, from: Number(from), to: Number(to), said };
  const same = /^NOCHANGE: partition \S+ is size (\d+)/.exec(said)?.[1];
  if (!said.startsWith('NOCHANGE')) throw new Error(`growpart: ${said}`);
  return { grows: false, from: Number(same ?? 0), to: Number(same ?? 0), said };
}

export function growPartition(disk: string, number: string): Argv {
  return ['growpart', disk, number];
}

/** The size a mounted file system itself has, in bytes: of its own superblock, as df(1) leaves out what it needs for itself. */
const SIZE = `case $1 in
ext[234]) dumpe2fs -h -- "$2" 2>/dev/null | awk -F: '/^Block count/{c=$2} /^Block size/{s=$2} END{if (!c || !s) exit 1; printf "%d\\n", c*s}';;
xfs) xfs_info "$3" | sed -n 's/^data .*bsize=\\([0-9]*\\) *blocks=\\([0-9]*\\).*/\\1 \\2/p' | { read -r s c && echo $((s * c)); };;
btrfs) btrfs filesystem usage -b "$3" | sed -n 's/^ *Device size: *\\([0-9]*\\).*/\\1/p' | grep .;;
esac`;

export const FS_SIZE = (type: string, device: string, path: string) => ({ argv: shell('fs-size', SIZE, type, device, path) });

export function fsSize(type: string, device: string, path: string): Read<number> {
  return read({ ...FS_SIZE(type, device, path), parse: sizeOf });
}

function sizeOf(output: string): number {
  const size = Number(output.trim());
  if (!(size > 0)) throw new Error('the file system does not say its size');
  return size;
}

/** File systems that can be grown while they are mounted, and by what. */
export const GROWERS: { readonly [type: string]: { readonly programs: readonly string[]; argv(device: string, path: string): Argv } } = {
  ext4: { programs: ['resize2fs', 'dumpe2fs'], argv: (device) => ['resize2fs', device] },
  ext3: { programs: ['resize2fs', 'dumpe2fs'], argv: (device) => ['resize2fs', device] },
  xfs: { programs: ['xfs_growfs', 'xfs_info'], argv: (_device, path) => ['xfs_growfs', path] },
  btrfs: { programs: ['btrfs'], argv: (_device, path) => ['btrfs', 'filesystem', 'resize', 'max', path] },
};
