import type { BackupSpec } from './spec.ts';
import type { Config } from './world.ts';

/** A backup on a storage; on one that is not shared, `node` has it. `config`: of the guest when it was made. */
export interface Backup extends BackupSpec {
  readonly config?: Config;
}

/** Where backups are kept. */
export interface BackupStore {
  list(): readonly Backup[];
  find(volid: string): Backup | undefined;
  /** Throws when it is not taken, with the message of the other side. */
  add(backup: Backup): void;
  remove(volid: string): void;
  change(volid: string, change: { readonly notes?: string; readonly protected?: boolean }): void;
}

/** Backups in memory. */
export function backupStore(backups: readonly Backup[]): BackupStore {
  const kept = [...backups];
  return {
    list: () => kept,
    find: (volid) => kept.find((one) => one.volid === volid),
    add: (backup) => void kept.push(backup),
    remove(volid) {
      const at = kept.findIndex((one) => one.volid === volid);
      if (at >= 0) kept.splice(at, 1);
    },
    change(volid, change) {
      const at = kept.findIndex((one) => one.volid === volid);
      const before = kept[at];
      if (before) kept[at] = { ...before, ...change };
    },
  };
}

/** Several stores as one: each takes what belongs to its storage, the first takes the rest. */
export function joined(rest: BackupStore, others: ReadonlyMap<string, BackupStore>): BackupStore {
  const of = (volid: string) => others.get(volid.split(':')[0] ?? '') ?? rest;
  return {
    list: () => [rest, ...others.values()].flatMap((store) => store.list()),
    find: (volid) => of(volid).find(volid),
    add: (backup) => of(backup.volid).add(backup),
    remove: (volid) => of(volid).remove(volid),
    change: (volid, change) => of(volid).change(volid, change),
  };
}
