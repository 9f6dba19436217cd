import { missing, type Needs } from './approval.ts';
import { type Voter, votingRoles } from './lent.ts';
import { authorize, type Person, type Policy, type Slot, type Subject, type Verdict } from './policy.ts';

/** Where a thing may be said: everywhere but in the rooms of `except`, or only in those of `only`. */
export interface Where {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** The decision for whoever may choose the room: the verdict of the best room there is, and which rooms those are. */
export function anywhere(decide: (room: string | undefined) => Verdict, policy: Policy): { readonly verdict: Verdict; readonly where: Where } {
  const elsewhere = decide(undefined);
  const named = roomsIn(policy).map((room) => ({ room, verdict: decide(room) }));
  const good = named.filter(({ verdict }) => verdict.allowed);
  const bad = named.filter(({ verdict }) => !verdict.allowed);
  const names = (rooms: typeof named) => rooms.map(({ room }) => room);
  if (elsewhere.allowed) return { verdict: elsewhere, where: bad.length > 0 ? { except: names(bad) } : {} };
  const [first] = good;
  return first ? { verdict: first.verdict, where: { only: names(good) } } : { verdict: elsewhere, where: {} };
}

/** The rooms that rules speak of; any other room is like no room at all. */
function roomsIn({ roles, deny }: Policy): string[] {
  const rules = [...[...roles.values()].flat(), ...deny];
  return [...new Set(rules.flatMap(({ rooms = [] }) => rooms))].sort();
}

/** Someone who could say yes. `lent`: only with roles of others. */
export interface Approver {
  readonly person: Person;
  readonly where: Where;
  readonly lent: boolean;
}

/** Who could approve this at that time (milliseconds since the epoch), by id; never who asked. */
export function approversOf({ room: _, ...subject }: Subject, policy: Policy, at: number): Approver[] {
  const alone = { ...policy, delegations: [] };
  return [...policy.people.values()].flatMap((person): Approver[] => {
    const may = (by: Policy) => anywhere((room) => authorize(person, 'approve', room === undefined ? subject : { ...subject, room }, by, at), by);
    const { verdict, where } = may(policy);
    return verdict.allowed ? [{ person, where, lent: policy.delegations.length > 0 && !may(alone).verdict.allowed }] : [];
  });
}

/** Places that stay empty under each rule when everyone who could says yes; none: it can be approved. */
export function outOfReach(needs: Needs, approvers: readonly Approver[], { room: _, ...subject }: Subject, policy: Policy, at: number): Slot[][] {
  const voters = approvers.map(({ person, where }): Voter => {
    const room = where.only?.[0];
    return room === undefined ? { person } : { person, room };
  });
  const roles = votingRoles(voters, subject, needs, policy, at);
  return needs.rules.map((rule) => missing({ rules: [rule] }, roles));
}
