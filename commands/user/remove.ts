import { z } from 'zod';
import { confirm, host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { processesOf } from '../../src/tools/users.ts';
import { userName } from '../../src/tools/users-args.ts';
import { notOurs, userFacts, userThere } from '../../src/tools/users-look.ts';
import { endManager, remove, userState } from '../../src/tools/users-steps.ts';

/** Removes an account; its home stays unless that is said. */
export default command({
  summary: { en: 'Remove an account', zh: '删除账户' },
  examples: ['user remove olga web1 --confirm olga', 'user remove olga web1 --confirm olga --home'],
  risk: 'high',
  args: { user: userName(), host: host() },
  options: { confirm: confirm(), home: z.boolean().default(false) },
  async plan({ user: name, confirm: typed, home }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    if (typed !== name)
      throw new Refusal(
        say({ en: '--confirm says “{typed}”, not “{name}”; nothing was done', zh: '--confirm 为“{typed}”，而不是“{name}”；未做任何操作' }, { typed, name }),
      );
    const there = await userThere(look, one, name, 'userdel');
    notOurs(there);
    const running = await look.read(one, processesOf(name));
    const values = { name, host: one.name, home: there.user.home };
    if (running.length > 0)
      throw new Refusal(
        say(
          { en: '{name} runs {programs} on {host}; nothing was done', zh: '{name} 正在 {host} 上运行 {programs}；未做任何操作' },
          { ...values, programs: atMost([...new Set(running)], 8) },
        ),
        say({ en: '`user lock {name} {host}` keeps them out until those have ended', zh: '可先 `user lock {name} {host}` 锁定，等进程结束' }, values),
      );
    const at = look.now();
    const kept = home
      ? say({ en: '{home} is removed with all that is in it', zh: '{home} 及其全部内容会被删除' }, values)
      : say({ en: '{home} stays', zh: '{home} 会保留' }, values);
    const on = { site: one.site, host: one.name, name };
    return {
      summary: say({ en: 'remove the account {name} on {host}', zh: '删除 {host} 上的账户 {name}' }, values),
      steps: [
        { kind: 'exec', on, why: say({ en: 'end its own systemd', zh: '结束其 systemd 实例' }), argv: endManager(there.user.uid), timeoutMs: 60_000 },
        { kind: 'exec', on, why: say({ en: 'remove the account', zh: '删除账户' }), argv: remove(name, home), timeoutMs: 300_000, stop: 'never' },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is gone', zh: '直到已删除' }),
          read: { argv: userState(name) },
          until: { is: 'none' },
          everyMs: 500,
          timeoutMs: 10_000,
        },
      ],
      facts: [
        ...(await lastGood(look, one)),
        ...userFacts(there, at),
        { what: say({ en: 'home', zh: '主目录' }), value: kept, at, holds: `home ${one.name} ${name} ${home ? there.user.home : '-'}` },
      ],
      locks: [{ name: `${one.site}/${one.name}/user:${name}` }],
      risk: 'high',
      undo: { impossible: say({ en: 'a new account of that name would be another one', zh: '同名的新账户也是另一个账户' }) },
    };
  },
});
