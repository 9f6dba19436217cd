import { anywhere } from './approvers.ts';
import { authorize, type Person, type Policy } from './policy.ts';
import type { Commands } from './ports.ts';
import { scope } from './scope.ts';
import { planOf, type Ticket } from './ticket.ts';
import { subjectOf } from './votes.ts';

/** The hosts a ticket speaks of: those its plan acts on, or else all that it may be about; undefined when that cannot be told. */
export function hostsSpokenOf(ticket: Ticket, policy: Policy, commands: Commands): readonly string[] | undefined {
  const acted = planOf(ticket)?.hosts ?? [];
  return acted.length > 0 ? acted : scope(ticket, policy, commands)?.map((host) => host.name);
}

/** Whether only who asked sees a request's card: also the refusal of what something else would have shown. */
export function isPrivate({ private: alone, quiet, state }: Ticket): boolean {
  return alone || (quiet === true && state === 'refused');
}

/** Whether someone may see a request: their own; of others what speaks only of hosts in their reach, and what they may approve; never another's private one. */
export function maySee(person: Person, ticket: Ticket, policy: Policy, commands: Commands, now: number): boolean {
  if (ticket.by === person.id) return true;
  if (isPrivate(ticket)) return false;
  const hosts = hostsSpokenOf(ticket, policy, commands);
  const { command, input, by } = ticket;
  const names = planOf(ticket)?.names;
  if (hosts && authorize(person, 'see', { command, input, by, hosts, ...(names ? { names } : {}) }, policy, now).allowed) return true;
  const ref = planOf(ticket);
  if (!ref || ref.waves.length === 0) return false;
  // Who may approve something must see it, also where that is by roles that others lent them.
  const { room: _, ...subject } = subjectOf(ticket, ref);
  return anywhere((room) => authorize(person, 'approve', room === undefined ? subject : { ...subject, room }, policy, now), policy).verdict.allowed;
}
