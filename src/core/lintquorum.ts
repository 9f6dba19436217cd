import { approvalRules, fitsRule, missing, needsOf } from './approval.ts';
import type { AnyCommand, Host } from './command.ts';
import { covers, matches } from './grants.ts';
import type { Finding } from './lint.ts';
import { NEEDS_RULE, type Person, type Policy, riskWords, type Slot } from './policy.ts';
import type { Commands } from './ports.ts';
import { reach } from './reach.ts';
import { atLeast } from './risk.ts';
import { RISKS, type Risk } from './types.ts';
import { list, type Said, say } from './words.ts';

/** Commands and hosts that all rules treat alike; the first stands for all. */
export interface Alike<T> {
  readonly first: T;
  readonly names: readonly string[];
}

/** Commands by what the rules of a policy make of them. */
export function commandsAlike(policy: Policy, commands: Commands): Alike<{ readonly path: string; readonly command: AnyCommand }>[] {
  const patterns = [...new Set(allRules(policy).flatMap((rule) => rule.commands))];
  const key = (path: string, { risk, at = 'site' }: AnyCommand) => `${at} ${risk} ${patterns.map((pattern) => Number(covers([pattern], path))).join('')}`;
  return alike(
    [...commands].map(([path, command]) => ({ path, command })),
    ({ path, command }) => key(path, command),
    ({ path }) => path,
  );
}

/** Hosts by what the rules of a policy make of them. */
export function hostsAlike(policy: Policy): Alike<Host>[] {
  const patterns = [...new Set(allRules(policy).flatMap((rule) => rule.hosts))];
  return alike(
    policy.hosts,
    (host) => patterns.map((pattern) => Number(matches(pattern, host))).join(''),
    ({ name }) => name,
  );
}

function allRules({ roles, deny, approvals }: Policy) {
  return [...[...roles.values()].flat(), ...deny, ...approvals];
}

function alike<T>(all: readonly T[], key: (one: T) => string, name: (one: T) => string): Alike<T>[] {
  return [...Map.groupBy(all, key).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ first, names: same.map(name) }];
  });
}

/** What people may ask for and nobody, or nobody else, could approve; and rules that need more people than there are. */
export function quorums(policy: Policy, commands: Commands): Finding[] {
  const all = [...policy.people.values()];
  const short = policy.approvals.flatMap((rule) => {
    const empty = missing(
      needsOf([rule]),
      all.map(({ roles }) => roles),
    );
    return empty.length > 0 ? [{ rule, empty }] : [];
  });
  const known = new Set(short.map(({ rule }) => rule.id));
  return [
    ...short.map(({ rule, empty }) => tooFew(rule.id, empty)),
    ...together(cases(policy, commands).filter(({ rules }) => !rules.some((id) => known.has(id)))),
  ];
}

function tooFew(path: string, empty: readonly Slot[]): Finding {
  const what = say(
    { en: 'there are not enough people: {places} missing, even if everyone says yes', zh: '人数不足：即使所有人都批准，仍缺 {places}' },
    { places: places(empty) },
  );
  return { severity: 'error', id: 'too-few', path, what };
}

/** Something of a risk that these people may ask for, and what is missing for it to be approved. */
interface Case {
  readonly id: 'nobody-approves' | 'nobody-else' | 'no-rule';
  readonly risk: Risk;
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly askers: readonly string[];
  readonly rules: readonly string[];
  readonly empty: readonly Slot[];
}

function cases(policy: Policy, commands: Commands): Case[] {
  const hosts = hostsAlike(policy);
  const found: Case[] = [];
  // What only looks changes nothing, and what stands for another command is asked as that one.
  for (const { first, names } of commandsAlike(policy, commands).filter(({ first: { command } }) => command.risk !== 'none' && command.at === undefined)) {
    for (const risk of RISKS.filter((one) => atLeast(one, first.command.risk))) {
      const reached = new Map([...policy.people.values()].map((person) => [person, new Set(reach(person, policy, first.path, risk).map(({ name }) => name))]));
      for (const host of hosts) {
        const able = [...reached].flatMap(([person, at]) => (at.has(host.first.name) ? [person] : []));
        const one = caseOf(first.path, host.first.name, risk, able, policy);
        if (one) found.push({ ...one, risk, commands: names, hosts: host.names });
      }
    }
  }
  return found;
}

/** `able`: who may ask for it there, and so may approve it as far as grants go. */
function caseOf(
  command: string,
  host: string,
  risk: Risk,
  able: readonly Person[],
  policy: Policy,
): Pick<Case, 'id' | 'askers' | 'rules' | 'empty'> | undefined {
  if (able.length === 0) return undefined;
  const rules = approvalRules({ command, hosts: [host], risk }, policy);
  const askers = able.map(({ id }) => id);
  if (rules.length === 0) return atLeast(risk, NEEDS_RULE) ? { id: 'no-rule', askers, rules: [], empty: [] } : undefined;
  const needs = needsOf(rules);
  const fitting = able.filter(({ roles }) => rules.some((rule) => fitsRule(rule, roles)));
  const lacking = (asker: Person) =>
    missing(
      needs,
      fitting.filter(({ id }) => id !== asker.id).map(({ roles }) => roles),
    );
  const stuck = able.flatMap((asker) => {
    const empty = lacking(asker);
    return empty.length > 0 ? [{ asker, empty }] : [];
  });
  const [first] = stuck;
  if (!first) return undefined;
  const ids = rules.map(({ id }) => id);
  return { id: stuck.length === able.length ? 'nobody-approves' : 'nobody-else', askers: stuck.map(({ asker }) => asker.id), rules: ids, empty: first.empty };
}

/** One finding for all that has the same reason. */
function together(all: readonly Case[]): Finding[] {
  const reasons = Map.groupBy(all, ({ id, askers, rules, empty }) => JSON.stringify([id, askers, rules, empty]));
  return [...reasons.values()].flatMap((same): Finding[] => {
    const [first] = same;
    if (!first) return [];
    const risk = RISKS.find((one) => same.some((other) => other.risk === one)) ?? 'high';
    const names = (pick: (one: Case) => readonly string[]) => some([...new Set(same.flatMap(pick))]);
    const values = {
      commands: names((one) => one.commands),
      hosts: names((one) => one.hosts),
      risk: riskWords(risk),
      people: some(first.askers),
      places: places(first.empty),
    };
    return [
      { severity: first.id === 'nobody-else' ? 'warning' : 'error', id: first.id, path: first.rules[0] ?? 'approvals', what: say(TEXTS[first.id], values) },
    ];
  });
}

const TEXTS = {
  'nobody-approves': {
    en: '{people} may ask for {commands} on {hosts}, from {risk} risk on, and nobody could ever approve it: {places} missing',
    zh: '{people} 可以请求在 {hosts} 上执行 {commands}（{risk}风险起），但永远没有人能批准：缺 {places}',
  },
  'nobody-else': {
    en: 'nobody else could approve what {people} may ask for ({commands} on {hosts}, from {risk} risk on): {places} missing',
    zh: '{people} 自己提出的请求（{hosts} 上的 {commands}，{risk}风险起）没有其他人能批准：缺 {places}',
  },
  'no-rule': {
    en: '{people} may ask for {commands} on {hosts}, and no rule says who approves it from {risk} risk on: it is always refused',
    zh: '{people} 可以请求在 {hosts} 上执行 {commands}，但没有规则说明{risk}风险起由谁批准：总会被拒绝',
  },
} as const;

/** Most names that are told. */
const MOST = 5;

function some(names: readonly string[]): Said {
  const shown = list(names.slice(0, MOST));
  return names.length <= MOST ? shown : say({ en: '{shown} and {n} more', zh: '{shown} 等 {n} 项' }, { shown, n: names.length - MOST });
}

function places(slots: readonly Slot[]): Said {
  return list(
    slots.map(({ count, roles }) => say({ en: '{count} × {roles}', zh: '{roles} × {count}' }, { count, roles: roles.length === 0 ? '–' : roles.join('/') })),
  );
}
