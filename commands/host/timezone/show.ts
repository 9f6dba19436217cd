import { targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { clock } from '../../../src/tools/clock.ts';
import { knownAmong } from '../../../src/tools/facts.ts';
import { tableOver } from '../../../src/tools/look.ts';

/** The time zones of hosts, and whether their clocks are right. */
export default command({
  summary: { en: 'Show the time zones of hosts', zh: '查看主机时区' },
  examples: ['host timezone show web1', 'host timezone show @web db1'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'time zones', zh: '时区' }),
      [say({ en: 'zone', zh: '时区' }), say({ en: 'in sync', zh: '已同步' })],
      async (host) => {
        await knownAmong(look, host);
        return look.read(host, clock());
      },
      (_host, { zone, synced }) => [[zone, synced ? say({ en: 'yes', zh: '是' }) : say({ en: 'NO', zh: '否' })]],
    ),
});
