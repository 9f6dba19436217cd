import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { dayAndClock } from '../../src/core/time.ts';
import { say } from '../../src/core/words.ts';
import { journalFiles, journalUsage } from '../../src/tools/journal.ts';
import { tableOver } from '../../src/tools/look.ts';
import { whereSystemd } from '../../src/tools/systemctl-look.ts';
import { bytes } from '../../src/tools/units.ts';

/** How much space the journals of hosts take, and how much of it could be freed. */
export default command({
  summary: { en: 'Show how much space the log takes', zh: '查看日志占用的空间' },
  examples: ['log usage @web', 'log usage db1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'space of the log', zh: '日志占用空间' }),
      [say({ en: 'takes', zh: '占用' }), say({ en: 'of it archived', zh: '其中已归档' }), say({ en: 'files', zh: '文件' }), say({ en: 'oldest', zh: '最早' })],
      (host) => whereSystemd(look, host, () => Promise.all([look.read(host, journalUsage()), look.read(host, journalFiles())])),
      (_host, [usage, { archived }]) => [
        [usage, bytes(archived.reduce((sum, { size }) => sum + size, 0)), archived.length, archived[0] ? dayAndClock(archived[0].at) : '-'],
      ],
    ),
});
