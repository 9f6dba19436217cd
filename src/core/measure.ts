import type { Counts } from './ports.ts';
import type { In, Ticket } from './ticket.ts';

/** The first word of a command; what was none is counted as such. */
const familyOf = ({ command }: Ticket) => command.split(' ')[0] || 'none';

/** Counts a request when it is made, and every state that it comes to. */
export function measure(before: Ticket | undefined, now: Ticket, counts: Pick<Counts, 'add'>): void {
  const family = familyOf(now);
  if (!before) counts.add('hostler_requests_total', { family });
  if (before?.state !== now.state) counts.add('hostler_tickets_total', { state: now.state, family });
}

/** Measures how soon the first step of a request was begun after nothing more was waited for. What waited for its window is not measured. */
export function measureStart(ticket: In<'running'> | In<'cancelling'>, now: number, counts: Pick<Counts, 'took'>): void {
  if (ticket.window !== undefined) return;
  const last = ticket.votes.at(-1);
  if (last) counts.took('hostler_press_to_step_seconds', now - last.at);
  else counts.took('hostler_ask_to_step_seconds', now - ticket.askedAt);
}
