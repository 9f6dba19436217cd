import { type Approver, anywhere, approversOf, type Where } from './approvers.ts';
import type { Request } from './command.ts';
import { authorize, type Person, type Slot } from './policy.ts';
import { emptyPlaces, standingVotes, subjectOf, type Voted, type Who } from './votes.ts';

/** A request that waits, as one person sees it. */
export interface Pending {
  readonly ticket: Voted;
  /** The name of who asked. */
  readonly by: string;
  /** Names of those whose yes counts so far. */
  readonly yes: readonly string[];
  /** Places still to be filled, under each rule. */
  readonly left: readonly (readonly Slot[])[];
  /** Who asked must say why, and has not. */
  readonly mute: boolean;
  /** In which rooms this person's word counts; undefined where it counts nowhere, or was given. */
  readonly mine: Where | undefined;
  /** Who else could say yes now, and has not. */
  readonly others: readonly Approver[];
}

/** Whose word is waited for: this person's; others', for what this person asked; others', for what others asked. */
export interface Sorted {
  readonly mine: readonly Pending[];
  readonly own: readonly Pending[];
  readonly rest: readonly Pending[];
}

/** What waits, sorted by whose word it waits for; the first to expire first. `now` in milliseconds since the epoch. */
export function sortPending(requests: readonly Request[], person: Person, who: Who, now: number): Sorted {
  const all = requests.flatMap((request) => pendingOf(request, person, who, now) ?? []).sort((a, b) => a.ticket.expiresAt - b.ticket.expiresAt);
  const mine = all.filter(({ mine }) => mine !== undefined);
  const own = all.filter(({ ticket }) => ticket.by === person.id);
  return { mine, own, rest: all.filter((one) => !mine.includes(one) && !own.includes(one)) };
}

function pendingOf({ ticket, by }: Request, person: Person, who: Who, now: number): Pending | undefined {
  if (ticket.state !== 'waiting' && ticket.state !== 'approved') return undefined;
  const { policy } = who;
  const { room: _, ...subject } = subjectOf(ticket, ticket.plan);
  const standing = standingVotes(ticket, ticket.votes, who, now);
  const voted = (id: string) => ticket.votes.some((vote) => vote.by === id);
  const open = ticket.state === 'waiting';
  const own = anywhere((room) => authorize(person, 'approve', room === undefined ? subject : { ...subject, room }, policy, now), policy);
  return {
    ticket,
    by,
    yes: standing.map((vote) => policy.people.get(vote.by)?.name ?? vote.by),
    left: emptyPlaces(ticket, standing, policy, now),
    mute: ticket.needs.reason === true && ticket.reason === undefined,
    mine: open && own.verdict.allowed && !voted(person.id) ? own.where : undefined,
    others: open ? approversOf(subject, policy, now).filter((other) => other.person.id !== person.id && !voted(other.person.id)) : [],
  };
}
