import { authorize, type Policy } from '../../src/core/policy.ts';
import { dice, HOSTS, makeDeny, makeGrant, policyOf } from '../support/random-policy.ts';
import { type About, allows, type World } from '../support/reference-policy.ts';
import type { Section } from './section.ts';

/** Grants and deny rules together. */
const RULES = 1000;
const ROLES = 20;
const SUBJECTS = 500;
const SECONDS = 1;

/** 800 grants in 20 roles and 200 deny rules, over 40 families of commands. */
function world(): World {
  const with_ = dice(1);
  const commands = () => (with_.chance(0.1) ? ['*'] : [`${with_.pick(FAMILIES)} ${with_.pick(['*', 'list', 'reboot', 'destroy'])}`]);
  const roles = Array.from({ length: ROLES }, (_, role) => `role${role}`);
  const grants = Math.floor((RULES * 0.8) / ROLES);
  return {
    people: Array.from({ length: 50 }, (_, i) => ({ id: `p${i}`, name: `p${i}`, lang: 'en', roles: [with_.pick(roles), with_.pick(roles)] })),
    roles: Object.fromEntries(
      roles.map((role) => [role, Array.from({ length: grants }, (_, i) => ({ ...makeGrant(with_, `roles.${role}.grants.${i}`), commands: commands() }))]),
    ),
    deny: Array.from({ length: RULES - grants * ROLES }, (_, i) => ({ ...makeDeny(with_, `deny.${i}`), commands: commands(), roles: [with_.pick(roles)] })),
    ...{ approvals: [], delegations: [], hosts: HOSTS },
  };
}
const FAMILIES = Array.from({ length: 40 }, (_, i) => `family${i}`);

interface Row {
  readonly who: string;
  readonly action: 'ask';
  readonly about: About;
}

function subjects({ people }: World): Row[] {
  const with_ = dice(2);
  return Array.from({ length: SUBJECTS }, () => ({
    who: with_.pick(people).id,
    action: 'ask',
    about: {
      command: `${with_.pick(FAMILIES)} ${with_.pick(['list', 'reboot', 'destroy'])}`,
      ...{ hosts: [with_.pick(HOSTS).name], risk: 'low', by: 'p0', room: 'ops', input: { guest: 'web1', on: 'a' } },
    },
  }));
}

/** What is written where there is no library for it: every rule as JSON tells it, one after the other, deny first. */
function scan(world: World, { who, about }: Row): boolean {
  const roles = world.people.find(({ id }) => id === who)?.roles ?? [];
  const rank = ['none', 'low', 'medium', 'high'];
  const meets = (rule: { commands: string[]; hosts: string[]; input?: Record<string, string>; rooms?: string[] }, any: boolean) =>
    rule.commands.some((one) => one === '*' || one === about.command || (one.endsWith(' *') && about.command.startsWith(one.slice(0, -1)))) &&
    (about.hosts ?? []).every((name) => {
      const host = world.hosts.find((one) => one.name === name);
      return host && rule.hosts.some((one) => one === '*' || one === name || one === `site:${host.site}` || host.tags.includes(one.slice(1)));
    }) &&
    (!rule.rooms || rule.rooms.includes(about.room ?? '')) &&
    Object.entries(rule.input ?? {}).every(([name, pattern]) => new RegExp(`^(?:${pattern})$`, any ? 'i' : '').test(String(about.input?.[name])));
  const risk = rank.indexOf(about.risk ?? 'high');
  if (world.deny.some((rule) => rule.roles.some((role) => roles.includes(role)) && rank.indexOf(rule.from) <= risk && meets(rule, true))) return false;
  return roles.some((role) => (world.roles[role] ?? []).some((rule) => rank.indexOf(rule.upTo) >= risk && meets(rule, false)));
}

/** How often in a second of the processor, over all questions again and again: what else runs there does not count. */
function rate(rows: readonly Row[], decide: (row: Row) => boolean): number {
  for (let i = 0; i < 10; i++) for (const row of rows) decide(row); // once to warm up
  const start = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  let count = 0;
  for (; spent() < SECONDS; count += rows.length) for (const row of rows) decide(row);
  return count / spent();
}

/** Decisions in a second with a thousand rules, next to plainer ways of making them. */
export async function policy(): Promise<Section> {
  const all = world();
  const rules: Policy = policyOf(all);
  const rows = subjects(all);
  const now = Date.parse('2026-11-20T12:00Z');
  const people = new Map(all.people.map((one) => [one.id, one]));
  const person = (id: string) => people.get(id) ?? { id, name: id, lang: 'en' as const, roles: [] };
  const ours = (row: Row) => authorize(person(row.who), 'ask', row.about, rules, now).allowed;
  const plain = (row: Row) => allows(person(row.who), 'ask', row.about, all, now);
  const different = rows.filter((row) => ours(row) !== plain(row)).length;
  if (different > 0) throw new Error(`${different} decisions differ from the reference`);
  // A policy that was just read: nothing is remembered of it yet.
  const first = rate(
    rows.slice(0, 1),
    (row) => authorize(person(row.who), 'ask', row.about, { ...rules, roles: new Map(rules.roles), deny: [...rules.deny] }, now).allowed,
  );
  const rates = { authorize: rate(rows, ours), first, scan: rate(rows, (row) => scan(all, row)), reference: rate(rows, plain) };
  const cell = (value: number) => Math.round(value).toLocaleString('en');
  const allowed = rows.filter(ours).length;
  return {
    title: `Policy: decisions with ${RULES} rules (800 grants, 200 deny rules, ${ROLES} roles)`,
    columns: ['', 'a CPU second', 'slower by'],
    rows: [
      ['authorize', cell(rates.authorize), '1'],
      ['authorize, the first of a policy', cell(rates.first), (rates.authorize / rates.first).toFixed(1)],
      ['a scan of the rules as JSON, without hours', cell(rates.scan), (rates.authorize / rates.scan).toFixed(1)],
      ['the reference evaluator of the tests', cell(rates.reference), (rates.authorize / rates.reference).toFixed(1)],
    ],
    notes: [`${SUBJECTS} different questions, of which ${allowed} are allowed; the reference decides them all alike`],
    data: rates,
  };
}
