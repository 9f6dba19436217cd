import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { boots } from '../../src/tools/journal.ts';
import { tableOver } from '../../src/tools/look.ts';
import { whereSystemd } from '../../src/tools/systemctl-look.ts';

/** The boots a host's journal knows, in UTC. */
export default command({
  summary: { en: 'List the boots in the log', zh: '列出日志中的启动记录' },
  examples: ['log boots web1'],
  risk: 'none',
  args: { host: host() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'boots in the log, in UTC; `log show --boot -1` shows the one before', zh: '日志中的启动记录（UTC）；`log show --boot -1` 查看上一次' }),
      [say({ en: 'boot', zh: '启动' }), say({ en: 'first line', zh: '首行' }), say({ en: 'last line', zh: '末行' }), say({ en: 'id', zh: '标识' })],
      (one) => whereSystemd(look, one, () => look.read(one, boots())),
      (_one, all) => all.map(({ index, id, first, last }) => [index, first, last, id]),
    ),
});
