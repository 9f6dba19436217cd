import { apiPath } from '../../core/call.ts';
import { answer, type Look } from '../../core/command.ts';
import type { Fact, Plan, Step } from '../../core/types.ts';
import { list, quoted, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import { type OnServer, storeLock, storeName, storeTarget } from './datastore.ts';
import { type Snapshot, snapshotName } from './pbs-snapshots.ts';

/** Backups of one thing in one namespace of a datastore, or all of a datastore (`of` undefined). */
export interface Group {
  readonly store: OnServer;
  readonly ns: string | undefined;
  readonly of: { readonly type: string; readonly id: string } | undefined;
  readonly snapshots: readonly Snapshot[];
}

/** The groups that a guest's name or number means: by id, or by notes, which jobs mostly fill with the guest's name. */
export function groupsNamed(store: OnServer, all: readonly Snapshot[], typed: string): Group[] {
  const name = typed.slice(typed.indexOf('/') + 1);
  return [...Map.groupBy(all, ({ ns, type, id }) => `${ns}:${type}/${id}`).values()].flatMap((group) => {
    const [newest] = group;
    if (!newest || (newest.id !== name && !group.some(({ notes }) => notes === name))) return [];
    return [{ store, ns: newest.ns, of: { type: newest.type, id: newest.id }, snapshots: group }];
  });
}

/** Two days: a large datastore on slow disks. */
const LONG = 2 * 86_400_000;

/** Verifies groups, each by a task of its server. `again`: also what was verified before. */
export function verifyPlan(look: Look, groups: readonly Group[], again: boolean): Plan {
  const todo = groups
    .map((group) => ({ ...group, snapshots: group.snapshots.filter(({ verified }) => again || verified === undefined) }))
    .filter(({ snapshots }) => snapshots.length > 0);
  const names = list(groups.map(nameOf));
  if (todo.length === 0) {
    return answer(
      say({ en: '{names}: every backup is verified already; --again reads them once more', zh: '{names}：所有备份均已校验；--again 可再次校验' }, { names }),
      [],
    );
  }
  const at = look.now();
  return {
    summary: say({ en: 'verify {names}', zh: '校验 {names}' }, { names: list(todo.map(nameOf)) }),
    steps: todo.map(
      ({ store, ns, of }): Step => ({
        kind: 'api',
        on: storeTarget(store),
        why: of ? say({ en: 'verify {of}', zh: '校验 {of}' }, { of: `${of.type}/${of.id}` }) : say({ en: 'verify all', zh: '校验全部' }),
        method: 'POST',
        path: apiPath`/admin/datastore/${store.usage.store}/verify`,
        params: {
          'ignore-verified': !again,
          ...(of ? { 'backup-type': of.type, 'backup-id': of.id } : {}),
          ...(ns === undefined || ns === '' ? {} : { ns }),
          ...(of || ns === undefined ? {} : { 'max-depth': 0 }),
        },
        timeoutMs: LONG,
      }),
    ),
    facts: todo.map(
      (group): Fact => ({
        what: quoted(nameOf(group)),
        value: say(
          { en: '{n} to read, {size} at most, newest {newest}', zh: '待读取 {n} 个，最多 {size}，最新 {newest}' },
          {
            n: group.snapshots.length,
            size: bytes(group.snapshots.reduce((sum, { size }) => sum + size, 0)),
            newest: group.snapshots[0] ? snapshotName(group.snapshots[0]) : '-',
          },
        ),
        at,
        holds: `verify ${nameOf(group)}`,
      }),
    ),
    locks: [...new Map(todo.map(({ store }) => [storeName(store), { ...storeLock(store), shared: true as const }])).values()],
    risk: 'low',
    undo: { impossible: say({ en: 'verifying only reads', zh: '校验只读取数据' }) },
  };
}

function nameOf({ store, ns, of }: Group): string {
  return [storeName(store), ...(ns === undefined || ns === '' ? [] : [ns]), ...(of ? [`${of.type}/${of.id}`] : [])].join('/');
}
