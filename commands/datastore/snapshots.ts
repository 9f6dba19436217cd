import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { age, verifiedWords, when } from '../../src/tools/proxmox/archive-words.ts';
import { allSnapshots, findDatastore, storeName } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName, group, namespace } from '../../src/tools/proxmox/datastore-args.ts';
import { snapshotName } from '../../src/tools/proxmox/pbs-snapshots.ts';
import { bytes } from '../../src/tools/units.ts';

/** Most rows of the table. */
const MOST = 60;

/** Backups of a datastore in all its namespaces, newest first. */
export default command({
  summary: { en: 'List backups of a datastore', zh: '列出数据存储中的备份' },
  examples: ['datastore snapshots main', 'datastore snapshots main --group vm/101', 'datastore snapshots pbs1/main --ns west'],
  risk: 'none',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  options: { group: group().optional(), ns: namespace().optional() },
  async plan({ datastore: typed, group: of, ns }, look) {
    const store = await findDatastore(look, typed);
    const all = await allSnapshots(look, store.host, store.usage.store, ns, of);
    const rows = all
      .slice(0, MOST)
      .map((one): Cell[] => [
        snapshotName(one),
        quoted(one.notes),
        age(one.at, look.now()),
        bytes(one.size),
        one.whole ? verifiedWords(one.verified) : say({ en: 'not finished', zh: '未完成' }),
        one.protected ? say({ en: 'protected', zh: '受保护' }) : '',
        quoted(one.owner),
      ]);
    const columns = [
      say({ en: 'backup', zh: '备份' }),
      say({ en: 'notes', zh: '备注' }),
      say({ en: 'age', zh: '距今' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'verified', zh: '校验' }),
      say({ en: 'protected', zh: '保护' }),
      say({ en: 'owner', zh: '所有者' }),
    ];
    const cut = all.length > MOST ? [say({ en: 'the newest {most} of {n}', zh: '共 {n} 个，仅显示最新 {most} 个' }, { most: MOST, n: all.length })] : [];
    const summary = say({ en: 'backups of {name}, newest {when}', zh: '{name} 的备份，最新 {when}' }, { name: storeName(store), when: when(all[0]?.at) });
    return answer(summary, [{ kind: 'table', columns, rows }], { notes: [...cut, ...store.notes] });
  },
});
