import type { Backup, BackupStore } from './backups.ts';
import { CLUSTER_TOKEN, filesOf } from './pbs/practice.ts';
import { type Datastore, type Snapshot, type SnapshotId, snapshotPath } from './pbs/world.ts';
import type { Config } from './world.ts';

/** The root namespace of a backup server's datastore, as the storage of that name in a cluster shows it. */
export function datastoreBackups(storage: string, store: Datastore): BackupStore {
  const configs = new Map<string, Config>();
  const volidOf = (snapshot: Snapshot) => `${storage}:backup/${snapshotPath(snapshot)}`;
  const find = (volid: string) => store.list({ ns: '' }).find((snapshot) => volidOf(snapshot) === volid);
  const shown = (snapshot: Snapshot): Backup => {
    const volid = volidOf(snapshot);
    const config = configs.get(volid);
    return {
      ...{ volid, vmid: Number(snapshot.id), at: snapshot.time, size: snapshot.size, protected: snapshot.protected },
      ...(snapshot.comment === undefined ? {} : { notes: snapshot.comment }),
      ...(snapshot.verification ? { verification: snapshot.verification.state } : {}),
      ...(config ? { config } : {}),
    };
  };
  const known = (volid: string): SnapshotId => {
    const found = find(volid);
    if (!found) throw new Error(`volume '${volid}' does not exist`);
    return found;
  };
  return {
    list: () =>
      store
        .list({ ns: '' })
        .filter(({ type }) => type !== 'host')
        .map(shown),
    find(volid) {
      const found = find(volid);
      return found ? shown(found) : undefined;
    },
    add({ volid, vmid, at, size, notes, config, ...rest }) {
      const type = volid.includes(':backup/ct/') ? 'ct' : 'vm';
      const base = { ns: '', type, id: String(vmid), time: at, size, owner: CLUSTER_TOKEN, protected: rest.protected ?? false } as const;
      store.add({ ...base, files: filesOf(type, size), ...(notes === undefined ? {} : { comment: notes }) });
      if (config) configs.set(volid, config);
    },
    remove: (volid) => store.remove(known(volid)),
    change: (volid, { notes, protected: on }) =>
      store.edit(known(volid), { ...(notes === undefined ? {} : { comment: notes }), ...(on === undefined ? {} : { protected: on }) }),
  };
}
