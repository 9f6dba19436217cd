import { confirm, host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { bytes } from '../../src/tools/units.ts';
import { destroySnapshot, hasSnapshot, madeAt } from '../../src/tools/zfs/datasets.ts';
import { snapshotAt } from '../../src/tools/zfs/find.ts';
import { snapshotOf } from '../../src/tools/zfs/words.ts';

/** Destroys one snapshot. File systems and volumes are never destroyed by it. */
export default command({
  summary: { en: 'Destroy a ZFS snapshot', zh: '删除 ZFS 快照' },
  examples: ['zfs destroy pve1 rpool/data@before --confirm rpool/data@before'],
  risk: 'high',
  args: { host: host(), snapshot: snapshotOf() },
  options: { confirm: confirm() },
  async plan({ host: name, snapshot: whole, confirm: named }, look) {
    const place = await here(look, name, 'zfs');
    const { host } = place;
    if (named !== whole)
      throw new Refusal(say({ en: '`--confirm` says {named}, not {whole}', zh: '`--confirm` 给出的是 {named}，而不是 {whole}' }, { named, whole }));
    const { snapshot } = await snapshotAt(look, host, whole);
    const on = place.on(whole);
    return {
      summary: say({ en: 'destroy {whole} on {host}', zh: '在 {host} 上删除 {whole}' }, { whole, host: host.name }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'destroy the snapshot', zh: '删除快照' }), argv: destroySnapshot(whole), timeoutMs: 300_000, stop: 'never' },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is gone', zh: '直到消失' }),
          read: hasSnapshot(whole),
          until: { is: '' },
          everyMs: 500,
          timeoutMs: 30_000,
        },
      ],
      facts: [
        ...(await lastGood(look, host)),
        { what: say({ en: 'made', zh: '创建时间' }), value: madeAt(snapshot.made), at: place.at, holds: `snapshot ${host.name} ${whole} ${snapshot.made}` },
        { what: say({ en: 'holds alone', zh: '独占空间' }), value: bytes(snapshot.used), at: place.at },
      ],
      locks: [place.lock(`zfs:${whole.split('@')[0] ?? whole}`)],
      risk: 'high',
      undo: { impossible: say({ en: 'a destroyed snapshot is gone', zh: '删除的快照无法恢复' }) },
    };
  },
});
