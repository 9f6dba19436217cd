import { dispatch } from '../dispatch.ts';
import type { SettleNeeds } from '../settle.ts';
import type { Event, In, Ticket } from '../ticket.ts';
import { vouchedBy } from './holds.ts';
import { type Schedule, scheduleIdOf } from './schedule.ts';

/** What was approved to be asked at times is looked at once more, as everything that runs; a freeze keeps nobody from writing down what is done later. */
export async function repeats(ticket: In<'approved'>, now: number, needs: SettleNeeds): Promise<Event> {
  const event = await dispatch(ticket, now, await needs.rules(), { list: async () => [] });
  return event.kind === 'dispatched' ? { ...event, id: `repeats ${ticket.plan.round}`, kind: 'repeats' } : event;
}

/** Once a request that makes a schedule is done, there is that schedule, once; one that was paused goes on. */
export async function keepRepeating(ticket: Ticket, { schedules }: Pick<SettleNeeds, 'schedules'>): Promise<void> {
  const { repeat } = ticket;
  if (!repeat || ticket.dry || ticket.state !== 'done' || !ticket.plan) return;
  const { plan } = ticket;
  const isReading = plan.waves.length === 0;
  const vouched = vouchedBy(ticket);
  const schedule: Schedule = {
    ...{ format: 1, id: scheduleIdOf(ticket), rev: 1, by: ticket.by, at: ticket.endedAt, repeat, ticket: ticket.id },
    ...{ command: ticket.command, places: ticket.places },
    ...(isReading || plan.class === undefined ? {} : { granted: { class: plan.class, risk: plan.risk, ...(vouched ? { vouched } : {}) } }),
  };
  if (schedule.id !== ticket.from?.ticket) return void (await schedules.set(schedule, 0));
  for (;;) {
    const found = await schedules.get(schedule.id);
    // Removed meanwhile, gone on already, or paused once more since.
    if (!found?.paused || found.paused.at > schedule.at) return;
    if (await schedules.set({ ...schedule, rev: found.rev + 1 }, found.rev)) return;
  }
}

/** Pauses a schedule whose approval did not suffice at this request. */
export async function pauseLapsed(ticket: Ticket, { schedules }: Pick<SettleNeeds, 'schedules'>): Promise<void> {
  if (ticket.state !== 'refused' || !ticket.lapsed || ticket.from?.kind !== 'schedule') return;
  for (;;) {
    const found = await schedules.get(ticket.from.ticket);
    // It was approved anew since this was asked.
    if (!found || found.paused || found.at > ticket.askedAt) return;
    if (await schedules.set({ ...found, rev: found.rev + 1, paused: { at: ticket.endedAt, ticket: ticket.id } }, found.rev)) return;
  }
}
