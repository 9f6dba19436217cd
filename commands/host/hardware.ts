import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { list, type Said, say } from '../../src/core/words.ts';
import { knownFacts } from '../../src/tools/facts.ts';
import { type Hardware, hardware } from '../../src/tools/hardware.ts';
import { bytes } from '../../src/tools/units.ts';

/** What a host is made of: board, processor, memory, disks, devices; on a Raspberry Pi also whether it was limited. */
export default command({
  summary: { en: 'Show what a host is made of', zh: '查看主机硬件' },
  examples: ['host hardware web1', 'host hardware pi1'],
  risk: 'none',
  args: { host: host() },
  async plan({ host: name }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    await knownFacts(look, host);
    const found = await look.read(host, hardware());
    const disks: Block = {
      kind: 'table',
      columns: [
        say({ en: 'disk', zh: '磁盘' }),
        say({ en: 'size', zh: '容量' }),
        say({ en: 'model', zh: '型号' }),
        say({ en: 'kind', zh: '类型' }),
        say({ en: 'parts', zh: '分区' }),
      ],
      rows: found.disks.map((one) => [
        one.name,
        bytes(one.size),
        one.model || '-',
        one.rotates ? say({ en: 'rotating', zh: '机械' }) : say({ en: 'solid state', zh: '固态' }),
        one.parts.slice(0, 6).join(', ') || '-',
      ]),
    };
    return answer(say({ en: 'hardware of {name}', zh: '{name} 的硬件' }, { name: host.name }), [
      { kind: 'facts', facts: facts(found) },
      disks,
      ...devices(found),
    ]);
  },
});

function facts({ model, virtual, cpu, memory, temperature, throttled }: Hardware): [Said, Cell][] {
  const of = (name: string) => cpu.get(name);
  const limited = throttled && [...new Set([...throttled.now, ...throttled.since])];
  return [
    [say({ en: 'model', zh: '型号' }), model || '-'],
    [say({ en: 'virtual', zh: '虚拟化' }), virtual === 'none' || virtual === '' ? say({ en: 'no', zh: '否' }) : virtual],
    [say({ en: 'processor', zh: '处理器' }), of('Model name') ?? '-'],
    [
      say({ en: 'CPUs', zh: 'CPU' }),
      say(
        { en: '{n} ({sockets} sockets, {cores} cores each)', zh: '{n}（{sockets} 路，每路 {cores} 核）' },
        { n: of('CPU(s)') ?? '?', sockets: of('Socket(s)') ?? '?', cores: of('Core(s) per socket') ?? '?' },
      ),
    ],
    [say({ en: 'memory', zh: '内存' }), bytes(memory)],
    ...(temperature === undefined ? [] : [[say({ en: 'temperature', zh: '温度' }), `${temperature.toFixed(1)} °C`] satisfies [Said, Cell]]),
    ...(limited === undefined
      ? []
      : [[say({ en: 'limited since boot', zh: '启动后受限' }), limited.length === 0 ? say({ en: 'no', zh: '否' }) : list(limited)] satisfies [Said, Cell]]),
  ];
}

/** Lists of devices as their programs print them. */
function devices({ modules, pci, usb }: Hardware): Block[] {
  const block = (what: Said, text: string): Block[] =>
    text === ''
      ? []
      : [
          { kind: 'text', text: what },
          { kind: 'code', text: text.slice(0, 4000) },
        ];
  return [
    ...block(say({ en: 'memory modules (not parsed: never seen)', zh: '内存条（未解析：未见过实例）' }), modules),
    ...block(say({ en: 'PCI', zh: 'PCI' }), pci.slice(0, 40).join('\n')),
    ...block(say({ en: 'USB', zh: 'USB' }), usb.slice(0, 40).join('\n')),
  ];
}
