import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { bytes } from '../../src/tools/units.ts';
import { datasets } from '../../src/tools/zfs/datasets.ts';
import { poolOf } from '../../src/tools/zfs/find.ts';
import { pool } from '../../src/tools/zfs/words.ts';

/** File systems and volumes of ZFS, the largest first. */
export default command({
  summary: { en: 'List ZFS file systems and volumes', zh: '列出 ZFS 文件系统与卷' },
  examples: ['zfs datasets pve1', 'zfs datasets pve1 rpool'],
  risk: 'none',
  args: { host: host(), pool: pool().optional() },
  async plan({ host: name, pool: wanted }, look) {
    const { host } = await here(look, name, 'zfs', 'zpool');
    if (wanted) await poolOf(look, host, wanted);
    const found = await look.read(host, datasets(wanted));
    return answer(say({ en: 'ZFS datasets on {host}', zh: '{host} 上的 ZFS 数据集' }, { host: host.name }), [
      {
        kind: 'table',
        columns: [
          say({ en: 'dataset', zh: '数据集' }),
          say({ en: 'type', zh: '类型' }),
          say({ en: 'used', zh: '已用' }),
          say({ en: 'by snapshots', zh: '快照占用' }),
          say({ en: 'size or free', zh: '大小或可用' }),
          say({ en: 'compressed', zh: '压缩比' }),
          say({ en: 'mounted on', zh: '挂载点' }),
        ],
        rows: found
          .toSorted((a, b) => b.used - a.used)
          .map((one): Cell[] => [
            one.name,
            one.type,
            bytes(one.used),
            bytes(one.bySnapshots),
            bytes(one.volsize || one.available),
            one.compression,
            one.mountpoint,
          ]),
      },
    ]);
  },
});
