import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { dayOf } from '../../src/tools/users.ts';
import { day, daysOf, userName } from '../../src/tools/users-args.ts';
import { expiryWords, notOurs, userFacts, userThere } from '../../src/tools/users-look.ts';
import { unlock } from '../../src/tools/users-steps.ts';

/** Sets the day from which on nobody can use an account any more, neither by password nor by key. */
export default command({
  summary: { en: 'Set the day an account ends', zh: '设置账户到期日' },
  examples: ['user expire ana web1 2027-12-31', 'user expire olga web1 never'],
  risk: 'medium',
  args: { user: userName(), host: host(), day: day() },
  async plan({ user: name, day: given }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    const days = daysOf(given);
    if (days !== undefined && dayOf(days) !== given) throw new Refusal(say({ en: 'there is no day {given}', zh: '没有 {given} 这一天' }, { given }));
    const there = await userThere(look, one, name, 'usermod');
    notOurs(there);
    const at = look.now();
    const facts = userFacts(there, at);
    const values = { name, host: one.name, day: expiryWords(days) };
    if (there.user.expires === days)
      return answer(
        say({ en: '{name} on {host} ends so already ({day}); nothing was done', zh: '{host} 上的 {name} 到期日已是 {day}；未做任何操作' }, values),
        [],
        { facts },
      );
    return {
      summary: say({ en: '{name} on {host} ends: {day}', zh: '{host} 上的 {name} 到期日：{day}' }, values),
      steps: [
        {
          kind: 'exec',
          on: { site: one.site, host: one.name, name },
          why: say({ en: 'set the day it ends', zh: '设置到期日' }),
          argv: unlock(name, days, false),
          timeoutMs: 30_000,
        },
      ],
      facts,
      locks: [{ name: `${one.site}/${one.name}/user:${name}` }],
      risk: 'medium',
      undo: { command: 'user expire', input: { user: name, host: one.name, day: there.user.expires === undefined ? 'never' : dayOf(there.user.expires) } },
    };
  },
});
