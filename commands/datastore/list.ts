import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { quoted, type Said, say } from '../../src/core/words.ts';
import { datastores } from '../../src/tools/proxmox/datastore.ts';
import { fullWords, gcWords } from '../../src/tools/proxmox/datastore-words.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** Datastores of all backup servers: how full they are, when they will be, and the last garbage collection. */
export default command({
  summary: { en: 'List datastores of backup servers', zh: '列出备份服务器的数据存储' },
  examples: ['datastore list', 'datastore list pbs1'],
  risk: 'none',
  kinds: ['pbs'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const { all, notes } = await datastores(look);
    const now = look.now();
    const rows = all.map(({ host, usage }): Cell[] => [
      usage.store,
      host.name,
      bytes(usage.total),
      percent(usage.used, usage.total),
      bytes(usage.avail),
      fullWords(usage.full, now),
      gcWords(usage.gc, now),
    ]);
    const columns = [
      say({ en: 'datastore', zh: '数据存储' }),
      say({ en: 'server', zh: '服务器' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'used', zh: '已用' }),
      say({ en: 'free', zh: '剩余' }),
      say({ en: 'full', zh: '预计写满' }),
      say({ en: 'garbage collection', zh: '垃圾回收' }),
    ];
    const broken = all.flatMap(({ host, usage }): Said[] => (usage.error === undefined ? [] : [quoted(`${host.name}/${usage.store}: ${usage.error}`)]));
    return answer(say({ en: 'datastores', zh: '数据存储' }), [{ kind: 'table', columns, rows }], { notes: [...broken, ...notes] });
  },
});
