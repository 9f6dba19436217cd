import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { bytes } from '../../src/tools/units.ts';
import { madeAt, snapshots } from '../../src/tools/zfs/datasets.ts';
import { datasetOf } from '../../src/tools/zfs/find.ts';
import { dataset } from '../../src/tools/zfs/words.ts';

/** The newest of more. */
const MOST = 200;

/** Snapshots of ZFS, the newest first. */
export default command({
  summary: { en: 'List ZFS snapshots', zh: '列出 ZFS 快照' },
  examples: ['zfs snapshots pve1', 'zfs snapshots pve1 rpool/data'],
  risk: 'none',
  args: { host: host(), dataset: dataset().optional() },
  async plan({ host: name, dataset: wanted }, look) {
    const { host } = await here(look, name, 'zfs');
    if (wanted) await datasetOf(look, host, wanted);
    const found = (await look.read(host, snapshots(wanted))).toReversed();
    return answer(
      say({ en: 'ZFS snapshots on {host}', zh: '{host} 上的 ZFS 快照' }, { host: host.name }),
      [
        {
          kind: 'table',
          columns: [
            say({ en: 'snapshot', zh: '快照' }),
            say({ en: 'made', zh: '创建时间' }),
            say({ en: 'holds alone', zh: '独占' }),
            say({ en: 'refers to', zh: '引用' }),
          ],
          rows: found.slice(0, MOST).map((one): Cell[] => [one.name, madeAt(one.made), bytes(one.used), bytes(one.referenced)]),
        },
      ],
      found.length > MOST
        ? { notes: [say({ en: 'the newest {most} of {all}', zh: '共 {all} 个，显示最新 {most} 个' }, { most: MOST, all: found.length })] }
        : {},
    );
  },
});
