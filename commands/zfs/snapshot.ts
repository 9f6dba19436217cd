import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { bytes } from '../../src/tools/units.ts';
import { hasSnapshot, snapshot, snapshots } from '../../src/tools/zfs/datasets.ts';
import { datasetOf } from '../../src/tools/zfs/find.ts';
import { dataset, snapshotName } from '../../src/tools/zfs/words.ts';

/** Takes a snapshot of one dataset. */
export default command({
  summary: { en: 'Take a ZFS snapshot', zh: '创建 ZFS 快照' },
  examples: ['zfs snapshot pve1 rpool/data before-upgrade'],
  risk: 'low',
  args: { host: host(), dataset: dataset(), name: snapshotName() },
  async plan({ host: name, dataset: of, name: called }, look) {
    const place = await here(look, name, 'zfs');
    const { host } = place;
    const found = await datasetOf(look, host, of);
    const whole = `${of}@${called}`;
    if ((await look.read(host, snapshots(of))).some((one) => one.name === whole))
      throw new Refusal(
        say({ en: 'there is a snapshot {whole} already', zh: '已存在快照 {whole}' }, { whole }),
        say({ en: 'take another name', zh: '请换一个名称' }),
      );
    const on = place.on(whole);
    return {
      summary: say({ en: 'snapshot {whole} on {host}', zh: '在 {host} 上创建快照 {whole}' }, { whole, host: host.name }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'take the snapshot', zh: '创建快照' }), argv: snapshot(whole), timeoutMs: 120_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is listed', zh: '直到列出' }),
          read: hasSnapshot(whole),
          until: { is: whole },
          everyMs: 500,
          timeoutMs: 15_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'holds', zh: '内容' }),
          value: `${found.type} ${bytes(found.referenced)}`,
          at: place.at,
          holds: `dataset ${host.name} ${of} without ${called}`,
        },
      ],
      locks: [place.lock(`zfs:${of}`)],
      risk: 'low',
      undo: { command: 'zfs destroy', input: { host: name, snapshot: whole, confirm: whole } },
    };
  },
});
