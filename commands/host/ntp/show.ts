import { targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import type { Cell } from '../../../src/core/types.ts';
import { say } from '../../../src/core/words.ts';
import { clock } from '../../../src/tools/clock.ts';
import { knownAmong } from '../../../src/tools/facts.ts';
import { tableOver } from '../../../src/tools/look.ts';

/** Where hosts take their time from, and how far off they are. */
export default command({
  summary: { en: 'Show where hosts take their time from', zh: '查看主机的时间来源' },
  examples: ['host ntp show web1', 'host ntp show @web db1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'time servers', zh: '时间服务器' }),
      [
        say({ en: 'kept by', zh: '由谁维护' }),
        say({ en: 'in sync', zh: '已同步' }),
        say({ en: 'server', zh: '服务器' }),
        say({ en: 'stratum', zh: '层级' }),
        say({ en: 'offset', zh: '偏差' }),
        say({ en: 'state', zh: '状态' }),
      ],
      async (host) => {
        await knownAmong(look, host);
        return look.read(host, clock());
      },
      (_host, { by, synced, offset, sources }): Cell[][] => {
        const head: Cell[] = [by ?? say({ en: 'nothing', zh: '无' }), synced ? say({ en: 'yes', zh: '是' }) : say({ en: 'NO', zh: '否' })];
        if (sources.length === 0)
          return [[...head, by === 'ntpd' ? say({ en: 'not parsed: never seen', zh: '未解析：未见过实例' }) : '-', '', millis(offset), '']];
        return sources.map((one, i) => [
          ...(i === 0 ? head : ['', '']),
          one.name,
          one.stratum ?? '-',
          millis(one.selected ? (offset ?? one.offset) : one.offset),
          one.selected
            ? say({ en: 'followed', zh: '采用中' })
            : one.reachable
              ? say({ en: 'answers', zh: '有响应' })
              : say({ en: 'DOES NOT ANSWER', zh: '无响应' }),
        ]);
      },
    ),
});

function millis(seconds: number | undefined): string {
  return seconds === undefined ? '-' : `${(seconds * 1000).toFixed(3)} ms`;
}
