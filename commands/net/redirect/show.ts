import { targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import type { Cell } from '../../../src/core/types.ts';
import { say } from '../../../src/core/words.ts';
import { knownAmong } from '../../../src/tools/facts.ts';
import { tableOver } from '../../../src/tools/look.ts';
import { redirects } from '../../../src/tools/redirect.ts';

/** Ports that lead elsewhere: the bot's own, whether they are in force and come again at boot, and the rules of others as they stand. */
export default command({
  summary: { en: 'Show redirected ports', zh: '查看端口重定向' },
  examples: ['net redirect show pve1', 'net redirect show @web'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'redirected ports', zh: '端口重定向' }),
      [say({ en: 'redirect', zh: '重定向' }), say({ en: 'in force', zh: '生效' }), say({ en: 'at boot', zh: '开机加载' })],
      async (host) => {
        await knownAmong(look, host);
        return look.read(host, redirects());
      },
      (_host, { own, others, loaded, boot }) => {
        const yes = (so: boolean) => (so ? say({ en: 'yes', zh: '是' }) : say({ en: 'NO', zh: '否' }));
        const mine = own.map(({ port, to }): Cell[] => [`${port} → ${to}`, yes(loaded), yes(boot)]);
        const rest = others.map((rule): Cell[] => [rule, yes(true), say({ en: 'not mine', zh: '非我设置' })]);
        return mine.length + rest.length > 0 ? [...mine, ...rest] : [['-', '', '']];
      },
    ),
});
