import { approvalRules } from './approval.ts';
import { covers, isPossible, matches } from './grants.ts';
import { contains } from './hours.ts';
import type { Finding } from './lint.ts';
import { commandsAlike, hostsAlike } from './lintquorum.ts';
import type { Cover, Deny, Grant, Policy } from './policy.ts';
import type { Commands } from './ports.ts';
import { swallowed, takes } from './reach.ts';
import { atLeast } from './risk.ts';
import { RISKS } from './types.ts';
import { list, type Said, say } from './words.ts';

/** A rule by its place in the configuration. */
interface Placed<T> {
  readonly path: string;
  readonly rule: T;
}

function grantsIn({ roles }: Policy): (Placed<Grant> & { readonly role: string })[] {
  return [...roles].flatMap(([role, grants]) => grants.map((rule, i) => ({ path: `roles.${role}.grants.${i}`, role, rule })));
}

const warning = (id: 'dead-rule' | 'unused-role' | 'shadowed-rule', path: string, what: Said): Finding => ({ severity: 'warning', id, path, what });

/** Rules, or parts of them, that never mean anything, and roles that nobody has. */
export function deadRules(policy: Policy, commands: Commands): Finding[] {
  const held = new Set([...policy.people.values()].flatMap(({ roles }) => roles));
  const grants = grantsIn(policy);
  const denies = policy.deny.map((rule, i) => ({ path: `deny.${i}`, rule }));
  const approvals = policy.approvals.map((rule, i) => ({ path: `approvals.${i}`, rule }));
  const nobody = { en: 'nobody has the role “{role}”', zh: '没有人拥有角色“{role}”' };
  return [
    ...[...grants, ...denies, ...approvals].flatMap(({ path, rule }) => ofPatterns(path, rule, policy, commands)),
    ...[...grants, ...denies].flatMap(({ path, rule }) => ofConditions(path, rule, commands)),
    ...grants.flatMap(({ path, rule }) => tooLow(path, rule, commands)),
    ...denies.flatMap(({ path, rule }) => tooHigh(path, rule, commands)),
    ...denies.flatMap(({ path, rule }) => forNobody(path, rule, held)),
    ...[...policy.roles.keys()].filter((role) => !held.has(role)).map((role) => warning('unused-role', `roles.${role}`, say(nobody, { role }))),
  ];
}

function ofPatterns(path: string, rule: Pick<Cover, 'commands' | 'hosts'>, policy: Policy, commands: Commands): Finding[] {
  const paths = [...commands.keys()];
  const none = rule.commands.filter((pattern) => !paths.some((command) => covers([pattern], command)));
  const nowhere = rule.hosts.filter((pattern) => pattern !== '*' && !policy.hosts.some((host) => matches(pattern, host)));
  return [
    ...none.map((pattern) => warning('dead-rule', path, say({ en: 'there is no command “{pattern}”', zh: '没有命令“{pattern}”' }, { pattern }))),
    ...nowhere.map((pattern) => warning('dead-rule', path, say({ en: 'there is no host “{pattern}”', zh: '没有主机“{pattern}”' }, { pattern }))),
  ];
}

function ofConditions(path: string, rule: Cover, commands: Commands): Finding[] {
  if (rule.commands.length === 0 || !isPossible(rule))
    return [warning('dead-rule', path, say({ en: 'one of its lists is empty: it means nothing at all', zh: '其中一个列表为空：此规则毫无作用' }))];
  const meant = [...commands].filter(([command]) => covers(rule.commands, command));
  const text = { en: 'no command it is about has an argument or option “{name}”', zh: '其涉及的命令都没有参数或选项“{name}”' };
  return Object.keys(rule.input ?? {})
    .filter((name) => meant.length > 0 && !meant.some(([, command]) => takes(command, name)))
    .map((name) => warning('dead-rule', path, say(text, { name })));
}

function tooLow(path: string, { commands: patterns, upTo }: Grant, commands: Commands): Finding[] {
  const meant = [...commands].filter(([command]) => covers(patterns, command));
  if (meant.length === 0 || meant.some(([, { risk }]) => atLeast(upTo, risk))) return [];
  const text = { en: 'upTo: {upTo} is lower than the risk of every command it is about', zh: 'upTo: {upTo} 低于其涉及的所有命令的风险' };
  return [warning('dead-rule', path, say(text, { upTo }))];
}

/** What only looks has no plan of a higher risk. */
function tooHigh(path: string, { commands: patterns, from }: Deny, commands: Commands): Finding[] {
  const meant = [...commands].filter(([command]) => covers(patterns, command));
  if (from === 'none' || meant.length === 0 || meant.some(([, { risk }]) => risk !== 'none')) return [];
  return [
    warning(
      'dead-rule',
      path,
      say({ en: 'the commands it is about only look: no plan of them is of {from} risk', zh: '其涉及的命令只读：不会有{from}风险的计划' }, { from }),
    ),
  ];
}

function forNobody(path: string, { roles }: Deny, held: ReadonlySet<string>): Finding[] {
  if (roles.some((role) => role === '*' || role.startsWith('person:') || held.has(role))) return [];
  return [
    warning('dead-rule', path, say({ en: 'it is about nobody: {roles}', zh: '不涉及任何人：{roles}' }, { roles: roles.length === 0 ? '[]' : list(roles) })),
  ];
}

/** Grants that another or a deny rule leaves nothing to, and approval rules that never count. */
export function shadowedRules(policy: Policy, commands: Commands): Finding[] {
  const grants = grantsIn(policy).filter(({ rule }) => rule.commands.length > 0 && isPossible(rule));
  const byGrants = grants.flatMap(({ path, role, rule }, i) => {
    const by = grants.find((other, n) => n !== i && other.role === role && includes(other.rule, rule) && (n < i || !includes(rule, other.rule)));
    return by ? [warning('shadowed-rule', path, say({ en: '{by} grants all of it already', zh: '{by} 已全部允许' }, { by: by.path }))] : [];
  });
  const byDenies = grants.flatMap(({ path, role, rule }) => {
    const whole = policy.deny.filter(
      (deny) =>
        deny.from === 'none' &&
        (deny.roles.includes('*') || deny.roles.includes(role)) &&
        rule.commands.every((one) => covers(deny.commands, one)) &&
        onAll(deny, rule),
    );
    return swallowed(rule, whole)
      ? [warning('shadowed-rule', path, say({ en: '{by} forbids all of it', zh: '{by} 全部禁止' }, { by: list(whole.map(({ id }) => id)) }))]
      : [];
  });
  return [...byGrants, ...byDenies, ...neverCounting(policy, commands)];
}

/** Whether all that the inner grant allows the outer one allows as well. */
function includes(outer: Grant, inner: Grant): boolean {
  return (
    atLeast(outer.upTo, inner.upTo) &&
    inner.commands.every((one) => covers(outer.commands, one)) &&
    onAll(outer, inner) &&
    Object.entries(outer.input ?? {}).every(([name, pattern]) => inner.input?.[name] === pattern) &&
    (outer.rooms === undefined || (inner.rooms?.every((room) => outer.rooms?.includes(room)) ?? false)) &&
    (outer.hours === undefined || (inner.hours?.every((some) => outer.hours?.some((more) => contains(more, some))) ?? false))
  );
}

function onAll(outer: Cover, inner: Cover): boolean {
  return outer.hosts.includes('*') || inner.hosts.every((pattern) => outer.hosts.includes(pattern));
}

function neverCounting(policy: Policy, commands: Commands): Finding[] {
  const hosts = [[], ...hostsAlike(policy).map(({ first }) => [first.name])];
  const counting = new Set<string>();
  for (const { first } of commandsAlike(policy, commands)) {
    for (const risk of RISKS.filter((one) => atLeast(one, first.command.risk))) {
      for (const at of hosts) for (const { id } of approvalRules({ command: first.path, hosts: at, risk }, policy)) counting.add(id);
    }
  }
  const text = { en: 'another rule always counts instead of it', zh: '总有另一条规则优先于它' };
  const isDead = (rule: Pick<Cover, 'commands' | 'hosts'>) =>
    ![...commands.keys()].some((path) => covers(rule.commands, path)) ||
    !rule.hosts.some((pattern) => pattern === '*' || policy.hosts.some((host) => matches(pattern, host)));
  return policy.approvals.flatMap((rule, i) => (counting.has(rule.id) || isDead(rule) ? [] : [warning('shadowed-rule', `approvals.${i}`, say(text))]));
}
