import { isSame } from './account.ts';
import { fitsRule, missing, type Needs } from './approval.ts';
import { authorize, type Person, type Policy, rolesToApprove, type Slot, type StepUp, type Subject, votingRoles } from './policy.ts';
import type { Rules } from './ports.ts';
import { approvalMessage, NAMESPACE, verifySshSig } from './sshsig.ts';
import type { In, PlanRef, Ticket, Vote } from './ticket.ts';
import { list, type Said, say } from './words.ts';

/** A ticket that people vote on, or have voted on. */
export type Voted = In<'waiting'> | In<'approved'>;
/** Who is who, and may do what. */
export type Who = Pick<Rules, 'policy' | 'personOf'>;

/** What policy is asked about a ticket that has come to this plan; the room is where it was asked. */
export function subjectOf(ticket: Ticket, { hosts, risk, names }: Pick<PlanRef, 'hosts' | 'risk' | 'names'>): Subject {
  const { command, input, by, room } = ticket;
  return { command, input, by, hosts, risk, ...(names ? { names } : {}), ...(room === undefined ? {} : { room }) };
}

/**
 * The votes that count now: each person's once, of somebody who may approve this under today's policy from where they voted, by an account that
 * is still theirs and is not the one it was asked from, and proven as is needed.
 */
export function standingVotes(ticket: Voted, votes: readonly Vote[], { policy, personOf }: Who, now: number, needs: Needs = ticket.needs): Vote[] {
  return votes.filter((vote, i) => {
    const voter = policy.people.get(vote.by);
    if (!voter || votes.findIndex(({ by }) => by === vote.by) !== i) return false;
    if (vote.account && (personOf(vote.account) !== vote.by || isOwnAccount(ticket, vote))) return false;
    if (!isProven(ticket, vote, voter, needs.stepUp)) return false;
    return authorize(voter, 'approve', subjectOfVote(ticket, vote), policy, now).allowed;
  });
}

/** What policy is asked about a vote: the room is where it was given. */
export function subjectOfVote(ticket: Voted, { room }: Pick<Vote, 'room'>): Subject {
  const { room: _, ...subject } = subjectOf(ticket, ticket.plan);
  return room === undefined ? subject : { ...subject, room };
}

/** Whether a vote comes from the very account the request came from, whoever that belongs to by now. */
export function isOwnAccount({ account }: Ticket, vote: Pick<Vote, 'account'>): boolean {
  return account !== undefined && vote.account !== undefined && isSame(vote.account, account);
}

/** Whether a vote carries the proof that is needed; without any, or with another, it does not. A signature proves whatever a code does. */
function isProven(ticket: Voted, { proof }: Vote, voter: Person, stepUp: StepUp | undefined): boolean {
  if (stepUp === undefined) return true;
  if (stepUp === 'totp' && proof?.kind === 'totp') return true;
  if (proof?.kind !== 'signature') return false;
  const message = approvalMessage(ticket.id, ticket.by, ticket.plan.digest);
  return verifySshSig(proof.signature, message, NAMESPACE, voter.signingKeys ?? []).ok;
}

/** The places that these votes leave empty under each rule, as today's roles are; the votes must stand. */
export function emptyPlaces(ticket: Voted, standing: readonly Vote[], policy: Policy, now: number, needs: Needs = ticket.needs): Slot[][] {
  const voters = standing.flatMap(({ by, room }) => {
    const person = policy.people.get(by);
    return person ? [{ person, ...(room === undefined ? {} : { room }) }] : [];
  });
  const { room: _, ...subject } = subjectOf(ticket, ticket.plan);
  const roles = votingRoles(voters, subject, needs, policy, now);
  return needs.rules.map((rule) => missing({ rules: [rule] }, roles));
}

/** How many more people have to say yes, at least: one can fill a place under each rule. */
export function atLeastMore(empty: readonly (readonly Slot[])[]): number {
  return Math.max(0, ...empty.map(total));
}

function total(slots: readonly Slot[]): number {
  return slots.reduce((sum, { count }) => sum + count, 0);
}

/** Whether a further vote fills a place; also where none is empty: then it is all that was missing. */
export function fillsPlace(ticket: Voted, standing: readonly Vote[], vote: Vote, policy: Policy, now: number): boolean {
  const before = emptyPlaces(ticket, standing, policy, now);
  const after = emptyPlaces(ticket, [...standing, vote], policy, now);
  return atLeastMore(before) === 0 || total(after.flat()) < total(before.flat());
}

/** Whether all that is needed is there: the places filled, and the reason given. */
export function isEnough(ticket: Voted, votes: readonly Vote[], who: Who, now: number, needs: Needs = ticket.needs): boolean {
  if (needs.reason && !ticket.reason) return false;
  return emptyPlaces(ticket, standingVotes(ticket, votes, who, now, needs), who.policy, now, needs).flat().length === 0;
}

/** Whether this person's yes is waited for: they may approve it where it was asked, have not, and would fill an empty place. */
export function isWaitedFor(person: Person, ticket: In<'waiting'>, policy: Policy, now: number): boolean {
  if (ticket.votes.some(({ by }) => by === person.id)) return false;
  const empty = emptyPlaces(ticket, ticket.votes, policy, now).flat();
  const fits = fitsRule({ votes: empty }, rolesToApprove(person, subjectOf(ticket, ticket.plan), policy, now));
  return fits && authorize(person, 'approve', subjectOf(ticket, ticket.plan), policy, now).allowed;
}

/** Empty places in words: `1 of storage and 1 more`. */
export function placesWords(empty: readonly (readonly Slot[])[]): Said {
  const most = new Map<string, { readonly roles: readonly string[]; readonly n: number }>();
  for (const slots of empty) {
    for (const { roles } of slots) {
      const key = keyOf(roles);
      const n = total(slots.filter((slot) => keyOf(slot.roles) === key));
      most.set(key, { roles, n: Math.max(most.get(key)?.n ?? 0, n) });
    }
  }
  const words = [...most.values()]
    .sort((a, b) => Number(keyOf(a.roles) === '*') - Number(keyOf(b.roles) === '*'))
    .map(({ roles, n }) => {
      if (keyOf(roles) !== '*') return say({ en: '{n} of {roles}', zh: '{roles} {n} 人' }, { n, roles: either(roles) });
      return most.size === 1 ? say({ en: '{n} of any role', zh: '任意角色 {n} 人' }, { n }) : say({ en: '{n} more', zh: '另外 {n} 人' }, { n });
    });
  const [last = list([]), ...others] = words.toReversed();
  return others.length === 0 ? last : say({ en: '{others} and {last}', zh: '{others}和{last}' }, { others: list(others.toReversed()), last });
}

function keyOf(roles: readonly string[]): string {
  return roles.includes('*') ? '*' : [...roles].sort().join(' ');
}

/** `storage or lead`. */
function either(roles: readonly string[]): Said {
  const holes = roles.map((_, i) => `{${i}}`);
  return say({ en: holes.join(' or '), zh: holes.join('或') }, Object.fromEntries(roles.map((role, i) => [String(i), role])));
}
