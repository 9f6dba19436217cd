import { onlyOwn } from '../access.ts';
import { backupType, boolean, namespace, optional, safeId, storeName, text } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import { nsPath, type Snapshot, type SnapshotId, snapshotPath } from '../snapshot.ts';
import { GROUP, SNAPSHOT } from './shared.ts';
import { groupOf, lookup, sees, snapshotOf, storeOfGroup, typeOf } from './stores.ts';

const READ = { full: ['Datastore.Audit'], own: ['Datastore.Backup'], operation: 'read' } as const;
const CHANGE = { full: ['Datastore.Modify'], own: ['Datastore.Backup'], operation: 'write' } as const;
const REMOVE = { full: ['Datastore.Modify'], own: ['Datastore.Prune'], operation: 'write' } as const;

/** Snapshots: the list, deleting one, notes and protection. */
export const SNAPSHOTS: readonly Route[] = [
  route(
    'GET',
    '/admin/datastore/{store}/snapshots',
    { store: storeName, ns: optional(namespace), 'backup-type': optional(backupType), 'backup-id': optional(safeId) },
    (call) => {
      const { given, who } = call;
      const ns = given.text('ns');
      const limited = onlyOwn(who, given.text('store'), ns, READ.full, READ.own);
      const store = lookup(call, given.text('store'), 'read');
      const match = {
        ns,
        ...(given.has('backup-type') && { type: typeOf(given.text('backup-type')) }),
        ...(given.has('backup-id') && { id: given.text('backup-id') }),
      };
      // No order is promised: the oldest come first here, so that nobody relies on the newest being first.
      return {
        data: store
          .list(match)
          .toReversed()
          .filter(({ owner }) => sees(who, limited, owner))
          .map(row),
      };
    },
  ),
  route('DELETE', '/admin/datastore/{store}/snapshots', SNAPSHOT, (call) => {
    const id = snapshotOf(call.given);
    const store = storeOfGroup(call, id, REMOVE);
    if (!store.find(id)) throw bail(`removing backup snapshot "${diskPath(store.path, id)}" failed - No such file or directory (os error 2)`);
    store.remove(id);
    return { data: null };
  }),
  route('GET', '/admin/datastore/{store}/notes', SNAPSHOT, (call) => ({ data: manifest(call, READ).snapshot.comment ?? '' })),
  route('PUT', '/admin/datastore/{store}/notes', { ...SNAPSHOT, notes: text }, (call) => {
    const { store, snapshot } = manifest(call, CHANGE);
    store.edit(snapshot, { comment: call.given.text('notes') });
    return { data: null };
  }),
  route('GET', '/admin/datastore/{store}/protected', SNAPSHOT, (call) => {
    const id = snapshotOf(call.given);
    return { data: storeOfGroup(call, id, READ).find(id)?.protected ?? false };
  }),
  route('PUT', '/admin/datastore/{store}/protected', { ...SNAPSHOT, protected: boolean }, (call) => {
    const id = snapshotOf(call.given);
    const store = storeOfGroup(call, id, CHANGE);
    if (!store.find(id)) throw bail(`snapshot ${snapshotPath(id)} does not exist!`);
    store.protect(id, call.given.flag('protected', false));
    return { data: null };
  }),
  route('GET', '/admin/datastore/{store}/group-notes', GROUP, (call) => {
    const group = groupOf(call.given);
    return { data: storeOfGroup(call, group, READ).groupNotes(group) };
  }),
  route('PUT', '/admin/datastore/{store}/group-notes', { ...GROUP, notes: text }, (call) => {
    const group = groupOf(call.given);
    const store = storeOfGroup(call, group, CHANGE);
    if (store.list(group).length === 0) throw bail('failed to set group notes - No such file or directory (os error 2)');
    store.setGroupNotes(group, call.given.text('notes'));
    return { data: null };
  }),
];

/** Where a snapshot is on disk. */
export function diskPath(base: string, id: SnapshotId): string {
  return [base, nsPath(id.ns), snapshotPath(id)].filter((part) => part !== '').join('/');
}

function manifest(call: Call, needs: typeof READ | typeof CHANGE) {
  const id = snapshotOf(call.given);
  const store = storeOfGroup(call, id, needs);
  const snapshot = store.find(id);
  if (!snapshot) throw bail(`unable to load blob '"${diskPath(store.path, id)}/index.json.blob"' - No such file or directory (os error 2)`);
  return { store, snapshot };
}

/** `files` are objects here and names in the list of groups, whatever the schema says; a namespace is never among the fields. */
function row(snapshot: Snapshot) {
  const [comment] = (snapshot.comment ?? '').split('\n');
  const { verification } = snapshot;
  return {
    'backup-type': snapshot.type,
    'backup-id': snapshot.id,
    'backup-time': snapshot.time,
    ...(comment !== undefined && comment !== '' && { comment }),
    files: snapshot.files.map(fileRow),
    owner: snapshot.owner,
    protected: snapshot.protected,
    size: snapshot.files.reduce((sum, { size }) => sum + (size ?? 0), 0),
    ...(verification && { verification: { state: verification.state, upid: verification.upid } }),
  };
}

/** An archive in the fields of the API. */
export function fileRow({ filename, size, crypt }: Snapshot['files'][number]) {
  return { filename, ...(size !== undefined && { size }), ...(crypt !== undefined && { 'crypt-mode': crypt }) };
}
