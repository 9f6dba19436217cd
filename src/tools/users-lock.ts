import { answer, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Plan, Step, Undo } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { dayOf } from './users.ts';
import { daysOf } from './users-args.ts';
import { notOurs, type UserThere, userFacts, userThere } from './users-look.ts';
import { lock, unlock, userState } from './users-steps.ts';

/** Plans to lock an account on hosts, side by side. */
export async function lockPlan(look: Look, name: string, note: Said): Promise<Plan> {
  const found = await Promise.all(look.hosts.map((host) => userThere(look, host, name, 'usermod')));
  for (const there of found) notOurs(there);
  const at = look.now();
  const facts = found.flatMap((there) => userFacts(there, at));
  const changed = found.filter(({ user }) => !(user.bang && user.expires === 1));
  if (changed.length === 0)
    return answer(
      say({ en: '{name} is locked on {hosts} already; nothing was done', zh: '{name} 在 {hosts} 上已被锁定；未做任何操作' }, about(name, found)),
      [],
      { facts },
    );
  return {
    summary: say(
      { en: 'lock {name} on {hosts}: neither password nor key lets them in', zh: '在 {hosts} 上锁定 {name}：密码和密钥均不能登录' },
      about(name, changed),
    ),
    steps: changed.flatMap(({ host, user }): Step[] => {
      const on = { site: host.site, host: host.name, name };
      return [
        {
          kind: 'exec',
          on,
          why: say({ en: 'lock the password, end the account', zh: '锁定密码并使账户到期' }),
          argv: lock(name, user.bang),
          timeoutMs: 30_000,
        },
        seen(on, name, 'locked 1', say({ en: 'until it is locked', zh: '直到已锁定' })),
      ];
    }),
    facts,
    locks: changed.map(({ host }) => ({ name: `${host.site}/${host.name}/user:${name}` })),
    risk: 'medium',
    undo: undoOf(name, changed),
    notes: [note],
  };
}

/** What puts back exactly what was: the day it ended on, and whether its password counted. Hosts that differ are each undone by themselves. */
function undoOf(name: string, changed: readonly UserThere[]): Undo {
  const before = ({ user }: UserThere) => ({ expires: user.expires === undefined ? 'never' : dayOf(user.expires), 'password-stays': user.bang });
  const [first] = changed;
  const same = first && changed.every((one) => JSON.stringify(before(one)) === JSON.stringify(before(first)));
  if (!first || !same)
    return {
      impossible: say(
        {
          en: 'it was not the same on these hosts: unlock it on each, `user unlock {name} HOST --expires DATE`',
          zh: '各主机上的原状态不同：请逐台解锁，`user unlock {name} 主机 --expires 日期`',
        },
        { name },
      ),
    };
  return { command: 'user unlock', input: { user: name, on: changed.map(({ host }) => host.name), ...before(first) } };
}

/** Plans to let an account in again, until that day; `stays`: its password stays locked. */
export async function unlockPlan(look: Look, name: string, expires: string, stays: boolean): Promise<Plan> {
  const days = daysOf(expires);
  if (days !== undefined && dayOf(days) !== expires) throw new Refusal(say({ en: 'there is no day {day}', zh: '没有 {day} 这一天' }, { day: expires }));
  const found = await Promise.all(look.hosts.map((host) => userThere(look, host, name, 'usermod')));
  for (const there of found) notOurs(there);
  const at = look.now();
  const facts = found.flatMap((there) => userFacts(there, at));
  // A password that never was cannot be unlocked: usermod would leave the account without one.
  const opens = ({ user }: UserThere) => !stays && user.bang && user.password === 'locked';
  const changed = found.filter((there) => there.user.expires !== days || opens(there));
  if (changed.length === 0)
    return answer(say({ en: '{name} is not locked on {hosts}; nothing was done', zh: '{name} 在 {hosts} 上未被锁定；未做任何操作' }, about(name, found)), [], {
      facts,
    });
  return {
    summary: say({ en: 'unlock {name} on {hosts}', zh: '在 {hosts} 上解锁 {name}' }, about(name, changed)),
    steps: changed.flatMap((there): Step[] => {
      const { host, user } = there;
      const on = { site: host.site, host: host.name, name };
      return [
        { kind: 'exec', on, why: say({ en: 'let the account in again', zh: '恢复账户登录' }), argv: unlock(name, days, opens(there)), timeoutMs: 30_000 },
        seen(on, name, `${user.bang && !opens(there) ? 'locked' : 'open'} ${days ?? 'never'}`, say({ en: 'until it is open', zh: '直到已解锁' })),
      ];
    }),
    facts,
    locks: changed.map(({ host }) => ({ name: `${host.site}/${host.name}/user:${name}` })),
    risk: 'medium',
    undo: changed.every(({ user }) => user.expires === 1 && user.bang)
      ? { command: 'user lock', input: { user: name, on: changed.map(({ host }) => host.name) } }
      : { impossible: say({ en: 'it was not locked whole before; `user lock` locks it', zh: '此前并非完全锁定；可用 `user lock` 锁定' }) },
  };
}

function seen(on: Step['on'], user: string, is: string, why: Said): Step {
  return { kind: 'wait', on, why, read: { argv: userState(user) }, until: { is }, everyMs: 500, timeoutMs: 10_000 };
}

function about(name: string, found: readonly UserThere[]) {
  return { name, hosts: list(found.map(({ host }) => host.name)) };
}
