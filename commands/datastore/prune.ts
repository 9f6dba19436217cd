import { apiPath } from '../../src/core/call.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { named, tail } from '../../src/tools/proxmox/cluster-guests.ts';
import { allSnapshots, findDatastore, storeLock, storeName, storeTarget } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName, group, namespace } from '../../src/tools/proxmox/datastore-args.ts';
import { type Snapshot, snapshotName } from '../../src/tools/proxmox/pbs-snapshots.ts';
import { keepingOf, pruneLocally } from '../../src/tools/proxmox/prune.ts';
import { type DryRun, dryFacts, dryTable, keepOptions, mustKeep } from '../../src/tools/proxmox/prune-plan.ts';

/** Most backups one request removes: each is a step of its own, so that exactly those go that were shown. */
const MOST = 200;

/** Removes older backups of a datastore by what is to be kept of each group. What goes is worked out here and removed one by one: exactly what the card shows. */
export default command({
  summary: { en: 'Remove older backups of a datastore', zh: '清理数据存储中的旧备份' },
  examples: ['datastore prune main --group vm/101 --keep-last 1', 'datastore prune cold --keep-last 1'],
  risk: 'high',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  options: { group: group().optional(), ns: namespace().optional(), ...keepOptions() },
  async plan({ datastore: typed, group: of, ns, ...options }, look) {
    const keeping = keepingOf(options);
    const keep = mustKeep(keeping);
    const store = await findDatastore(look, typed);
    const { host, usage, notes } = store;
    const about = [named(host, tail(typed, host))];
    const all = await allSnapshots(look, host, usage.store, ns ?? (of ? '' : undefined), of);
    // What is still being written is neither counted nor removed.
    const groups = Map.groupBy(
      all.filter(({ whole }) => whole),
      ({ ns: space, type, id }) => `${space}:${type}/${id}`,
    );
    const marked = [...groups.values()].flatMap((one) => pruneLocally(one, keeping));
    const marks = marked.map(
      (one): DryRun => ({
        name: snapshotName(one),
        at: one.at,
        mark: one.mark,
        verified: one.verified,
        of: one.notes === '' ? `${one.type}/${one.id}` : `${one.notes} (${one.type}/${one.id})`,
      }),
    );
    const gone = marked.filter(({ mark }) => mark === 'remove');
    if (gone.length === 0)
      return answer(say({ en: 'nothing to remove: {keep} keeps every backup', zh: '没有可删除的：{keep} 会保留全部备份' }, { keep }), [dryTable(marks)], {
        about,
        notes,
      });
    if (gone.length > MOST)
      throw new Refusal(
        say(
          { en: 'this would remove {n} backups; one request removes at most {most}', zh: '这会删除 {n} 个备份；一次请求最多 {most} 个' },
          { n: gone.length, most: MOST },
        ),
        say({ en: 'say --group or --ns, or run the server’s own prune job', zh: '请指定 --group 或 --ns，或运行服务器自身的清理任务' }),
        about,
      );
    return {
      summary: say(
        { en: 'remove {n} of the backups of {name}, keeping by {keep}', zh: '按 {keep} 保留，删除 {name} 的 {n} 个备份' },
        { n: gone.length, name: storeName(store), keep },
      ),
      answer: [dryTable(marks)],
      steps: gone.map(
        (one): Step => ({
          kind: 'api',
          on: storeTarget(store),
          why: say({ en: 'remove {name}', zh: '删除 {name}' }, { name: snapshotName(one) }),
          method: 'DELETE',
          path: apiPath`/admin/datastore/${usage.store}/snapshots`,
          params: paramsOf(one),
          proof: 'again',
        }),
      ),
      facts: dryFacts(marks, look.now()),
      locks: [storeLock(store)],
      risk: 'high',
      undo: { impossible: say({ en: 'removed backups cannot be brought back', zh: '删除的备份无法恢复' }) },
      about,
      notes,
    };
  },
});

function paramsOf({ ns, type, id, at }: Snapshot) {
  return { 'backup-type': type, 'backup-id': id, 'backup-time': at, ...(ns === '' ? {} : { ns }) };
}
