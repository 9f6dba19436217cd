import type { Where } from './approvers.ts';
import { hoursWords } from './hours.ts';
import { type ApprovalRule, type Cover, type Deny, type Grant, type Policy, riskWords, type Slot } from './policy.ts';
import { duration } from './time.ts';
import type { Veil } from './veil.ts';
import { list, quoted, type Said, say } from './words.ts';

/** `2 × lead/storage`, `1 × anyone`. */
export function slotWords(slots: readonly Slot[]): Said {
  const anyone = say({ en: 'anyone', zh: '任何人' });
  const roles = (slot: Slot) =>
    slot.roles.includes('*') ? anyone : slot.roles.length === 0 ? say({ en: 'nobody', zh: '无人' }) : quoted(slot.roles.join('/'));
  return list(slots.map((slot) => say({ en: '{n} × {roles}', zh: '{n} × {roles}' }, { n: slot.count, roles: roles(slot) })));
}

/** What a grant or deny rule is limited by besides commands, hosts and risk; undefined for nothing. */
export function conditionWords({ input, rooms, hours }: Cover, shown: Pick<Veil, 'whole'>): Said | undefined {
  const inputs = Object.entries(input ?? {}).map(([name, pattern]) => quoted(`${name} = ${pattern}`));
  const found = [
    ...(input === undefined ? [] : [shown.whole ? list(inputs) : say({ en: 'certain arguments', zh: '特定参数' })]),
    ...(rooms === undefined ? [] : [say({ en: 'in {rooms}', zh: '在 {rooms}' }, { rooms: list(rooms) })]),
    ...(hours === undefined ? [] : [list(hours.map(hoursWords))]),
  ];
  return found.length === 0 ? undefined : list(found);
}

/** Where something may be said; undefined for anywhere. */
export function whereWords({ only, except }: Where): Said | undefined {
  if (only) return say({ en: 'only in {rooms}', zh: '仅限 {rooms}' }, { rooms: list(only) });
  return except ? say({ en: 'not in {rooms}', zh: '{rooms} 除外' }, { rooms: list(except) }) : undefined;
}

/** Whether a verdict's rule is one of the configuration, and not what is missing there. */
export function isRule(id: string, policy: Policy): boolean {
  return ruleOf(id, policy) !== undefined;
}

function ruleOf(id: string, { roles, deny }: Policy): Grant | Deny | undefined {
  return [...roles.values()].flat().find((one) => one.id === id) ?? deny.find((one) => one.id === id);
}

/** What a grant or deny rule says; what is no rule of the configuration: what is missing there. */
export function ruleWords(id: string, policy: Policy, shown: Veil): Said {
  const rule = ruleOf(id, policy);
  if (!rule) return say(MISSING[id] ?? { en: id, zh: id });
  const values = { commands: rule.commands.join(', '), hosts: shown.patterns(rule.hosts) };
  const text =
    'upTo' in rule
      ? say({ en: '{commands} on {hosts} up to {risk} risk', zh: '{commands}，主机 {hosts}，风险不超过{risk}' }, { ...values, risk: riskWords(rule.upTo) })
      : rule.from === 'none'
        ? say({ en: 'denies {commands} on {hosts}', zh: '禁止 {commands}，主机 {hosts}' }, values)
        : say(
            { en: 'denies {commands} on {hosts} from {risk} risk on', zh: '禁止 {commands}，主机 {hosts}，风险自{risk}起' },
            { ...values, risk: riskWords(rule.from) },
          );
  const conditions = conditionWords(rule, shown);
  const whole = conditions ? say({ en: '{text}, {conditions}', zh: '{text}，{conditions}' }, { text, conditions }) : text;
  return 'upTo' in rule || rule.why === undefined ? whole : say({ en: '{whole}: {why}', zh: '{whole}：{why}' }, { whole, why: rule.why });
}

/** What an approval rule takes. */
export function approvalWords({ votes, expiresMs, reason, stepUp }: ApprovalRule): Said {
  return list([
    slotWords(votes),
    say({ en: 'within {time}', zh: '{time}内' }, { time: duration(expiresMs) }),
    ...(reason ? [say({ en: 'a reason', zh: '需说明理由' })] : []),
    ...(stepUp === 'totp' ? [say({ en: 'a one-time code of each', zh: '每位需一次性验证码' })] : []),
    ...(stepUp === 'signature' ? [say({ en: 'a signature of each', zh: '每位需签名' })] : []),
  ]);
}

/** What is missing where no rule decided. */
const MISSING: Readonly<Record<string, Said['words']>> = {
  'no grant for the command': { en: 'no grant for the command', zh: '没有对此命令的授权' },
  'risk above the grant': { en: 'no grant up to this risk', zh: '没有达到此风险的授权' },
  'input outside the grant': { en: 'no grant for these arguments', zh: '没有对这些参数的授权' },
  'rooms outside the grant': { en: 'no grant in this room', zh: '没有在此房间的授权' },
  'hours outside the grant': { en: 'no grant at this time', zh: '没有在此时间的授权' },
  'hosts not known': { en: 'the hosts are not known', zh: '主机未知' },
  'host outside the grant': { en: 'no grant for these hosts', zh: '没有对这些主机的授权' },
};
