import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { sized } from './pools.ts';

/** A file system or volume (zvol). Sizes in bytes; older programs round them. */
export interface Dataset {
  readonly name: string;
  readonly type: string;
  readonly used: number;
  readonly available: number;
  readonly referenced: number;
  readonly mountpoint: string;
  readonly compression: string;
  /** Of a volume only. */
  readonly volsize: number;
  readonly volblocksize: number;
  readonly refreservation: number;
  readonly bySnapshots: number;
}

const COLUMNS = 'name,type,used,available,referenced,mountpoint,compressratio,volsize,volblocksize,refreservation,usedbysnapshots';
/** Old programs have no -p. */
const LIST = `p=$1; [ "$p" != - ] || p=; zfs list -Hp -t filesystem,volume -o ${COLUMNS} \${p:+-r "$p"} 2>/dev/null || zfs list -H -t filesystem,volume -o ${COLUMNS} \${p:+-r "$p"}`;

/** Datasets of a pool, or of all of them. */
export function datasets(pool?: string): Read<readonly Dataset[]> {
  return read({ argv: shell('zfs-datasets', LIST, pool ?? '-'), parse: parseDatasets });
}

export function parseDatasets(output: string): Dataset[] {
  return output.split('\n').flatMap((line): Dataset[] => {
    const [name, type, ...rest] = line.split('\t');
    const [used, available, referenced, mountpoint, compression, volsize, volblocksize, refreservation, bySnapshots] = rest;
    if (!name || !type || bySnapshots === undefined) return [];
    return [
      {
        name,
        type,
        used: sized(used ?? ''),
        available: sized(available ?? ''),
        referenced: sized(referenced ?? ''),
        mountpoint: mountpoint ?? '',
        compression: compression ?? '',
        volsize: sized(volsize ?? ''),
        volblocksize: sized(volblocksize ?? ''),
        refreservation: sized(refreservation ?? ''),
        bySnapshots: sized(bySnapshots),
      },
    ];
  });
}

/** A snapshot, the oldest first. */
export interface Snapshot {
  readonly name: string;
  readonly used: number;
  readonly referenced: number;
  /** When, as the program tells it: seconds since the epoch, or a date. */
  readonly made: string;
}

const SNAPSHOTS = `d=$1; [ "$d" != - ] || d=; o='-t snapshot -s creation -o name,used,referenced,creation'
zfs list -Hp $o \${d:+-r "$d"} 2>/dev/null || zfs list -H $o \${d:+-r "$d"}`;

/** Snapshots of a dataset and those below it, or of all. */
export function snapshots(dataset?: string): Read<readonly Snapshot[]> {
  return read({ argv: shell('zfs-snapshots', SNAPSHOTS, dataset ?? '-'), parse: parseSnapshots });
}

export function parseSnapshots(output: string): Snapshot[] {
  return output.split('\n').flatMap((line): Snapshot[] => {
    const [name, used, referenced, made] = line.split('\t');
    return name?.includes('@') && made ? [{ name, used: sized(used ?? ''), referenced: sized(referenced ?? ''), made: made.trim() }] : [];
  });
}

/** A moment of that kind for people: minutes in UTC, or as the program said it. */
export function madeAt(made: string): string {
  return /^\d+$/.test(made) ? new Date(Number(made) * 1000).toISOString().slice(0, 16).replace('T', ' ') : made;
}

export function snapshot(name: string): Argv {
  return ['zfs', 'snapshot', name];
}

/** Only what has an @ in it is destroyed: a snapshot. */
export function destroySnapshot(name: string): Argv {
  return shell('zfs-destroy-snapshot', 'case $1 in *@*) exec zfs destroy "$1";; esac; echo "not a snapshot: $1" >&2; exit 1', name);
}

/** Without -r the program itself refuses when newer snapshots would be lost. */
export function rollback(name: string): Argv {
  return ['zfs', 'rollback', name];
}

const HAS = `if out=$(zfs list -H -t snapshot -o name "$1" 2>&1); then printf '%s\\n' "$out"; exit 0; fi
case $out in *'does not exist'*) ;; *) echo "$out" >&2; exit 1;; esac`;

/** The snapshot's name while there is one, else nothing: for a wait. */
export const hasSnapshot = (name: string) => ({ argv: shell('zfs-has-snapshot', HAS, name) });
