import { answer, deskCommand } from '../src/core/command.ts';
import { list, say } from '../src/core/words.ts';

/** Who the bot takes you for, and what you may reach. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show who you are to the bot', zh: '查看机器人眼中的您' },
  examples: ['whoami'],
  risk: 'none',
  args: {},
  plan: async (_input, { person, commands, hosts }) =>
    answer(say({ en: 'you are {name}', zh: '您是 {name}' }, { name: person.name }), [
      {
        kind: 'facts',
        facts: [
          [say({ en: 'id', zh: '标识' }), person.id],
          [say({ en: 'roles', zh: '角色' }), list(person.roles)],
          [say({ en: 'commands', zh: '命令' }), list([...commands.keys()])],
          [say({ en: 'hosts', zh: '主机' }), list(hosts.map((host) => host.name))],
        ],
      },
    ]),
});
