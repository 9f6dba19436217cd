import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { findDatastore, storeName } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName } from '../../src/tools/proxmox/datastore-args.ts';
import { namespaces, snapshots } from '../../src/tools/proxmox/pbs-snapshots.ts';

/** Namespaces of a datastore, and what each holds. */
export default command({
  summary: { en: 'List namespaces of a datastore', zh: '列出数据存储的命名空间' },
  examples: ['datastore namespaces main'],
  risk: 'none',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  async plan({ datastore: typed }, look) {
    const store = await findDatastore(look, typed);
    const { host, usage, notes } = store;
    const spaces = await look.read(host, namespaces(usage.store));
    const rows = await Promise.all(
      spaces.map(async (ns): Promise<Cell[]> => {
        const all = await look.read(host, snapshots(usage.store, ns));
        return [
          ns === '' ? say({ en: '(root)', zh: '（根）' }) : quoted(ns),
          new Set(all.map(({ type, id }) => `${type}/${id}`)).size,
          all.length,
          when(all[0]?.at),
        ];
      }),
    );
    const columns = [
      say({ en: 'namespace', zh: '命名空间' }),
      say({ en: 'groups', zh: '组' }),
      say({ en: 'backups', zh: '备份' }),
      say({ en: 'newest (UTC)', zh: '最新（UTC）' }),
    ];
    return answer(say({ en: 'namespaces of {name}', zh: '{name} 的命名空间' }, { name: storeName(store) }), [{ kind: 'table', columns, rows }], { notes });
  },
});
