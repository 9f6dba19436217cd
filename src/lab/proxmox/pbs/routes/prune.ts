import { demand, storePath } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import { boolean, depth, namespace, optional, storeName } from '../kinds.ts';
import { bail, textOf } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { type Snapshot, snapshotPath } from '../snapshot.ts';
import type { Script } from '../tasks.ts';
import { type Keep, keepOf, keepText, mark } from './marks.ts';
import { GROUP, KEEP } from './shared.ts';
import { groupOf, lookup, namespaces, placeText, storeOfGroup } from './stores.ts';

/** Pruning: of one group, at once or as a task, and of all groups of a namespace. Space comes back with the garbage collection. */
export const PRUNE: readonly Route[] = [
  route('POST', '/admin/datastore/{store}/prune', { ...GROUP, ...KEEP, 'dry-run': optional(boolean), 'use-task': optional(boolean) }, (call) => {
    const { given, tasks, who } = call;
    const group = groupOf(given);
    const store = storeOfGroup(call, group, { full: ['Datastore.Modify'], own: ['Datastore.Prune'], operation: 'write' });
    const all = store.list(group);
    if (all.length === 0) throw bail('ENOENT: No such file or directory');
    const keep = keepOf(given);
    const marked = mark(all, keep);
    const data = marked.map(({ snapshot, mark: made, keep: stays }) => ({
      'backup-type': snapshot.type,
      'backup-id': snapshot.id,
      'backup-time': snapshot.time,
      keep: stays,
      protected: made === 'protected',
      // The namespace is in the answer of a dry run only.
      ...(given.flag('dry-run', false) && group.ns !== '' && { ns: group.ns }),
    }));
    if (given.flag('dry-run', false)) return { data, idle: true };
    const head = Object.keys(keep).length === 0 ? ['No prune selection - keeping all files.'] : [retention(group.ns, undefined, keep), started(store, all[0])];
    const start = {
      type: 'prune',
      worker: `${store.name}:${group.ns}:${group.type}/${group.id}`,
      user: who.id,
      run: () => lines(head, () => pruned(store, all, keep, false)),
    };
    if (given.flag('use-task', false)) return { data: tasks.start(start) };
    tasks.runNow(start);
    return { data };
  }),
  route(
    'POST',
    '/admin/datastore/{store}/prune-datastore',
    { store: storeName, ns: optional(namespace), 'max-depth': optional(depth), ...KEEP, 'dry-run': optional(boolean) },
    (call) => {
      const { given, who, tasks } = call;
      const ns = given.text('ns');
      demand(who, storePath(given.text('store'), ns), 'Datastore.Modify', 'Datastore.Prune');
      const store = lookup(call, given.text('store'), 'write');
      const what = { ns, depth: given.number('max-depth'), keep: keepOf(given), dry: given.flag('dry-run', false) };
      return { data: tasks.start({ type: 'prune', worker: `${store.name}:${ns}`, user: who.id, run: () => pruneAll(store, what) }) };
    },
  ),
];

/** Prunes every group of a namespace and those below it, as a task. */
export function* pruneAll(
  store: Datastore,
  what: { readonly ns: string; readonly depth: number | undefined; readonly keep: Keep; readonly dry?: boolean },
): Script {
  yield `Starting datastore prune on ${placeText(store.name, what.ns)}, ${what.depth === undefined ? 'full recursion' : `max-depth ${what.depth}`}`;
  if (what.dry) yield '(dry run)';
  yield Object.keys(what.keep).length === 0 ? 'No prune selection - keeping all files.' : retention(what.ns, what.depth, what.keep);
  for (const ns of namespaces(store, what.ns, what.depth))
    for (const group of store.groups({ ns })) {
      yield 0.5;
      yield started(store, group[0]);
      yield* pruned(store, group, what.keep, what.dry ?? false);
    }
}

function retention(ns: string, depth: number | undefined, keep: Keep): string {
  return `retention options: ${[...(ns === '' ? [] : [`--ns ${ns}`]), ...(depth === undefined ? [] : [`--max-depth ${depth}`]), keepText(keep)].join(' ')}`;
}

function started(store: Datastore, first: Snapshot | undefined): string {
  return `Starting prune on ${placeText(store.name, first?.ns ?? '')} group "${first?.type}/${first?.id}"`;
}

function* lines(head: readonly string[], rest: () => Script): Script {
  yield* head;
  yield 1;
  yield* rest();
}

function* pruned(store: Datastore, group: readonly Snapshot[], keep: Keep, dry: boolean): Script {
  for (const { snapshot, mark: made, keep: stays } of mark(group, keep)) {
    yield `${Object.keys(keep).length === 0 && made === 'remove' ? 'keep' : made} ${snapshotPath(snapshot)}`;
    if (stays || dry) continue;
    try {
      store.remove(snapshot);
    } catch (error) {
      yield { warn: `failed to remove dir "${snapshotPath(snapshot)}": ${textOf(error)}` };
    }
  }
}
