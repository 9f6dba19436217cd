import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { knownAmong } from '../../src/tools/facts.ts';
import { tableOver } from '../../src/tools/look.ts';
import * as machine from '../../src/tools/machine.ts';
import * as systemctl from '../../src/tools/systemctl.ts';
import { percent, span } from '../../src/tools/units.ts';

/** How hosts are: system, uptime, load, memory, fullest file system, failed services. */
export default command({
  summary: { en: 'Show how hosts are', zh: '查看主机状态' },
  examples: ['host status web1', 'host status @web kvm1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'host status', zh: '主机状态' }),
      [
        say({ en: 'system', zh: '系统' }),
        say({ en: 'kernel', zh: '内核' }),
        say({ en: 'up', zh: '运行时间' }),
        say({ en: 'load', zh: '负载' }),
        say({ en: 'memory', zh: '内存' }),
        say({ en: 'fullest disk', zh: '最满磁盘' }),
        say({ en: 'failed', zh: '失败服务' }),
      ],
      async (host) => {
        await knownAmong(look, host);
        return Promise.all([
          look.read(host, machine.machine()),
          look.read(host, machine.kernel()),
          look.read(host, machine.mounted()),
          look.read(host, systemctl.services(true)),
        ]);
      },
      (_host, [known, kernel, mounted, failed]) => {
        const fullest = [...mounted].sort((a, b) => b.used / b.size - a.used / a.size)[0];
        return [
          [
            known.os,
            kernel,
            span(known.uptime),
            known.load.map((n) => n.toFixed(2)).join(' '),
            percent(known.memoryKiB - known.availableKiB, known.memoryKiB),
            fullest ? `${percent(fullest.used, fullest.size)} ${fullest.target}` : '-',
            failed.length === 0 ? '-' : failed.map((unit) => unit.unit.replace(/\.service$/, '')).join(' '),
          ],
        ];
      },
    ),
});
