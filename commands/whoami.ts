import { fitsRule } from '../src/core/approval.ts';
import { answer, deskCommand } from '../src/core/command.ts';
import { delegationsOf } from '../src/core/standing.ts';
import type { Cell } from '../src/core/types.ts';
import { list, type Said, say } from '../src/core/words.ts';

/** Who the bot takes you for, and what you may reach. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show who you are to the bot', zh: '查看机器人眼中的您' },
  examples: ['whoami'],
  risk: 'none',
  args: {},
  async plan(_input, { person, account, commands, hosts, policy, links, at }) {
    const me = policy.people.get(person.id);
    const mine = (await links.list()).filter((link) => link.person === person.id);
    const approves = policy.approvals.filter((rule) => fitsRule(rule, person.roles)).map(({ id }) => id);
    const facts: (readonly [Said, Cell])[] = [
      [say({ en: 'id', zh: '标识' }), person.id],
      [say({ en: 'roles', zh: '角色' }), list(person.roles)],
      ...(account ? [[say({ en: 'this account', zh: '当前账号' }), `${account.chat} ${account.id}`] as const] : []),
      ...(mine.length > 0
        ? [[say({ en: 'linked accounts', zh: '已关联账号' }), list(mine.map((link) => `${link.account.chat} ${link.account.id}`))] as const]
        : []),
      [say({ en: 'commands', zh: '命令' }), say({ en: '{n}: `help` lists them', zh: '{n} 个：用 `help` 查看' }, { n: commands.size })],
      [say({ en: 'hosts', zh: '主机' }), list(hosts.map((host) => host.name))],
      ...(approves.length > 0 ? [[say({ en: 'may approve by', zh: '可批准的规则' }), list(approves)] as const] : []),
      ...(me ? delegationsOf(me, policy, at) : []),
    ];
    return answer(say({ en: 'you are {name}', zh: '您是 {name}' }, { name: person.name }), [{ kind: 'facts', facts }]);
  },
});
