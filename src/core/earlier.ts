import { z } from 'zod';
import type { Needs } from './approval.ts';
import type { Ticket } from './ticket.ts';

/** What an approval took, as it was stored first: one rule for all. */
const FIRST = z.object({ count: z.number(), roles: z.array(z.string()) });

/** A stored ticket as this version knows it; one of today is the same. */
export function ofToday(ticket: Ticket): Ticket {
  if (ticket.state !== 'waiting' && ticket.state !== 'approved') return ticket;
  const first = FIRST.safeParse(ticket.needs);
  if (!first.success) return ticket;
  const { count, roles } = first.data;
  const needs: Needs = { rules: count === 0 ? [] : [{ id: 'approvals', votes: [{ count, roles }] }] };
  return { ...ticket, needs };
}
