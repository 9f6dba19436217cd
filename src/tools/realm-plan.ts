import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { ExecStep, Fact, Plan } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { knownFacts, mustHave } from './facts.ts';
import { discovered, isMember, joinRealm, leaveRealm, type Membership, membership } from './realm.ts';

const is = (name: string) => (other: { readonly name: string }) => other.name.toLowerCase() === name.toLowerCase();

async function seen(look: Look, host: Host): Promise<Membership> {
  mustHave(host, await knownFacts(look, host), 'realm');
  return look.read(host, membership());
}

function fact(look: Look, host: Host, { realms, localLogin }: Membership): Fact {
  const names = realms.filter(({ member }) => member).map(({ name }) => name);
  return {
    what: say({ en: '{host} is a member of', zh: '{host} 所属的域' }, { host: host.name }),
    value: names.join(', ') || '-',
    at: look.now(),
    holds: `realms ${host.name} ${names.join(' ')} ${localLogin}`,
  };
}

const exec = (host: Host, why: Said, argv: ExecStep['argv'], more: Partial<ExecStep> = {}): ExecStep => ({
  ...{ kind: 'exec', on: { site: host.site, host: host.name }, why, argv, timeoutMs: 60_000 },
  ...more,
});

/** Joins a host to a declared domain. Throws Refusal. */
export async function planJoin(look: Look, host: Host, domain: string): Promise<Plan> {
  const known = look.declared.domains;
  const declared = known.find(is(domain));
  if (!declared)
    throw new Refusal(
      say({ en: 'there is no domain “{domain}” in the configuration', zh: '配置中没有域“{domain}”' }, { domain }),
      known.length > 0
        ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(known.map(({ name }) => name)) })
        : say({ en: 'declare who joins hosts to it under domains:', zh: '请在 domains: 下声明由谁加入' }),
    );
  const now = await seen(look, host);
  const words = { host: host.name, domain: declared.name, user: declared.user };
  const members = now.realms.filter(({ member }) => member);
  if (members.some(is(domain))) return answer(say({ en: '{host} is in {domain} already', zh: '{host} 已在域 {domain} 中' }, words), []);
  const [other] = members;
  if (other)
    throw new Refusal(
      say({ en: '{host} is in another domain: {other}; nothing was done', zh: '{host} 已在另一个域：{other}；未做任何操作' }, { ...words, other: other.name }),
      say({ en: 'let it leave that first: `host leave {host}`', zh: '请先退出：`host leave {host}`' }, words),
    );
  const found = await look.read(host, discovered(declared.name));
  if (typeof found === 'string')
    throw new Refusal(
      say({ en: '{host} finds no domain {domain}: {why}; nothing was done', zh: '{host} 找不到域 {domain}：{why}；未做任何操作' }, { ...words, why: found }),
      say({ en: 'does it ask the domain’s name servers? `net dns show {host}`', zh: '它是否使用该域的 DNS 服务器？`net dns show {host}`' }, words),
    );
  return {
    summary: say({ en: 'join {host} to {domain} as {user}', zh: '以 {user} 将 {host} 加入域 {domain}' }, words),
    steps: [
      exec(host, say({ en: 'join {domain}', zh: '加入 {domain}' }, words), joinRealm(declared.name, declared.user), {
        stdin: declared.password,
        timeoutMs: 300_000,
      }),
      exec(host, say({ en: 'see that it is a member', zh: '确认已加入' }), isMember(declared.name, true)),
    ],
    facts: [
      fact(look, host, now),
      { what: say({ en: 'it is', zh: '类型' }), value: found.server || 'kerberos', at: look.now(), holds: `realm ${found.name} ${found.server}` },
      { what: say({ en: 'packages it needs', zh: '所需软件包' }), value: list(found.packages), at: look.now() },
    ],
    locks: [{ name: `${host.site}/${host.name}/domain` }],
    risk: 'high',
    undo: { command: 'host leave', input: { host: host.name } },
    notes: [say({ en: 'people of the domain may log in to {host} as its realmd.conf permits', zh: '域用户可按 {host} 的 realmd 设置登录' }, words)],
  };
}

/** Has a host leave the domain it is in. Throws Refusal. */
export async function planLeave(look: Look, host: Host): Promise<Plan> {
  const now = await seen(look, host);
  const members = now.realms.filter(({ member }) => member);
  const [realm, second] = members;
  if (!realm) return answer(say({ en: '{host} is in no domain already', zh: '{host} 不在任何域中' }, { host: host.name }), []);
  const words = { host: host.name, domain: realm.name };
  if (second)
    throw new Refusal(
      say(
        { en: '{host} is in several domains: {all}; nothing was done', zh: '{host} 在多个域中：{all}；未做任何操作' },
        { ...words, all: list(members.map(({ name }) => name)) },
      ),
    );
  if (!now.localLogin)
    throw new Refusal(
      say(
        {
          en: 'I log in to {host} as a user of {domain}, and could not come in any more; nothing was done',
          zh: '我以 {domain} 的用户登录 {host}，退出后将无法登录；未做任何操作',
        },
        words,
      ),
    );
  const declared = look.declared.domains.find(is(realm.name));
  return {
    summary: say({ en: 'have {host} leave {domain}', zh: '让 {host} 退出域 {domain}' }, words),
    steps: [
      exec(host, say({ en: 'leave {domain}', zh: '退出 {domain}' }, words), leaveRealm(realm.name), { timeoutMs: 300_000 }),
      exec(host, say({ en: 'see that it is a member no more', zh: '确认已退出' }), isMember(realm.name, false)),
    ],
    facts: [fact(look, host, now)],
    locks: [{ name: `${host.site}/${host.name}/domain` }],
    risk: 'high',
    undo: declared
      ? { command: 'host join', input: { host: host.name, domain: declared.name } }
      : { impossible: say({ en: 'the configuration does not say who joins hosts to {domain}', zh: '配置未说明由谁加入 {domain}' }, words) },
    notes: [
      say({ en: 'people of the domain can log in to {host} no more', zh: '域用户将无法再登录 {host}' }, words),
      say({ en: 'the account of the machine stays in the domain', zh: '域中的计算机账号会保留' }),
    ],
  };
}
