import { fitsRule, type Needs } from './approval.ts';
import { denial } from './grants.ts';
import { authorize, type Person, type Policy, type Subject } from './policy.ts';

/** Who lends their roles to a person for this: never who asked, nor someone who may not approve it themselves. What was lent to them is not lent on. */
function lendersTo(person: Person, subject: Subject, policy: Policy, now: number): Person[] {
  if (policy.delegations.length === 0) return [];
  return policy.delegations.flatMap(({ from, to, until }) => {
    const lender = to === person.id && now < until && from !== subject.by && from !== person.id ? policy.people.get(from) : undefined;
    return lender && !denial(lender, subject, policy, now) ? [lender] : [];
  });
}

/** A person's own roles, and those that others lend them for this. */
export function rolesToApprove(person: Person, subject: Subject, policy: Policy, now: number): readonly string[] {
  const lent = lendersTo(person, subject, policy, now).flatMap(({ roles }) => roles);
  return lent.length === 0 ? person.roles : [...new Set([...person.roles, ...lent])];
}

/** Those with whose roles this person can say yes at all; nobody where their own suffice. */
export function saysFor(person: Person, subject: Subject, needs: Needs, policy: Policy, now: number): string[] {
  if (needs.rules.some((rule) => fitsRule(rule, person.roles))) return [];
  const lenders = lendersTo(person, subject, policy, now);
  return lenders.filter(({ roles }) => needs.rules.some((rule) => fitsRule(rule, roles))).map(({ id }) => id);
}

/** Someone who says yes, and where. */
export interface Voter {
  readonly person: Person;
  readonly room?: string;
}

/**
 * The roles with which each of these people counts; none for who may say yes only by what is lent, and is not counted. What someone lends counts once: not
 * when they vote themselves, and for one of those they lend it to, so that nobody makes a quorum by lending.
 */
export function votingRoles(voters: readonly Voter[], subject: Omit<Subject, 'room'>, needs: Needs, policy: Policy, now: number): (readonly string[])[] {
  const different = [...new Map(voters.map((voter) => [voter.person.id, voter])).values()];
  if (policy.delegations.length === 0) return different.map(({ person }) => person.roles);
  const voted = new Set(different.map(({ person }) => person.id));
  const all = different.map(({ person, room }) => {
    const here = room === undefined ? subject : { ...subject, room };
    const mayBy = (lenders: readonly Person[]) => {
      const delegations = lenders.map(({ id }) => ({ from: id, to: person.id, until: Number.POSITIVE_INFINITY }));
      return authorize(person, 'approve', here, { ...policy, delegations }, now).allowed;
    };
    const lenders = lendersTo(person, here, policy, now).filter(({ id }) => !voted.has(id));
    return { person, lenders, mayBy, bare: mayBy([]) && needs.rules.some((rule) => fitsRule(rule, person.roles)) };
  });
  return all.map((voter) => {
    const { person, mayBy } = voter;
    const counted = voter.lenders.filter(({ id }) => {
      const takers = all.filter(({ lenders }) => lenders.some((lender) => lender.id === id));
      return (takers.find(({ bare }) => !bare) ?? takers[0]) === voter;
    });
    return mayBy(counted) ? [...new Set([...person.roles, ...counted.flatMap(({ roles }) => roles)])] : [];
  });
}
