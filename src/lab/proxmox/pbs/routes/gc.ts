import { may, storePath } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import { chunks } from '../garbage.ts';
import { optional, storeName } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import type { Script } from '../tasks.ts';
import { human } from '../time.ts';
import { lookup } from './stores.ts';

const overview = (call: Call) => ({
  data: [...call.world.datastores.values()]
    .filter(({ name }) => !call.given.has('store') || name === call.given.text('store'))
    .filter(({ name }) => may(call.who, storePath(name), 'Datastore.Audit', 'Datastore.Modify'))
    .map((store) => gcJob(store, call.world.now())),
});

/** Garbage collection: how the last one went, and starting one. */
export const GC: readonly Route[] = [
  route('GET', '/admin/gc', { store: optional(storeName) }, overview),
  route('GET', '/admin/gc/{store}', { store: optional(storeName) }, overview),
  route(
    'GET',
    '/admin/datastore/{store}/gc',
    { store: storeName },
    (call) => ({ data: gcJob(lookup(call, call.given.text('store'), 'read'), call.world.now()) }),
    { path: '/datastore/{store}', any: ['Datastore.Audit'] },
  ),
  route(
    'POST',
    '/admin/datastore/{store}/gc',
    { store: storeName },
    (call) => {
      const store = lookup(call, call.given.text('store'), 'write');
      const running = call.tasks.all().some(({ parts, end }) => parts.type === 'garbage_collection' && parts.worker === store.name && end === undefined);
      if (running) throw bail('garbage collection already running');
      return {
        data: call.tasks.start({ type: 'garbage_collection', worker: store.name, user: call.who.id, run: (upid) => collect(store, upid, call.world.now()) }),
      };
    },
    { path: '/datastore/{store}', any: ['Datastore.Modify'] },
  ),
];

/** What the last collection left, in the fields of the API. */
export function gcStatus(store: Datastore) {
  const { upid, removedBytes, removedChunks, pendingBytes, pendingChunks } = store.gc;
  const snapshots = store.list();
  const disk = store.used - pendingBytes;
  return {
    ...(upid !== undefined && { upid }),
    'index-file-count': snapshots.reduce((sum, { files }) => sum + files.filter(({ filename }) => /idx$/.test(filename)).length, 0),
    'index-data-bytes': snapshots.reduce((sum, { size }) => sum + size, 0) * 20,
    'disk-bytes': disk,
    'disk-chunks': chunks(disk),
    'removed-bytes': removedBytes,
    'removed-chunks': removedChunks,
    'pending-bytes': pendingBytes,
    'pending-chunks': pendingChunks,
    'removed-bad': 0,
    'still-bad': 0,
  };
}

function gcJob(store: Datastore, now: number) {
  const { state, start, end } = store.gc;
  return {
    store: store.name,
    ...gcStatus(store),
    ...(store.gcSchedule !== undefined && { schedule: store.gcSchedule, 'next-run': now - (now % 86_400) + 86_400 }),
    ...(end !== undefined && start !== undefined && { 'last-run-endtime': end, 'last-run-state': state, duration: end - start }),
  };
}

function* collect(store: Datastore, upid: string, start: number): Script {
  const count = gcStatus(store)['index-file-count'];
  yield `starting garbage collection on store ${store.name}`;
  yield 'Start GC phase1 (mark used chunks)';
  for (const share of [25, 50, 75, 100]) {
    yield 1;
    yield `marked ${share}% (${Math.ceil((count * share) / 100)} of ${count} index files)`;
  }
  yield 'Start GC phase2 (sweep unused chunks)';
  for (const share of [33, 66, 99]) {
    yield 1;
    yield `processed ${share}% (${Math.ceil((chunks(store.used) * share) / 100)} chunks)`;
  }
  const { removedBytes, removedChunks, pendingBytes, pendingChunks } = store.garbage.collect(upid, start);
  const after = gcStatus(store);
  const original = after['index-data-bytes'];
  const disk = after['disk-bytes'];
  yield `Removed garbage: ${human(removedBytes)}`;
  yield `Removed chunks: ${removedChunks}`;
  if (pendingBytes > 0) yield `Pending removals: ${human(pendingBytes)} (in ${pendingChunks} chunks)`;
  yield `Original data usage: ${human(original)}`;
  if (original > 0) yield `On-Disk usage: ${human(disk)} (${((disk * 100) / original).toFixed(2)}%)`;
  yield `On-Disk chunks: ${after['disk-chunks']}`;
  yield `Deduplication factor: ${(disk === 0 ? 1 : original / disk).toFixed(2)}`;
}
