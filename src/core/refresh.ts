import { due } from './due.ts';
import type { Send, Tickets } from './ports.ts';
import { isOver, nextRound, planOf, type Ticket } from './ticket.ts';

/** What looking again at what waits takes. */
export interface RefreshNeeds {
  readonly tickets: Pick<Tickets, 'get' | 'open' | 'change'>;
  readonly send: Send;
}

/** A ticket that acted came to its end: what waits for approval on the same hosts is looked at again now, not by its timer. */
export async function refreshOthers(ended: Ticket, needs: RefreshNeeds): Promise<void> {
  if (!isOver(ended) || !('endedAt' in ended) || ended.startedAt === undefined) return;
  const touched = planOf(ended)?.hosts ?? [];
  for (const id of touched.length === 0 ? [] : await needs.tickets.open()) {
    const other = id === ended.id ? undefined : await needs.tickets.get(id);
    // One that was looked at since saw what this left behind.
    if (other?.state !== 'waiting' || other.looking || other.plan.at > ended.endedAt) continue;
    if (!other.plan.hosts.some((host) => touched.includes(host))) continue;
    const now = Date.now();
    const sites = Object.keys(other.plan.parts);
    const after = await needs.tickets.change(id, { id: `refresh ${nextRound(other.plan)}`, at: now, kind: 'refresh', sites }, other.rev);
    if (after && after.rev !== other.rev) await needs.send(due(after, now));
  }
}
