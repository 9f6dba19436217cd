import { apiPath } from '../../src/core/call.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { named, tail } from '../../src/tools/proxmox/cluster-guests.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { findDatastore, storeLock, storeName, storeTarget } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName } from '../../src/tools/proxmox/datastore-args.ts';
import { gcWords } from '../../src/tools/proxmox/datastore-words.ts';
import { gc } from '../../src/tools/proxmox/pbs.ts';
import { runningTasks } from '../../src/tools/proxmox/pbs-jobs.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** Gives back the space of backups that were removed. Backups that are there are not touched. */
export default command({
  summary: { en: 'Collect garbage of a datastore', zh: '回收数据存储的垃圾' },
  examples: ['datastore gc main'],
  risk: 'low',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  async plan({ datastore: typed }, look) {
    const store = await findDatastore(look, typed);
    const { host, usage, notes } = store;
    const about = [named(host, tail(typed, host))];
    const [last, running] = await Promise.all([orElse(look.read(host, gc(usage.store)), usage.gc), orElse(look.read(host, runningTasks(usage.store)), [])]);
    if (running.some(({ type }) => type === 'garbage_collection'))
      throw new Refusal(
        say({ en: 'garbage of {name} is being collected already', zh: '{name} 的垃圾回收正在进行' }, { name: storeName(store) }),
        undefined,
        about,
      );
    const at = look.now();
    return {
      summary: say({ en: 'collect garbage of {name}', zh: '回收 {name} 的垃圾' }, { name: storeName(store) }),
      steps: [
        {
          kind: 'api',
          on: storeTarget(store),
          why: say({ en: 'collect garbage', zh: '垃圾回收' }),
          method: 'POST',
          path: apiPath`/admin/datastore/${usage.store}/gc`,
          params: {},
          timeoutMs: 2 * 86_400_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'datastore', zh: '数据存储' }),
          value: say({ en: '{name}, {used} used', zh: '{name}，已用 {used}' }, { name: storeName(store), used: percent(usage.used, usage.total) }),
          at,
          holds: `datastore ${storeName(store)}`,
        },
        { what: say({ en: 'last', zh: '上次' }), value: gcWords(last, at), at },
        {
          what: say({ en: 'waiting to be removed', zh: '待删除' }),
          value: say({ en: '{pending}; what was used within a day stays', zh: '{pending}；一天内使用过的会保留' }, { pending: bytes(last?.pending ?? 0) }),
          at,
        },
      ],
      locks: [storeLock(store)],
      risk: 'low',
      undo: { impossible: say({ en: 'it removes only what no backup uses', zh: '仅删除没有备份使用的数据' }) },
      about,
      notes,
    };
  },
});
