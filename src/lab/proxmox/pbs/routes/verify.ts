import { checkOwner, onlyOwn } from '../access.ts';
import type { Datastore } from '../datastore.ts';
import { backupType, boolean, depth, integer, namespace, optional, safeId, storeName } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import { fullPath, type Snapshot, snapshotPath } from '../snapshot.ts';
import type { Script } from '../tasks.ts';
import type { Clock } from '../world.ts';
import { groupOf, lookup, namespaces, ownerOf, sees, snapshotOf } from './stores.ts';

const DAY = 86_400;
const threads = optional(integer(1, 32));

/** What a verify task goes through. `again`: those verified before, too, whatever came of it; `days`: only when that is so long ago. */
export interface Verify {
  readonly store: Datastore;
  readonly upid: string;
  readonly now: Clock;
  readonly again: boolean;
  readonly days: number | undefined;
  readonly groups: readonly (readonly Snapshot[])[];
}

/** Verifying: one snapshot, one group, or all of a namespace. */
export const VERIFY: readonly Route[] = [
  route(
    'POST',
    '/admin/datastore/{store}/verify',
    {
      ...{ store: storeName, ns: optional(namespace), 'backup-type': optional(backupType), 'backup-id': optional(safeId), 'backup-time': optional(integer(1)) },
      ...{ 'ignore-verified': optional(boolean), 'outdated-after': optional(integer(0)), 'max-depth': optional(depth) },
      ...{ 'read-threads': threads, 'verify-threads': threads },
    },
    (call) => {
      const { given, who, tasks, world } = call;
      const [name, ns] = [given.text('store'), given.text('ns')];
      const limited = onlyOwn(who, name, ns, ['Datastore.Verify'], ['Datastore.Backup']);
      const store = lookup(call, name, 'read');
      const named = [given.has('backup-type'), given.has('backup-id'), given.has('backup-time')].map(Number).join('');
      const options = { store, now: world.now, again: !given.flag('ignore-verified', true), days: given.number('outdated-after') };
      const place = `${name}:${ns === '' ? '' : `ns/${ns.replaceAll('/', '/ns/')}`}/${given.text('backup-type')}/${given.text('backup-id')}`;
      const start = (type: string, worker: string, run: (upid: string) => Script) => ({ data: tasks.start({ type, worker, user: who.id, run }) });
      if (named === '000') {
        const groups = () =>
          namespaces(store, ns, given.number('max-depth')).flatMap((one) => store.groups({ ns: one }).filter(([{ owner }]) => sees(who, limited, owner)));
        return start('verify', ns === '' ? name : `${name}:ns/${ns.replaceAll('/', '/ns/')}`, (upid) => verifyAll({ ...options, upid, groups: groups() }));
      }
      if (named === '010' || named === '100' || named === '001' || named === '011' || named === '101')
        throw bail('parameters do not specify a backup group or snapshot');
      const group = groupOf(given);
      if (limited) checkOwner(ownerOf(store, group), who);
      if (named === '110') return start('verify_group', place, (upid) => verifyGroup({ ...options, upid, groups: [store.list(group)] }));
      const id = snapshotOf(given);
      const worker = `${place}/${id.time.toString(16).toUpperCase().padStart(8, '0')}`;
      return start('verify_snapshot', worker, function* (upid) {
        const snapshot = store.find(id);
        const failed: string[] = [];
        if (snapshot) yield* check({ ...options, upid, groups: [] }, snapshot, failed);
        else {
          yield `verify ${name}:${snapshotPath(id)} - manifest load error: unable to load blob - No such file or directory (os error 2)`;
          failed.push(fullPath(id));
        }
        yield* verdict(failed);
      });
    },
  ),
];

/** Verifies groups one after another; fails at the end when any snapshot has. */
export function* verifyAll(task: Verify): Script {
  const failed: string[] = [];
  yield `verify datastore ${task.store.name}`;
  yield `found ${task.groups.length} groups`;
  for (const [done, group] of task.groups.entries()) {
    yield* checkGroup(task, group, failed);
    yield `percentage done: ${(((done + 1) * 100) / task.groups.length).toFixed(2)}% (${done + 1}/${task.groups.length} groups)`;
  }
  yield* verdict(failed);
}

function* verifyGroup(task: Verify): Script {
  const failed: string[] = [];
  for (const group of task.groups) yield* checkGroup(task, group, failed);
  yield* verdict(failed);
}

function* checkGroup(task: Verify, group: readonly Snapshot[], failed: string[]): Script {
  const [first] = group;
  if (!first) return;
  yield `verify group ${task.store.name}:${first.type}/${first.id} (${group.length} snapshots)`;
  for (const snapshot of group) yield* check(task, snapshot, failed);
}

function* check(task: Verify, given: Snapshot, failed: string[]): Script {
  const { store, upid, now } = task;
  // It may have been pruned or verified since the task began.
  const snapshot = store.find(given);
  if (!snapshot) return;
  const name = `${store.name}:${snapshotPath(snapshot)}`;
  const { verification } = snapshot;
  const recent = verification !== undefined && (task.days === undefined || now() - (verification.time ?? 0) <= task.days * DAY);
  // One that has failed before is skipped just the same.
  if (!task.again && recent) return yield `SKIPPED: verify ${name} (recently verified)`;
  yield `verify ${name}`;
  for (const { filename, size } of snapshot.files) {
    if (size === undefined || filename === 'index.json.blob') continue;
    yield `  check ${filename}`;
    if (filename.endsWith('.blob')) continue;
    yield 1;
    const mib = size / 2 ** 20;
    const errors = snapshot.damaged && size === snapshot.size ? 1 : 0;
    if (errors > 0)
      yield `can't verify chunk, load failed - store '${store.name}', unable to load chunk 'bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8' - blob too small (0 bytes).`;
    yield `  verified ${(mib / 3).toFixed(2)}/${mib.toFixed(2)} MiB in 1.00 seconds, speed ${(mib / 3).toFixed(2)}/${mib.toFixed(2)} MiB/s (${errors} errors)`;
    if (errors > 0) yield `verify ${name}/${filename} failed: chunks could not be verified`;
  }
  store.edit(snapshot, { verification: { state: snapshot.damaged ? 'failed' : 'ok', upid, time: now() } });
  if (snapshot.damaged) failed.push(fullPath(snapshot));
}

function* verdict(failed: readonly string[]): Script {
  if (failed.length === 0) return;
  yield 'Failed to verify the following snapshots/groups:';
  for (const one of failed) yield `\t${one}`;
  throw new Error('verification failed - please check the log for details');
}
