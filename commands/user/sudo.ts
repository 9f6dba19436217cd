import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { list, say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { isExpired, users } from '../../src/tools/users.ts';
import { passwordWords } from '../../src/tools/users-look.ts';

/** Who may become root on hosts, and by what. */
export default command({
  summary: { en: 'Show who may become root', zh: '查看谁可以成为 root' },
  examples: ['user sudo @web', 'user sudo db1'],
  risk: 'none',
  args: { on: targets() },
  plan(_input, look) {
    const now = look.now();
    return tableOver(
      look,
      say({ en: 'who may become root', zh: '可成为 root 的账户' }),
      [
        say({ en: 'user', zh: '账户' }),
        say({ en: 'by', zh: '方式' }),
        say({ en: 'password', zh: '密码' }),
        say({ en: 'keys', zh: '密钥' }),
        say({ en: 'open', zh: '可用' }),
      ],
      (host) => look.read(host, users()),
      (_host, found) =>
        found.users
          .filter(({ uid, sudo }) => uid === 0 || sudo.length > 0)
          .map((user) => [
            user.name,
            user.uid === 0 ? say({ en: 'number 0', zh: '编号 0' }) : list(user.sudo),
            passwordWords(user.password),
            user.keys ?? '?',
            isExpired(user, now) ? say({ en: 'no, it is over', zh: '否，已到期' }) : say({ en: 'yes', zh: '是' }),
          ]),
    );
  },
});
