import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { quoted, say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { packagesAmong } from '../../src/tools/packages.ts';

/** Whether packages are broken or were left half done: dpkg's audit, dnf's and zypper's own checks. */
export default command({
  summary: { en: 'Check that no package is broken', zh: '检查软件包是否损坏' },
  examples: ['pkg check web1', 'pkg check @web db1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'packages', zh: '软件包' }),
      [say({ en: 'state', zh: '状态' })],
      async (host) => (await packagesAmong(look, host)).check(look, host),
      (_host, wrong) => (wrong.length === 0 ? [[say({ en: 'well', zh: '正常' })]] : wrong.slice(0, 12).map((line) => [quoted(line.slice(0, 200))])),
    ),
});
