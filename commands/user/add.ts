import { z } from 'zod';
import { host, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Fact, Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { users } from '../../src/tools/users.ts';
import { publicKey, userName } from '../../src/tools/users-args.ts';
import { goodKey } from '../../src/tools/users-key-look.ts';
import { addKey } from '../../src/tools/users-keys.ts';
import { add, userState } from '../../src/tools/users-steps.ts';

/** Adds an account without a password: it is opened by its key. */
export default command({
  summary: { en: 'Add an account, opened by a key', zh: '添加账户（使用密钥登录）' },
  examples: [
    'user add maria web1 --comment "Maria Example"',
    'user add maria web1 --groups users --key "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM2hagwPFPGr110HRayQtfAIu0aIQnapbokMQGYmDFnR maria@example.org"',
  ],
  risk: 'medium',
  args: { user: userName(), host: host() },
  options: {
    comment: word(/^[^:,=\p{Cc}]{1,100}$/u, { en: 'NAME', zh: '姓名' }).optional(),
    shell: word(/^\/[A-Za-z0-9_./-]{1,100}$/, { en: '/bin/bash', zh: '/bin/bash' }).default('/bin/bash'),
    groups: z
      .array(word(/^[a-z_][a-z0-9_-]{0,31}$/, { en: 'GROUP', zh: '组' }))
      .max(20)
      .default([]),
    key: publicKey().optional(),
  },
  async plan({ user: name, comment, shell, groups, key }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no such host', zh: '没有此主机' }));
    const facts = await knownFacts(look, one);
    mustHave(one, facts, 'useradd');
    const found = await look.read(one, users());
    const values = { name, host: one.name };
    if (found.users.some((user) => user.name === name))
      throw new Refusal(say({ en: 'there is an account “{name}” on {host} already; nothing was done', zh: '{host} 上已有账户“{name}”；未做任何操作' }, values));
    const strange = groups.filter((group) => !found.groups.has(group));
    if (strange.length > 0)
      throw new Refusal(
        say(
          { en: 'there is no group {groups} on {host}; nothing was done', zh: '{host} 上没有组 {groups}；未做任何操作' },
          { ...values, groups: list(strange) },
        ),
      );
    if (found.groups.has(name))
      throw new Refusal(
        say(
          {
            en: 'there is a group “{name}” on {host} already: an account of that name gets one of its own',
            zh: '{host} 上已有组“{name}”：同名账户需要自己的组',
          },
          values,
        ),
      );
    if (found.shells.length > 0 && !found.shells.includes(shell))
      throw new Refusal(
        say({ en: '{shell} is no login shell on {host}; nothing was done', zh: '{shell} 不是 {host} 上的登录 Shell；未做任何操作' }, { ...values, shell }),
        say({ en: 'there is: {shells}', zh: '可用：{shells}' }, { shells: list(found.shells) }),
      );
    const good = key === undefined ? undefined : await goodKey(look, one, facts, key);
    const at = look.now();
    const on = { site: one.site, host: one.name, name };
    const roots = groups.filter((group) => found.roots.has(group) || group === 'adm');
    const { users: sudoers, all, untold } = found.sudoers;
    const minds = [
      ...(roots.length > 0 ? [say({ en: 'members of {roots} can become root', zh: '{roots} 的成员可成为 root' }, { roots: list(roots) })] : []),
      ...(all || sudoers.has(name)
        ? [say({ en: 'sudoers names {name} already: it can become root at once', zh: 'sudoers 已包含 {name}：可立即成为 root' }, values)]
        : []),
      ...(untold ? [say({ en: 'who may become root cannot be told from the files of {host}', zh: '无法从 {host} 的文件判断谁可成为 root' }, values)] : []),
    ];
    const known: Fact[] = [
      {
        what: say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, values),
        value: say({ en: 'not there yet', zh: '尚不存在' }),
        at,
        holds: `user ${one.name} ${name} none`,
      },
      ...(good ? [{ what: say({ en: 'key', zh: '密钥' }), value: `${good.fingerprint} ${good.type} ${good.comment}`, at }] : []),
      ...minds.map((value) => ({ what: say({ en: 'mind', zh: '注意' }), value, at, holds: `roots ${roots.join(',')} ${all || sudoers.has(name)} ${untold}` })),
    ];
    const steps: Step[] = [
      { kind: 'exec', on, why: say({ en: 'add the account', zh: '添加账户' }), argv: add(name, { shell, comment: comment ?? '', groups }), timeoutMs: 60_000 },
      ...(good
        ? [{ kind: 'exec', on, why: say({ en: 'add the key', zh: '添加密钥' }), argv: addKey(name), stdin: `${good.line}\n`, timeoutMs: 30_000 } as const]
        : []),
      {
        kind: 'wait',
        on,
        why: say({ en: 'until it is there, without a password', zh: '直到账户存在且无密码' }),
        read: { argv: userState(name) },
        until: { is: 'locked never' },
        everyMs: 500,
        timeoutMs: 10_000,
      },
    ];
    const notes = good
      ? []
      : [
          say(
            { en: 'nobody can use it before it has a key: `user key add {name} {host} "KEY"`', zh: '添加密钥前无人可用：`user key add {name} {host} "公钥"`' },
            values,
          ),
        ];
    return {
      summary: say({ en: 'add the account {name} on {host}, without a password', zh: '在 {host} 上添加账户 {name}（无密码）' }, values),
      steps,
      facts: known,
      locks: [{ name: `${one.site}/${one.name}/user:${name}` }],
      risk: minds.length > 0 ? 'high' : 'medium',
      undo: { command: 'user remove', input: { user: name, host: one.name, confirm: name, home: true } },
      ...(notes.length > 0 ? { notes } : {}),
    };
  },
});
