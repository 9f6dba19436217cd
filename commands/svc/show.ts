import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { stateCell, tableOver } from '../../src/tools/look.ts';
import * as systemctl from '../../src/tools/systemctl.ts';
import { bytes } from '../../src/tools/units.ts';

/** One service on one or many hosts. */
export default command({
  summary: { en: 'Show a service', zh: '查看服务' },
  examples: ['svc show nginx web1', 'svc show nginx @web'],
  risk: 'none',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    tableOver(
      look,
      say({ en: 'service {name}', zh: '服务 {name}' }, { name }),
      [
        say({ en: 'state', zh: '状态' }),
        say({ en: 'detail', zh: '详情' }),
        say({ en: 'at boot', zh: '开机启动' }),
        say({ en: 'PID', zh: 'PID' }),
        say({ en: 'restarts', zh: '重启次数' }),
        say({ en: 'memory', zh: '内存' }),
        say({ en: 'since', zh: '自' }),
      ],
      (host) => look.read(host, systemctl.show(name)),
      (_host, shown) => {
        if (shown.LoadState === 'not-found') return [[say({ en: 'no such service', zh: '没有此服务' }), '', '', '', '', '', '']];
        const memory = Number(shown.MemoryCurrent);
        return [
          [
            stateCell(shown.ActiveState ?? ''),
            shown.SubState ?? '',
            shown.UnitFileState ?? '',
            Number(shown.MainPID ?? 0),
            Number(shown.NRestarts ?? 0),
            Number.isFinite(memory) && memory > 0 && memory < 2 ** 53 ? bytes(memory) : '-',
            shown.ActiveEnterTimestamp ?? '',
          ],
        ];
      },
    ),
});
