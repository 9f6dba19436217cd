import { confirm, host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { here } from '../../src/tools/disks/here.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { hasSnapshot, madeAt, rollback } from '../../src/tools/zfs/datasets.ts';
import { snapshotAt } from '../../src/tools/zfs/find.ts';
import { snapshotOf } from '../../src/tools/zfs/words.ts';

/** Takes a dataset back to its newest snapshot; all that was written since is lost. */
export default command({
  summary: { en: 'Roll a ZFS dataset back to its newest snapshot', zh: '将 ZFS 数据集回滚到最新快照' },
  examples: ['zfs rollback pve1 rpool/data@before --confirm rpool/data@before'],
  risk: 'high',
  args: { host: host(), snapshot: snapshotOf() },
  options: { confirm: confirm() },
  async plan({ host: name, snapshot: whole, confirm: named }, look) {
    const place = await here(look, name, 'zfs');
    const { host } = place;
    if (named !== whole)
      throw new Refusal(say({ en: '`--confirm` says {named}, not {whole}', zh: '`--confirm` 给出的是 {named}，而不是 {whole}' }, { named, whole }));
    const { snapshot, newer } = await snapshotAt(look, host, whole);
    if (newer.length > 0)
      throw new Refusal(
        say(
          { en: 'newer snapshots would be lost: {newer}; nothing was done', zh: '更新的快照将丢失：{newer}；未做任何操作' },
          { newer: atMost(newer.map((one) => one.name)) },
        ),
        say({ en: 'roll back to the newest, or destroy these first, each by its name', zh: '请回滚到最新快照，或先逐个删除这些快照' }),
      );
    const on = place.on(whole);
    return {
      summary: say({ en: 'roll back to {whole} on {host}', zh: '在 {host} 上回滚到 {whole}' }, { whole, host: host.name }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'roll back', zh: '回滚' }), argv: rollback(whole), timeoutMs: 600_000, stop: 'never' },
        {
          kind: 'wait',
          on,
          why: say({ en: 'the snapshot is still there', zh: '快照仍在' }),
          read: hasSnapshot(whole),
          until: { is: whole },
          everyMs: 500,
          timeoutMs: 15_000,
        },
      ],
      facts: [
        ...(await lastGood(look, host)),
        {
          what: say({ en: 'all is lost that was written since', zh: '此后写入的全部内容将丢失' }),
          value: madeAt(snapshot.made),
          at: place.at,
          holds: `newest snapshot ${host.name} ${whole} ${snapshot.made}`,
        },
      ],
      locks: [place.lock(`zfs:${whole.split('@')[0] ?? whole}`)],
      risk: 'high',
      undo: { impossible: say({ en: 'what was written since the snapshot is gone', zh: '快照之后写入的内容已丢失' }) },
    };
  },
});
