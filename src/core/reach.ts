import type { AnyCommand, Host } from './command.ts';
import { deniesFor, grantsFor, grantsOf, means, reaches } from './grants.ts';
import { contains, isAlways } from './hours.ts';
import { authorize, type Deny, type Grant, type Person, type Policy, type Subject } from './policy.ts';
import { atLeast } from './risk.ts';
import type { Risk } from './types.ts';

/** The commands that exist for this person: those of which they may run at least the least risky plan, somewhere, with some arguments, at some time. */
export function visibleCommands(person: Person, commands: ReadonlyMap<string, AnyCommand>, policy: Policy): Map<string, AnyCommand> {
  return new Map(
    [...commands].filter(([path, command]) => {
      const able = grantsFor(person.roles, path, policy).filter(
        (grant) => atLeast(grant.upTo, command.risk) && Object.keys(grant.input ?? {}).every((name) => takes(command, name)),
      );
      if (able.length === 0) return false;
      const denies = about(deniesFor(path, policy), person, command.risk);
      // What the desk answers is about no hosts.
      if (command.at === 'desk' || command.at === 'ask')
        return able.some(
          (grant) =>
            !swallowed(
              grant,
              denies.filter((deny) => deny.hosts.includes('*')),
            ),
        );
      return policy.hosts.some(({ name }) => isOpen(name, able, denies, policy));
    }),
  );
}

/** The hosts that exist for this person and command, with some arguments, somewhere, at some time; without a command, for any. In the order of the configuration. */
export function reach(person: Person, policy: Policy, command?: string, risk: Risk = 'none'): Host[] {
  // What a pattern of a grant means is denied by whatever means all of that.
  const asked = command === undefined ? [...new Set(grantsOf(person.roles, policy).flatMap(({ commands }) => commands))] : [command];
  const ways = asked.map((path) => ({
    able: grantsFor(person.roles, path, policy).filter((grant) => atLeast(grant.upTo, risk)),
    denies: about(deniesFor(path, policy), person, risk),
  }));
  return policy.hosts.filter(({ name }) => ways.some(({ able, denies }) => isOpen(name, able, denies, policy)));
}

/** The hosts on which a person may do this now (milliseconds since the epoch). In the order of the configuration. */
export function reachNow(person: Person, subject: Omit<Subject, 'hosts'>, policy: Policy, now: number): Host[] {
  return policy.hosts.filter(({ name }) => authorize(person, 'ask', { ...subject, hosts: [name] }, policy, now).allowed);
}

function about(denies: readonly Deny[], person: Person, risk: Risk): Deny[] {
  return denies.filter((deny) => atLeast(risk, deny.from) && means(deny.roles, person));
}

function isOpen(host: string, able: readonly Grant[], denies: readonly Deny[], policy: Policy): boolean {
  const grants = able.filter((grant) => reaches(grant, host, policy));
  if (grants.length === 0) return false;
  const here = denies.filter((deny) => deny.hosts.includes('*') || reaches(deny, host, policy));
  return grants.some((grant) => !swallowed(grant, here));
}

/** Whether deny rules leave nothing of a grant where they all apply: in every room that it names there is one that holds whenever the grant does. */
export function swallowed(grant: Grant, denies: readonly Deny[]): boolean {
  const always = denies.filter((deny) => isImplied(deny, grant));
  if (grant.rooms === undefined) return always.some(({ rooms }) => rooms === undefined);
  return grant.rooms.every((room) => always.some(({ rooms }) => rooms === undefined || rooms.includes(room)));
}

/** Whether whatever meets the grant's arguments and hours meets the deny rule's. */
function isImplied(deny: Deny, grant: Grant): boolean {
  const { hours } = deny;
  const inTime = hours === undefined || hours.some(isAlways) || (grant.hours?.every((inner) => hours.some((outer) => contains(outer, inner))) ?? false);
  return inTime && Object.entries(deny.input ?? {}).every(([name, pattern]) => grant.input?.[name] === pattern);
}

/** Whether a command has this argument or option. */
export function takes({ args, options = {} }: AnyCommand, name: string): boolean {
  return Object.hasOwn(args, name) || Object.hasOwn(options, name);
}
