import type { Policy } from './policy.ts';
import type { Review } from './ports.ts';
import { atLeast } from './risk.ts';
import { planOf, type Ticket } from './ticket.ts';
import type { Risk } from './types.ts';

/** Whether a plan of this risk was approved with another request: what that one left behind goes when its time is over. */
export function isGranted({ from }: Pick<Ticket, 'from'>, risk: Risk): boolean {
  return from?.kind === 'expire' && from.granted !== undefined && atLeast(from.granted, risk);
}

/** Whether a request is done without approval because its asker broke the glass, and may still do that. What is granted and forbidden is asked besides. */
export function hasBrokenGlass({ by, from }: Pick<Ticket, 'by' | 'from'>, { breakGlass, people }: Policy): boolean {
  const roles = people.get(by)?.roles ?? [];
  return from?.kind === 'glass' && breakGlass !== undefined && breakGlass.roles.some((role) => roles.includes(role));
}

/** What is owed once something was begun through broken glass. */
export function reviewOf(ticket: Ticket, { breakGlass }: Policy, now: number): Review | undefined {
  const plan = planOf(ticket);
  if (ticket.from?.kind !== 'glass' || plan === undefined) return undefined;
  const { id, by, text, reason, command } = ticket;
  return { ticket: id, by, at: now, dueAt: now + (breakGlass?.withinMs ?? 86_400_000), line: text, reason: reason?.text ?? '', command, hosts: plan.hosts };
}
