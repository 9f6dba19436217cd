import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { userName } from '../../src/tools/users-args.ts';
import { keysOf } from '../../src/tools/users-keys.ts';

/** The SSH keys that open an account on hosts, by fingerprint. */
export default command({
  summary: { en: 'Show the SSH keys of an account', zh: '查看账户的 SSH 密钥' },
  examples: ['user keys ana web1', 'user keys root @web'],
  risk: 'none',
  args: { user: userName(), on: targets() },
  plan: ({ user }, look) =>
    tableOver(
      look,
      say({ en: 'keys that open {user}', zh: '可登录 {user} 的密钥' }, { user }),
      [say({ en: 'fingerprint', zh: '指纹' }), say({ en: 'type', zh: '类型' }), say({ en: 'bits', zh: '位数' }), say({ en: 'comment', zh: '备注' })],
      (host) => look.read(host, keysOf(user)),
      (_host, { keys, odd, own }) => [
        ...keys.map(({ fingerprint, type, bits, comment }) => [
          fingerprint,
          type,
          bits,
          fingerprint === own ? say({ en: '{comment} (the bot’s own)', zh: '{comment}（机器人自己的）' }, { comment }) : comment,
        ]),
        ...(odd > 0 ? [[say({ en: '{odd} lines that ssh-keygen does not take', zh: '{odd} 行无法被 ssh-keygen 识别' }, { odd }), '', '', '']] : []),
        ...(keys.length + odd === 0 ? [[say({ en: 'none', zh: '无' }), '', '', '']] : []),
      ],
    ),
});
