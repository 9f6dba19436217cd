import { address, host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { ping } from '../../src/tools/ping.ts';

/** Whether one host reaches another host or address, and how fast. */
export default command({
  summary: { en: 'Ping from one host to another', zh: '从一台主机 ping 另一台' },
  examples: ['net ping web1 db1', 'net ping web1 192.0.2.1'],
  risk: 'none',
  args: { from: host(), to: address() },
  async plan({ from, to }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{from}”', zh: '没有主机“{from}”' }, { from }));
    const target = look.find(to)?.address ?? to;
    const result = await look.read(host, ping(target));
    const none: Cell = '-';
    const facts: [ReturnType<typeof say>, Cell][] = [
      [say({ en: 'address', zh: '地址' }), target],
      [say({ en: 'came back', zh: '收到回应' }), `${result.received}/${result.sent}`],
      [
        say({ en: 'fastest, average, slowest', zh: '最快、平均、最慢' }),
        result.average === undefined ? none : `${result.min} · ${result.average} · ${result.max} ms`,
      ],
    ];
    const values = { from: host.name, to };
    const summary =
      result.trouble !== undefined
        ? say({ en: '{from} cannot ping {to}: {trouble}', zh: '{from} 无法 ping {to}：{trouble}' }, { ...values, trouble: result.trouble })
        : result.received > 0
          ? say({ en: '{from} reaches {to}', zh: '{from} 可以到达 {to}' }, values)
          : say({ en: '{from} does not reach {to}', zh: '{from} 无法到达 {to}' }, values);
    return answer(summary, [{ kind: 'facts', facts }]);
  },
});
