import { fitsRule } from './approval.ts';
import { answer } from './command.ts';
import { grantsOf } from './grants.ts';
import { type Person, type Policy, reach, riskCell } from './policy.ts';
import { conditionWords, slotWords } from './rulewords.ts';
import { dayAndClock } from './time.ts';
import type { Block, Cell, Plan } from './types.ts';
import { OUTSIDE, type Veil } from './veil.ts';
import { list, quoted, type Said, say } from './words.ts';

const NOTHING = quoted('');
const RULE = say({ en: 'rule', zh: '规则' });
const COMMANDS = say({ en: 'commands', zh: '命令' });
const HOSTS = say({ en: 'hosts', zh: '主机' });
const ONLY = say({ en: 'only', zh: '仅限' });

/** The answer to `policy show`: who a person is, and what they may do. */
export function standing(person: Person, policy: Policy, veil: Veil, now: number): Plan {
  const theirs = reach(person, policy).map(({ name }) => name);
  const visible = theirs.filter((name) => veil.sees(name));
  const facts: (readonly [Said, Cell])[] = [
    [say({ en: 'id', zh: '标识' }), person.id],
    [say({ en: 'roles', zh: '角色' }), list(person.roles)],
    [say({ en: 'hosts', zh: '主机' }), list(visible.length < theirs.length ? [...visible, OUTSIDE] : visible)],
  ];
  const blocks = standingOf(person, policy, veil, now);
  return answer(say({ en: 'what {name} may do', zh: '{name} 的权限' }, { name: person.name }), [{ kind: 'facts', facts }, ...blocks]);
}

/** What the policy gives a person and denies them, by the rules that say so; `now` in milliseconds since the epoch. */
function standingOf(person: Person, policy: Policy, veil: Veil, now: number): Block[] {
  const grants = grantsOf(person.roles, policy).map((grant): Cell[] => [
    ...[grant.id, grant.commands.join(', '), veil.patterns(grant.hosts), riskCell(grant.upTo)],
    conditionWords(grant, veil) ?? NOTHING,
  ]);
  const denies = policy.deny
    .filter(({ roles }) => roles.some((role) => role === '*' || role === `person:${person.id}` || person.roles.includes(role)))
    .map((deny): Cell[] => [
      ...[deny.id, deny.commands.join(', '), veil.patterns(deny.hosts), riskCell(deny.from)],
      ...[conditionWords(deny, veil) ?? NOTHING, deny.why ?? ''],
    ]);
  const approves = policy.approvals
    .filter((rule) => fitsRule(rule, person.roles))
    .map((rule): Cell[] => [rule.id, rule.commands.join(', '), veil.patterns(rule.hosts), riskCell(rule.from), slotWords(rule.votes)]);
  const lent = delegationsOf(person, policy, now);
  return [
    ...section(say({ en: 'may ask for', zh: '可以提出' }), [RULE, COMMANDS, HOSTS, say({ en: 'up to risk', zh: '风险上限' }), ONLY], grants),
    ...(denies.length === 0
      ? []
      : section(
          say({ en: 'may neither ask for nor approve', zh: '不可提出，也不可批准' }),
          [RULE, COMMANDS, HOSTS, say({ en: 'from risk', zh: '风险下限' }), ONLY, say({ en: 'why', zh: '原因' })],
          denies,
        )),
    ...section(
      say({ en: 'may approve for others, where the grants above reach', zh: '在上述授权范围内可为他人批准' }),
      [RULE, COMMANDS, HOSTS, say({ en: 'from risk', zh: '风险下限' }), say({ en: 'votes', zh: '票数' })],
      approves,
    ),
    ...(lent.length === 0 ? [] : [{ kind: 'facts' as const, facts: lent }]),
  ];
}

function section(title: Said, columns: readonly Said[], rows: readonly (readonly Cell[])[]): Block[] {
  return [
    { kind: 'text', text: say({ en: '{title}:', zh: '{title}：' }, { title }) },
    { kind: 'table', columns, rows },
  ];
}

/** Roles lent to a person and by them, that are in force. */
export function delegationsOf({ id }: Person, { delegations, people }: Policy, now: number): (readonly [Said, Said])[] {
  const name = (person: string) => people.get(person)?.name ?? person;
  return delegations
    .filter(({ from, to, until }) => (from === id || to === id) && now < until)
    .map(({ from, to, until }) => {
      const values = { from: name(from), to: name(to), until: dayAndClock(until), roles: list(people.get(from)?.roles ?? []) };
      const text = say({ en: '{roles}, until {until} UTC', zh: '{roles}，至 {until} UTC' }, values);
      const label =
        to === id
          ? say({ en: 'approves for {from} with', zh: '代 {from} 批准，角色' }, values)
          : say({ en: 'lets {to} approve with', zh: '委托 {to} 批准，角色' }, values);
      return [label, text] as const;
    });
}
