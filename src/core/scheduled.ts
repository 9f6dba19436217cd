import { common, type Event, type In, nextRound, type PlanRef, type Ticket } from './ticket.ts';

/** Whether two plans are one and the same to who approved: to the letter, or for what runs in a window, of the same class. */
export function isSameApproval(a: PlanRef, b: PlanRef): boolean {
  return a.digest === b.digest || (a.class !== undefined && a.class === b.class);
}

/**
 * A ticket that was approved and waits for its window, after an event. When the window opens it is planned again: of the same class it runs, anything else is asked
 * anew. `anew`: what it becomes by another verdict.
 */
export function scheduled(ticket: In<'scheduled'>, event: Event, anew: (ticket: In<'scheduled'>, event: Extract<Event, { kind: 'joined' }>) => Ticket): Ticket {
  const { plan, needs, votes, slot, expiresAt } = ticket;
  switch (event.kind) {
    case 'planned': {
      const { looking } = ticket;
      if (!looking || event.round !== looking.round || looking.parts[event.site] !== null) return ticket;
      return { ...ticket, looking: { ...looking, parts: { ...looking.parts, [event.site]: event.part } } };
    }
    case 'refresh': {
      if (ticket.looking) return { ...ticket, looking: { ...ticket.looking, since: event.at } };
      const parts = Object.fromEntries(event.sites.map((site) => [site, null]));
      return { ...ticket, looking: { round: nextRound(plan), since: event.at, parts } };
    }
    case 'joined': {
      if (event.round !== ticket.looking?.round) return ticket;
      const { looking: _, ...still } = ticket;
      const { verdict } = event;
      if (verdict.kind === 'refused' && verdict.passing) return { ...still, plan: { ...plan, at: event.at, tried: event.round } };
      if ((verdict.kind !== 'ask' && verdict.kind !== 'ready') || !isSameApproval(plan, verdict.plan)) return anew(ticket, event);
      return { ...common(ticket), state: 'approved', plan: { ...verdict.plan, code: plan.code }, needs, votes, expiresAt, slot };
    }
    case 'withdrawn':
      return { ...common(ticket), state: 'waiting', plan: tried(ticket), needs, votes: event.votes, expiresAt, slot };
    case 'rejected':
    case 'cancelled': {
      const because = event.reason === undefined ? {} : { because: event.reason };
      return { ...common(ticket), state: event.kind, endedBy: event.by, ...because, endedAt: event.at, plan, votes };
    }
    case 'expired':
      return event.at >= slot.closesAt ? { ...common(ticket), state: 'expired', endedAt: event.at, plan, votes } : ticket;
    default:
      return ticket;
  }
}

/** The plan, with the number of the round that is under way noted as used. */
export function tried({ plan, looking }: In<'waiting'> | In<'scheduled'>): PlanRef {
  return looking ? { ...plan, tried: looking.round } : plan;
}
