import { atLeast } from '../risk.ts';
import type { PlanRef, Ticket } from '../ticket.ts';

/** Whether a plan was approved when its schedule was made: of the same class, and of no higher risk. */
export function isAsScheduled({ from }: Pick<Ticket, 'from'>, { class: now, risk }: Pick<PlanRef, 'class' | 'risk'>): boolean {
  return from?.kind === 'schedule' && from.granted !== undefined && from.class !== undefined && from.class === now && atLeast(from.granted, risk);
}
