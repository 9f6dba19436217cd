import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { HOST } from '../../src/tools/look.ts';
import { sessions } from '../../src/tools/users.ts';

/** Who is logged in on hosts, and who was lately. */
export default command({
  summary: { en: 'Show who is logged in', zh: '查看谁已登录' },
  examples: ['user who @web', 'user who db1'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, (host) => look.read(host, sessions()));
    const columns = [
      HOST,
      say({ en: 'user', zh: '账户' }),
      say({ en: 'terminal', zh: '终端' }),
      say({ en: 'since', zh: '自' }),
      say({ en: 'from', zh: '来自' }),
    ];
    const rows = answers(all).flatMap(({ host, value }) => value.now.map((row) => [host.name, ...row]));
    const last = answers(all).flatMap(({ host, value }): Block[] =>
      value.last === ''
        ? []
        : [
            { kind: 'text', text: say({ en: 'last logins on {host}:', zh: '{host} 上最近的登录：' }, { host: host.name }) },
            { kind: 'code', text: value.last },
          ],
    );
    const notes = troubles(all);
    const summary = say({ en: 'logged in on {hosts}', zh: '{hosts} 上已登录的用户' }, { hosts: list(look.hosts.map(({ name }) => name)) });
    return answer(summary, [{ kind: 'table', columns, rows }, ...last], notes.length > 0 ? { notes } : {});
  },
});
