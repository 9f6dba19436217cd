import type { SettleNeeds } from '../settle.ts';
import { isOver, planOf, type Ticket } from '../ticket.ts';
import { shows } from './shows.ts';
import { settleSoon } from './soon.ts';

/** Tells an alert what is done because of it, and what came of that. Reads, and what the desk does by itself, which its card shows, are not told. Told again it changes nothing. */
export async function tellAlert(ticket: Ticket, needs: SettleNeeds): Promise<void> {
  const { from } = ticket;
  const isAuto = from?.kind === 'remedy';
  if (!from || !(isAuto || from.kind === 'alert') || ticket.quiet || ticket.dry || needs.commands.get(ticket.command)?.at === 'desk') return;
  // What came to nothing is told when it is over, where it was to change something.
  const isChange = isAuto || (needs.commands.get(ticket.command)?.risk ?? 'none') !== 'none';
  if ((planOf(ticket)?.waves.length ?? 0) === 0 && !(isChange && isOver(ticket))) return;
  const { id, by, text: line, askedAt } = ticket;
  const asked = { id: `asked ${id}`, at: askedAt, kind: 'asked', ticket: id, by, line, ...(isAuto ? { auto: true as const } : {}) } as const;
  const alert = await needs.alerts.change(from.ticket, asked);
  if (!alert) return;
  if (!('endedAt' in ticket)) return needs.send(shows(alert, Date.now()));
  const { endedAt, state } = ticket;
  const judgeAt = endedAt + (await needs.rules()).routing.judgeMs;
  await needs.alerts.change(from.ticket, { id: `ran ${id}`, at: endedAt, kind: 'ran', ticket: id, state, judgeAt });
  await settleSoon(from.ticket, needs); // it may be over already
}
