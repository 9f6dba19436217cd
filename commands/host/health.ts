import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { knownAmong } from '../../src/tools/facts.ts';
import { complaints } from '../../src/tools/health/verdict.ts';
import { health } from '../../src/tools/health.ts';
import { tableOver } from '../../src/tools/look.ts';

/** Whether hosts are well: load, pressure, memory, disks, failed units, heat, the kernel's log, the clock. */
export default command({
  summary: { en: 'Check that hosts are well', zh: '检查主机健康状况' },
  examples: ['host health web1', 'host health @web db1 pi1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'host health', zh: '主机健康' }),
      [say({ en: 'verdict', zh: '结论' }), say({ en: 'what', zh: '问题' }), say({ en: 'what to do', zh: '建议' })],
      async (host) => {
        await knownAmong(look, host);
        return look.read(host, health());
      },
      (host, found): Cell[][] => {
        const all = complaints(host.name, found);
        const unread = found.kernel === undefined ? [say({ en: 'the kernel log cannot be read', zh: '无法读取内核日志' })] : [];
        if (all.length === 0) return [[say({ en: 'well', zh: '正常' }), unread.length > 0 ? list(unread) : '-', '']];
        return all.map(({ bad, what, todo }) => [bad ? say({ en: 'BAD', zh: '异常' }) : say({ en: 'warning', zh: '警告' }), what, todo]);
      },
    ),
});
