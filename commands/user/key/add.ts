import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { isExpired } from '../../../src/tools/users.ts';
import { publicKey, userName } from '../../../src/tools/users-args.ts';
import { goodKey, usualPlace } from '../../../src/tools/users-key-look.ts';
import { addKey, keysOf, keyThere } from '../../../src/tools/users-keys.ts';
import { userThere } from '../../../src/tools/users-look.ts';

/** Lets somebody in by one more SSH key. */
export default command({
  summary: { en: 'Add an SSH key to an account', zh: '为账户添加 SSH 密钥' },
  examples: ['user key add ana web1 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM2hagwPFPGr110HRayQtfAIu0aIQnapbokMQGYmDFnR ana@example.org"'],
  risk: 'medium',
  args: { user: userName(), host: host(), key: publicKey() },
  async plan({ user: name, key: line }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    const there = await userThere(look, one, name);
    const key = await goodKey(look, one, there.facts, line);
    const { keys, where } = await look.read(one, keysOf(name));
    usualPlace(one, where);
    const at = look.now();
    const values = { name, host: one.name, fingerprint: key.fingerprint };
    const has = keys.some(({ fingerprint }) => fingerprint === key.fingerprint);
    const facts = [
      {
        what: say({ en: 'key', zh: '密钥' }),
        value: `${key.fingerprint} ${key.type} ${key.bits} ${key.comment}`,
        at,
        holds: `key ${one.name} ${name} ${key.fingerprint} ${has}`,
      },
      { what: say({ en: 'keys of {name} on {host}', zh: '{host} 上 {name} 的密钥' }, values), value: String(keys.length), at },
      ...(there.user.sudo.length > 0 || there.user.uid === 0
        ? [{ what: say({ en: 'mind', zh: '注意' }), value: say({ en: '{name} is root, or can become it', zh: '{name} 是 root 或可成为 root' }, values), at }]
        : []),
    ];
    if (has)
      return answer(
        say({ en: 'this key opens {name} on {host} already; nothing was done', zh: '该密钥已可登录 {host} 上的 {name}；未做任何操作' }, values),
        [],
        { facts },
      );
    const on = { site: one.site, host: one.name, name };
    return {
      summary: say({ en: 'let the key {fingerprint} open {name} on {host}', zh: '允许密钥 {fingerprint} 登录 {host} 上的 {name}' }, values),
      steps: [
        { kind: 'exec', on, why: say({ en: 'add the key', zh: '添加密钥' }), argv: addKey(name), stdin: `${key.line}\n`, timeoutMs: 30_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is there', zh: '直到已添加' }),
          read: { argv: keyThere(name, key.fingerprint) },
          until: { is: 'yes' },
          everyMs: 500,
          timeoutMs: 10_000,
        },
      ],
      facts,
      locks: [{ name: `${one.site}/${one.name}/user:${name}` }],
      risk: there.user.sudo.length > 0 || there.user.uid === 0 ? 'high' : 'medium',
      undo: { command: 'user key remove', input: { user: name, host: one.name, fingerprint: key.fingerprint } },
      ...(isExpired(there.user, at) ? { notes: [say({ en: 'the account is over: no key lets anybody in', zh: '账户已到期：任何密钥都无法登录' })] } : {}),
    };
  },
});
