import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { fingerprint as fingerprintArg, userName } from '../../../src/tools/users-args.ts';
import { usualPlace } from '../../../src/tools/users-key-look.ts';
import { keysOf, keyThere, removeKey } from '../../../src/tools/users-keys.ts';
import { userThere } from '../../../src/tools/users-look.ts';

/** Takes an SSH key away from an account; never the bot's own. */
export default command({
  summary: { en: 'Remove an SSH key from an account', zh: '移除账户的 SSH 密钥' },
  examples: ['user key remove ana web1 SHA256:xep3l0MaArprBZyrhvWl/r/0XNKEcUWrKJ0MslkZCWc'],
  risk: 'medium',
  args: { user: userName(), host: host(), fingerprint: fingerprintArg() },
  async plan({ user: name, fingerprint }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    const there = await userThere(look, one, name, 'ssh-keygen');
    const { keys, where, own } = await look.read(one, keysOf(name));
    usualPlace(one, where);
    const values = { name, host: one.name, fingerprint };
    const key = keys.find((known) => known.fingerprint === fingerprint);
    if (!key)
      return answer(
        say({ en: 'this key does not open {name} on {host}; nothing was done', zh: '该密钥不能登录 {host} 上的 {name}；未做任何操作' }, values),
        [],
      );
    if (fingerprint === own)
      throw new Refusal(
        say({ en: 'this is the key by which the bot itself reaches {host}; nothing was done', zh: '这是机器人访问 {host} 所用的密钥；未做任何操作' }, values),
      );
    if (own === '' && name === there.all.self)
      throw new Refusal(
        say(
          {
            en: 'it is not on record by which key the bot itself reaches {host}, and {name} is its account there; nothing was done',
            zh: '无法得知机器人用哪个密钥访问 {host}，而 {name} 正是它的账户；未做任何操作',
          },
          values,
        ),
      );
    const at = look.now();
    const on = { site: one.site, host: one.name, name };
    return {
      summary: say({ en: 'the key {fingerprint} opens {name} on {host} no more', zh: '密钥 {fingerprint} 不再能登录 {host} 上的 {name}' }, values),
      steps: [
        { kind: 'exec', on, why: say({ en: 'remove the key', zh: '移除密钥' }), argv: removeKey(name, fingerprint), timeoutMs: 30_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is gone', zh: '直到已移除' }),
          read: { argv: keyThere(name, fingerprint) },
          until: { is: 'no' },
          everyMs: 500,
          timeoutMs: 10_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'key', zh: '密钥' }),
          value: `${key.fingerprint} ${key.type} ${key.bits} ${key.comment}`,
          at,
          holds: `key ${one.name} ${name} ${fingerprint} true`,
        },
        {
          what: say({ en: 'keys of {name} on {host}', zh: '{host} 上 {name} 的密钥' }, values),
          value: say({ en: '{n}, this one goes', zh: '{n} 个，将移除此密钥' }, { n: keys.length }),
          at,
        },
      ],
      locks: [{ name: `${one.site}/${one.name}/user:${name}` }],
      risk: 'medium',
      undo: { command: 'user key add', input: { user: name, host: one.name, key: key.line } },
      ...(keys.length === 1 && there.user.password !== 'set'
        ? { notes: [say({ en: 'nothing lets {name} in afterwards', zh: '此后 {name} 将无法登录' }, values)] }
        : {}),
    };
  },
});
