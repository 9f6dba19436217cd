import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { didYouMean } from '../core/parse.ts';
import type { Fact } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { type Facts, knownFacts, mustHave } from './facts.ts';
import { dayOf, type User, type Users, users } from './users.ts';

/** An account there, and what is known of the host. */
export interface UserThere {
  readonly host: Host;
  readonly user: User;
  readonly all: Users;
  readonly facts: Facts;
}

/** The account of this name on a host that has these programs. Throws Refusal where there is none, with the nearest there are. */
export async function userThere(look: Look, host: Host, name: string, ...programs: readonly string[]): Promise<UserThere> {
  const facts = await knownFacts(look, host);
  mustHave(host, facts, ...programs);
  const all = await look.read(host, users());
  const user = all.users.find((one) => one.name === name);
  if (user) return { host, user, all, facts };
  const near = nearest(
    name,
    all.users.map((one) => one.name),
  );
  throw new Refusal(
    say({ en: 'there is no account “{name}” on {host}; nothing was done', zh: '{host} 上没有账户“{name}”；未做任何操作' }, { name, host: host.name }),
    near.length > 0 ? didYouMean(near) : say({ en: '`user list {host}` shows who there is', zh: '可用 `user list {host}` 查看' }, { host: host.name }),
  );
}

/** Throws Refusal for what would keep the bot itself, or root, out of a host, and for accounts of the system. */
export function notOurs({ host, user, all }: UserThere): void {
  const no = (why: Said): never => {
    throw new Refusal(
      say({ en: '“{name}” on {host} is not touched: {why}', zh: '不会触碰 {host} 上的“{name}”：{why}' }, { name: user.name, host: host.name, why }),
    );
  };
  if (user.name === all.self) no(say({ en: 'it is the bot’s own account there', zh: '它是机器人在该主机上的账户' }));
  if (user.uid === 0) no(say({ en: 'it is root', zh: '它是 root' }));
  if (user.uid < 1000) no(say({ en: 'it is an account of the system (number {uid})', zh: '它是系统账户（编号 {uid}）' }, { uid: user.uid }));
}

/** The day from which on an account is of no use. */
export function expiryWords(expires: number | undefined): Said {
  return expires === undefined ? say({ en: 'never', zh: '永不' }) : say({ en: '{day}', zh: '{day}' }, { day: dayOf(expires) });
}

/** How an account is: what a plan about it relies on. */
export function userFacts({ host, user }: UserThere, at: number): Fact[] {
  const { name, uid, password, expires, keys, sudo, groups } = user;
  const what = say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name, host: host.name });
  const value = say(
    {
      en: 'number {uid}, password {password}, expires {expires}, {keys} keys, groups {groups}',
      zh: '编号 {uid}，密码 {password}，到期 {expires}，{keys} 个密钥，组 {groups}',
    },
    { uid, password: passwordWords(password), expires: expiryWords(expires), keys: keys ?? '?', groups: list(groups) },
  );
  const holds = `user ${host.name} ${name} ${uid} ${password} ${user.bang} ${expires ?? 'never'} ${groups.toSorted().join(',')}`;
  const root: Fact[] = sudo.length > 0 ? [{ what: say({ en: 'may become root', zh: '可成为 root' }), value: list(sudo), at }] : [];
  return [{ what, value, at, holds }, ...root];
}

/** What stands in place of a password, in words. */
export function passwordWords(password: User['password']): Said {
  return {
    set: say({ en: 'set', zh: '已设置' }),
    none: say({ en: 'disabled', zh: '已禁用' }),
    locked: say({ en: 'locked', zh: '已锁定' }),
    empty: say({ en: 'EMPTY: anybody gets in', zh: '空：任何人都能登录' }),
    unknown: say({ en: 'cannot be read', zh: '无法读取' }),
  }[password];
}
