import { z } from 'zod';
import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { list, say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { isExpired, isPerson, users } from '../../src/tools/users.ts';
import { expiryWords, passwordWords } from '../../src/tools/users-look.ts';

/** Accounts of hosts: those of people, or all; how each is opened, and whether it may become root. */
export default command({
  summary: { en: 'List accounts', zh: '列出账户' },
  examples: ['user list web1', 'user list @web --all'],
  risk: 'none',
  args: { on: targets() },
  options: { all: z.boolean().default(false) },
  plan({ all }, look) {
    const now = look.now();
    return tableOver(
      look,
      all ? say({ en: 'all accounts', zh: '所有账户' }) : say({ en: 'accounts of people, and root', zh: '人员账户和 root' }),
      [
        say({ en: 'user', zh: '账户' }),
        say({ en: 'number', zh: '编号' }),
        say({ en: 'name', zh: '姓名' }),
        say({ en: 'password', zh: '密码' }),
        say({ en: 'expires', zh: '到期' }),
        say({ en: 'keys', zh: '密钥' }),
        say({ en: 'becomes root by', zh: '提权方式' }),
        say({ en: 'last login', zh: '最近登录' }),
        say({ en: 'shell', zh: 'Shell' }),
      ],
      (host) => look.read(host, users()),
      (_host, found) =>
        found.users
          .filter((user) => all || isPerson(user))
          .map((user) => [
            user.name,
            user.uid,
            user.comment,
            passwordWords(user.password),
            isExpired(user, now) ? say({ en: 'is over ({day})', zh: '已到期（{day}）' }, { day: expiryWords(user.expires) }) : expiryWords(user.expires),
            user.keys ?? '?',
            user.sudo.length > 0 ? list(user.sudo) : '-',
            user.last || '-',
            user.shell,
          ]),
    );
  },
});
