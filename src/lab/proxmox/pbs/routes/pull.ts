import { demand, may, storePath } from '../access.ts';
import { boolean, bytes, depth, integer, jobId, list, namespace, optional, storeName, text } from '../kinds.ts';
import { filesOf } from '../practice.ts';
import { PbsRefusal } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import { fullPath, type Snapshot, snapshotPath } from '../snapshot.ts';
import type { Script } from '../tasks.ts';
import { lookup, placeText } from './stores.ts';

const speed = optional(bytes);

/** What is pulled, and where to. Without `remote`, from another datastore of the same server. */
export interface Pull {
  readonly remote?: string;
  readonly remoteStore: string;
  readonly remoteNs: string;
  readonly store: string;
  readonly ns: string;
  readonly owner: string;
}

/** Copying backups from another server. The schema says it answers nothing, and it answers a UPID. */
export const PULL: readonly Route[] = [
  route(
    'POST',
    '/pull',
    {
      ...{ store: storeName, ns: optional(namespace), remote: optional(jobId), 'remote-store': storeName, 'remote-ns': optional(namespace) },
      ...{
        'remove-vanished': optional(boolean),
        'max-depth': optional(depth),
        'transfer-last': optional(integer(1)),
        'worker-threads': optional(integer(1, 32)),
      },
      ...{ 'encrypted-only': optional(boolean), 'verified-only': optional(boolean), 'resync-corrupt': optional(boolean) },
      ...{ 'group-filter': optional(list(text)), 'decryption-keys': optional(list(jobId)) },
      ...{ 'rate-in': speed, 'rate-out': speed, 'burst-in': speed, 'burst-out': speed },
    },
    (call) => {
      const { given, who, tasks } = call;
      demand(who, storePath(given.text('store'), given.text('ns')), 'Datastore.Backup');
      if (given.flag('remove-vanished', false)) demand(who, storePath(given.text('store'), given.text('ns')), 'Datastore.Prune');
      const remote = given.has('remote') ? { remote: given.text('remote') } : {};
      if (remote.remote !== undefined) demand(who, `/remote/${remote.remote}/${given.text('remote-store')}`, 'Remote.Read');
      lookup(call, given.text('store'), 'write');
      const pull = {
        ...remote,
        remoteStore: given.text('remote-store'),
        remoteNs: given.text('remote-ns'),
        store: given.text('store'),
        ns: given.text('ns'),
        owner: who.id,
      };
      return { data: tasks.start({ type: 'sync', worker: workerOf(pull), user: who.id, run: () => pullAll(call, pull) }) };
    },
  ),
];

/** `remote:store:store:namespace`, the id of a task that pulls. */
export function workerOf({ remote, remoteStore, store, ns }: Pull): string {
  return `${remote ?? '-'}:${remoteStore}:${store}:${ns}`;
}

/** The work of a pull: another server has one newer backup of every group, another datastore what it has. */
export function* pullAll({ world }: Call, pull: Pull): Script {
  const store = world.datastores.get(pull.store);
  if (!store) throw new Error(`no such datastore '${pull.store}'`);
  if (pull.ns !== '') store.namespaces.add(pull.ns);
  yield `Starting datastore sync job '${workerOf(pull)}'`;
  yield `sync datastore '${pull.store}' from '${pull.remote === undefined ? pull.remoteStore : `${pull.remote}/${pull.remoteStore}`}'`;
  yield `----`;
  yield `Syncing ${placeText(pull.remoteStore, pull.remoteNs)} into ${placeText(pull.store, pull.ns)}`;
  const remote = pull.remote === undefined ? undefined : world.remotes.get(pull.remote);
  if (pull.remote !== undefined && !remote) throw new Error(`no such remote '${pull.remote}'`);
  if (remote?.silent) throw new Error(`error trying to connect: tcp connect error: Connection timed out (os error 110)`);
  const found = remote
    ? store.groups({ ns: pull.ns }).map(([newest]) => newer(newest, world.now()))
    : (world.datastores.get(pull.remoteStore)?.list({ ns: pull.remoteNs }) ?? []);
  yield `found ${found.length} groups to sync`;
  for (const snapshot of found.toReversed()) {
    const copy = { ...snapshot, ns: pull.ns };
    const [latest] = store.list({ ns: pull.ns, type: copy.type, id: copy.id });
    if (latest && latest.time >= copy.time) {
      yield `skipped: 1 snapshot(s) (${snapshotPath(copy)}) - older than the newest snapshot present on sync target`;
      continue;
    }
    yield 1;
    yield `sync snapshot ${snapshotPath(copy)}`;
    for (const { filename } of copy.files) yield `sync archive ${filename}`;
    store.seed({ ...copy, owner: latest?.owner ?? pull.owner, protected: false });
    yield `sync snapshot ${fullPath(copy)} done`;
  }
  yield 'Finished syncing namespace, current progress: 1 groups, 1 snapshots';
  yield 'sync job finished successfully';
}

/** Throws unless somebody may run a job that writes as `owner`: as themselves, or with Modify. */
export function checkSync({ who }: Call, store: string, ns: string, owner: string): void {
  const path = storePath(store, ns);
  const self = owner === who.id || owner.split('!')[0] === who.id;
  if (!may(who, path, 'Datastore.Backup') || (!self && !may(who, path, 'Datastore.Modify')))
    throw new PbsRefusal(400, `permission check failed, '${who.id}' is missing access`);
}

function newer({ verification: _, damaged: __, ...last }: Snapshot, now: number): Snapshot {
  return { ...last, time: Math.max(last.time + 1, now - 600), files: filesOf(last.type, last.size) };
}
