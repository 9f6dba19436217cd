import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { knownAmong } from '../../src/tools/facts.ts';
import { hardware } from '../../src/tools/hardware.ts';
import { tableOver } from '../../src/tools/look.ts';
import * as machine from '../../src/tools/machine.ts';
import { bytes, span } from '../../src/tools/units.ts';

/** What hosts are: system, kernel, board, processor, memory, how long they run, what manages them; and how old that is. */
export default command({
  summary: { en: 'Show what hosts are', zh: '查看主机信息' },
  examples: ['host info web1', 'host info @web db1 pi1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'host info', zh: '主机信息' }),
      [
        say({ en: 'system', zh: '系统' }),
        say({ en: 'kernel', zh: '内核' }),
        say({ en: 'model', zh: '型号' }),
        say({ en: 'processor', zh: '处理器' }),
        say({ en: 'memory', zh: '内存' }),
        say({ en: 'virtual', zh: '虚拟化' }),
        say({ en: 'up', zh: '运行时间' }),
        say({ en: 'boot id', zh: '启动标识' }),
        say({ en: 'init', zh: 'init' }),
        say({ en: 'network by', zh: '网络管理' }),
        say({ en: 'facts', zh: '信息' }),
      ],
      async (host) => {
        const facts = await knownAmong(look, host);
        const [now, made] = await Promise.all([look.read(host, machine.machine()), look.read(host, hardware())]);
        return { facts, now, made };
      },
      (_host, { facts, now, made }): Cell[][] => [
        [
          facts.os.pretty || facts.os.id,
          `${facts.kernel} ${facts.arch}`,
          facts.model || made.model || '-',
          `${made.cpu.get('CPU(s)') ?? '?'} × ${made.cpu.get('Model name') ?? '?'}`,
          bytes(now.memoryKiB * 1024),
          made.virtual || '-',
          span(now.uptime),
          now.bootId.slice(0, 8),
          facts.init || '?',
          facts.managers[0] ?? '-',
          say({ en: '{age} old', zh: '{age}前' }, { age: span(Math.max(0, look.now() - facts.at) / 1000) }),
        ],
      ],
    ),
});
