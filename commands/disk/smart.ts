import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { blockDevices } from '../../src/tools/disks/lsblk.ts';
import { findDevice } from '../../src/tools/disks/target.ts';
import { device } from '../../src/tools/disks/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';
import { type Smart, smart, verdict } from '../../src/tools/smart.ts';

/** More are not asked at once: each takes its time. */
const MOST = 24;
/** Makers and models by which a RAID controller shows itself instead of its disks. */
const BEHIND: readonly (readonly [RegExp, string])[] = [
  [/PERC|MegaRAID|MR\d{4}|AVAGO|LSI/i, 'smartctl -a -d megaraid,N'],
  [/LOGICAL VOLUME|Smart Array/i, 'smartctl -a -d cciss,N'],
  [/Adaptec|ServeRAID/i, 'smartctl -a -d aacraid,H,L,ID'],
];

/** What disks say of their own health. */
export default command({
  summary: { en: 'Show disk health (SMART)', zh: '查看磁盘健康（SMART）' },
  examples: ['disk smart kvm1', 'disk smart @pve', 'disk smart kvm1 --device /dev/sda'],
  risk: 'none',
  args: { on: targets() },
  options: { device: device().optional() },
  async plan({ device: wanted }, look) {
    const all = await each(look, async (host) => {
      mustHave(host, await knownFacts(look, host), 'smartctl', 'lsblk');
      const tree = await look.read(host, blockDevices());
      const disks = wanted ? [findDevice(host, tree, wanted)] : tree.filter(({ type, size }) => type === 'disk' && size > 0).slice(0, MOST);
      const found = disks.length === 0 ? [] : await look.read(host, smart(disks.map(({ name }) => name)));
      return disks.map((disk) => ({ disk, found: found.find((one) => one.device === disk.name) }));
    });
    const rows = answers(all).flatMap(({ host, value }) => value.map(({ disk, found }) => row(host.name, disk.name, disk.model, found)));
    const behind = answers(all).flatMap(({ host, value }) =>
      value.flatMap(({ disk }) =>
        BEHIND.flatMap(([pattern, how]) =>
          pattern.test(disk.model)
            ? [
                say(
                  {
                    en: '{host} {disk} is a RAID controller; its disks answer to `{how} {disk}`',
                    zh: '{host} 的 {disk} 是 RAID 控制器；其磁盘须用 `{how} {disk}` 查询',
                  },
                  { host: host.name, disk: disk.name, how },
                ),
              ]
            : [],
        ),
      ),
    );
    const said = answers(all).flatMap(({ host, value }) =>
      value.flatMap(({ found }) =>
        found && found.said.length > 0 ? [say({ en: '{host}: {said}', zh: '{host}：{said}' }, { host: host.name, said: found.said.join('; ') })] : [],
      ),
    );
    const table: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'disk', zh: '磁盘' }),
        say({ en: 'health', zh: '健康' }),
        say({ en: 'temperature', zh: '温度' }),
        say({ en: 'replaced', zh: '重映射扇区' }),
        say({ en: 'pending', zh: '待映射扇区' }),
        say({ en: 'worn', zh: '磨损' }),
        say({ en: 'hours', zh: '通电小时' }),
        say({ en: 'model', zh: '型号' }),
      ],
      rows,
    };
    return answer(say({ en: 'disk health', zh: '磁盘健康' }), [table], { notes: [...behind, ...said, ...troubles(all)] });
  },
});

function row(host: string, disk: string, model: string, found: Smart | undefined): Cell[] {
  if (!found) return [host, disk, '-', '-', '-', '-', '-', '-', model];
  const { celsius, reallocated, pending, worn, hours } = found;
  return [
    host,
    disk,
    verdict(found),
    celsius === undefined ? '-' : `${celsius} °C`,
    reallocated ?? '-',
    pending ?? '-',
    worn === undefined ? '-' : `${worn} %`,
    hours ?? '-',
    found.model || model,
  ];
}
