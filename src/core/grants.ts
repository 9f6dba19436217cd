import type { Host } from './command.ts';
import { hoursWords, isWithin } from './hours.ts';
import { fits } from './matching.ts';
import type { Cover, Deny, Grant, Person, Policy, Subject } from './policy.ts';
import { atLeast } from './risk.ts';
import { list, quoted, type Said, say } from './words.ts';

/** What a grant or deny rule may be limited by, besides commands and hosts. */
export type Condition = 'input' | 'rooms' | 'hours';

/** All grants of these roles, in the order of the roles. */
export function grantsOf(roles: readonly string[], policy: Policy): Grant[] {
  return roles.flatMap((role) => policy.roles.get(role) ?? []);
}

/** The grants of these roles that cover a command somewhere, at some time: an empty list covers nothing. */
export function grantsFor(roles: readonly string[], command: string, policy: Policy): readonly Grant[] {
  const byRole = remembered(indexOf(granted, policy.roles), command, () => new Map<string, readonly Grant[]>());
  const found = roles.map((role) =>
    remembered(byRole, role, () => (policy.roles.get(role) ?? []).filter((grant) => isPossible(grant) && covers(grant.commands, command))),
  );
  return found.length === 1 ? (found[0] ?? []) : found.flat();
}

/** Whether there is a place and a time for a rule. */
export function isPossible({ hosts, rooms, hours }: Pick<Cover, 'hosts' | 'rooms' | 'hours'>): boolean {
  return hosts.length > 0 && rooms?.length !== 0 && (hours === undefined || hours.some(({ days }) => days.length > 0));
}

/** The deny rules that are about a command. */
export function deniesFor(command: string, policy: Policy): readonly Deny[] {
  return remembered(indexOf(denied, policy.deny), command, () => policy.deny.filter((deny) => covers(deny.commands, command)));
}

/** Whether one of these patterns means the command, or all that another pattern means. */
export function covers(patterns: readonly string[], command: string): boolean {
  return patterns.some((pattern) => pattern === '*' || pattern === command || (pattern.endsWith(' *') && command.startsWith(pattern.slice(0, -1))));
}

/** Whether a rule is about this host; a name that is no host's is nobody's. */
export function reaches({ hosts: patterns }: Pick<Cover, 'hosts'>, name: string, { hosts }: Pick<Policy, 'hosts'>): boolean {
  const sets = indexOf(reached, hosts);
  const known = sets.get(patterns);
  if (known) return known.has(name);
  const set = new Set(hosts.filter((host) => patterns.some((pattern) => pattern === '*' || matches(pattern, host))).map((host) => host.name));
  sets.set(patterns, set);
  return set.has(name);
}

/** Whether `@tag`, `site:name` or a host's own name means this host. */
export function matches(pattern: string, host: Host): boolean {
  if (pattern.startsWith('@')) return host.tags.includes(pattern.slice(1));
  if (pattern.startsWith('site:')) return host.site === pattern.slice(5);
  return pattern === host.name;
}

/** Whether one condition of a grant is met. What is not known meets none. */
export function holds(grant: Cover, condition: Condition, { input, room }: Subject, now: number): boolean {
  switch (condition) {
    case 'input':
      return (
        grant.input === undefined || (input !== undefined && Object.entries(grant.input).every(([name, pattern]) => fits(own(input, name), pattern, 'every')))
      );
    case 'rooms':
      return grant.rooms === undefined || (room !== undefined && grant.rooms.includes(room));
    case 'hours':
      return grant.hours === undefined || grant.hours.some((hours) => isWithin(hours, now));
  }
}

/**
 * The first deny rule that forbids this, if one does. Hosts, input and risk that are not known are what a rule is about; a room without a name in the
 * configuration is none of those it names. Where it is known that there are no hosts, only rules for all hosts count.
 */
export function denial(
  person: Pick<Person, 'id' | 'roles'>,
  { command, hosts, input, names = {}, risk = 'high', room }: Subject,
  policy: Policy,
  now: number,
): Deny | undefined {
  const called = ['*', `person:${person.id}`, ...person.roles];
  return deniesFor(command, policy).find(
    (deny) =>
      atLeast(risk, deny.from) &&
      deny.roles.some((role) => called.includes(role)) &&
      (hosts === undefined ? deny.hosts.length > 0 : deny.hosts.includes('*') || hosts.some((host) => reaches(deny, host, policy))) &&
      (deny.rooms === undefined || (room !== undefined && deny.rooms.includes(room))) &&
      (deny.input === undefined ||
        input === undefined ||
        Object.entries(deny.input).every(([name, pattern]) => [input, names].some((of) => fits(own(of, name), pattern, 'some')))) &&
      (deny.hours === undefined || deny.hours.some((hours) => isWithin(hours, now))),
  );
}

/** Whether a deny rule is about this person. */
export function means(roles: readonly string[], person: Pick<Person, 'id' | 'roles'>): boolean {
  return roles.some((role) => role === '*' || role === `person:${person.id}` || person.roles.includes(role));
}

function own<T>(values: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

// What follows is remembered for as long as the parts of a policy are: they never change. A policy with other delegations has the same parts.
const granted = new WeakMap<object, Map<string, Map<string, readonly Grant[]>>>();
const denied = new WeakMap<object, Map<string, readonly Deny[]>>();
const reached = new WeakMap<object, Map<readonly string[], ReadonlySet<string>>>();
/** Most answers that are remembered of one part. */
const MOST = 20_000;

function indexOf<K, V>(all: WeakMap<object, Map<K, V>>, part: object): Map<K, V> {
  const known = all.get(part);
  if (known && known.size < MOST) return known;
  const made = new Map<K, V>();
  all.set(part, made);
  return made;
}

function remembered<V>(index: Map<string, V>, key: string, make: () => V): V {
  const known = index.get(key);
  if (known !== undefined) return known;
  const made = make();
  index.set(key, made);
  return made;
}

/** Where and when these grants hold. */
export function limitsOf(grants: readonly Grant[]): { readonly rooms: Said; readonly hours: Said } {
  const some = (all: readonly Said[]) => (all.length === 0 ? NONE : list(all));
  return {
    rooms: some([...new Set(grants.flatMap(({ rooms = [] }) => rooms))].map(quoted)),
    hours: some([...new Set(grants.flatMap(({ hours = [] }) => hours))].map(hoursWords)),
  };
}

const NONE = say({ en: 'none', zh: '无' });
