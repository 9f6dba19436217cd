import { code, sha256 } from '../digest.ts';
import { dispatch } from '../dispatch.ts';
import type { SettleNeeds } from '../settle.ts';
import type { Event, In, Ticket } from '../ticket.ts';
import type { Schedule } from './schedule.ts';

/** Of the schedule that a request makes: the same whenever it is asked for. */
const idOf = (ticket: string) => `S${code(sha256(`schedule ${ticket}`), 11)}`;

/** What was approved to be asked at times is looked at once more, as everything that runs; a freeze keeps nobody from writing down what is done later. */
export async function repeats(ticket: In<'approved'>, now: number, needs: SettleNeeds): Promise<Event> {
  const event = await dispatch(ticket, now, await needs.rules(), { list: async () => [] });
  return event.kind === 'dispatched' ? { ...event, id: `repeats ${ticket.plan.round}`, kind: 'repeats' } : event;
}

/** Once a request that makes a schedule is done, there is that schedule, once. */
export async function keepRepeating(ticket: Ticket, { schedules }: Pick<SettleNeeds, 'schedules'>): Promise<void> {
  const { repeat } = ticket;
  if (!repeat || ticket.dry || ticket.state !== 'done' || !ticket.plan) return;
  const { plan } = ticket;
  const isReading = plan.waves.length === 0;
  const schedule: Schedule = {
    ...{ format: 1, id: idOf(ticket.id), rev: 1, by: ticket.by, at: ticket.endedAt, repeat, ticket: ticket.id },
    ...{ command: ticket.command, places: ticket.places },
    ...(isReading || plan.class === undefined ? {} : { granted: { class: plan.class, risk: plan.risk } }),
  };
  await schedules.set(schedule, 0);
}
