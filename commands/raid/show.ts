import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';
import { type MdArray, raid } from '../../src/tools/raid.ts';

/** Software RAID, and what the programs of RAID controllers say, word for word. */
export default command({
  summary: { en: 'Show RAID arrays', zh: '查看 RAID 阵列' },
  examples: ['raid show kvm1', 'raid show @pve'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      await knownFacts(look, host);
      return look.read(host, raid());
    });
    const table: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'array', zh: '阵列' }),
        say({ en: 'level', zh: '级别' }),
        say({ en: 'state', zh: '状态' }),
        say({ en: 'devices', zh: '设备' }),
        say({ en: 'under way', zh: '进行中' }),
      ],
      rows: answers(all).flatMap(({ host, value }): Cell[][] =>
        value.arrays.length === 0
          ? [[host.name, say({ en: 'no software RAID', zh: '没有软件 RAID' }), '', '', '', '']]
          : value.arrays.map((one): Cell[] => [
              host.name,
              one.name,
              one.level || '-',
              state(one, value.states.get(one.name) ?? ''),
              one.devices.join(' '),
              one.work,
            ]),
      ),
    };
    const raw = answers(all).flatMap(({ host, value }): Block[] =>
      value.others.flatMap(({ program, said }): Block[] => [
        {
          kind: 'text',
          text: say(
            { en: '{program} on {host} (not parsed: never seen)', zh: '{host} 上的 {program}（未解析：从未见过其输出）' },
            { program, host: host.name },
          ),
        },
        { kind: 'code', text: said === '' ? '-' : said },
      ]),
    );
    return answer(say({ en: 'RAID', zh: 'RAID' }), [table, ...raw], { notes: troubles(all) });
  },
});

function state({ active, wanted, there, devices }: MdArray, said: string): Cell {
  if (!active) return say({ en: '⚠ not running', zh: '⚠ 未运行' });
  const bad = (wanted !== undefined && there !== undefined && there < wanted) || devices.some((one) => one.includes('(F)')) || /degraded|FAILED/i.test(said);
  if (bad)
    return say(
      { en: '⚠ degraded: {there} of {wanted} ({said})', zh: '⚠ 降级：{wanted} 中仅 {there}（{said}）' },
      { there: there ?? '?', wanted: wanted ?? '?', said: said || '-' },
    );
  return said === '' ? say({ en: 'whole', zh: '完整' }) : quoted(said);
}
