import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { cvesCell, heldCell, listsCell, rebootCell, securityCell } from '../../src/tools/packages/words.ts';
import { packagesAmong } from '../../src/tools/packages.ts';

/** What there is to update on hosts, from the package lists they have: nothing is fetched. */
export default command({
  summary: { en: 'Show which updates hosts have', zh: '查看主机有哪些更新' },
  examples: ['pkg updates web1', 'pkg updates @web db1 pi1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'updates', zh: '可用更新' }),
      [
        say({ en: 'updates', zh: '更新' }),
        say({ en: 'security', zh: '安全' }),
        say({ en: 'reboot', zh: '重启' }),
        say({ en: 'held', zh: '保留' }),
        say({ en: 'CVEs', zh: 'CVE' }),
        say({ en: 'package lists', zh: '软件包列表' }),
      ],
      async (host) => (await packagesAmong(look, host)).pending(look, host),
      (_host, pending): Cell[][] => {
        const lists = listsCell(pending.listsAt, look.now());
        if (pending.broken.length > 0)
          return [[say({ en: 'broken: `pkg check`', zh: '已损坏：`pkg check`' }), '', rebootCell(pending), heldCell(pending), '', lists]];
        // Without lists there is nothing to compare with: no updates would be a guess.
        const count: Cell = pending.listsAt === undefined ? '?' : pending.upgrades.length;
        return [[count, securityCell(pending), rebootCell(pending), heldCell(pending), cvesCell(pending), lists]];
      },
    ),
});
