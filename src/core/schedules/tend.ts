import { ticketId } from '../digest.ts';
import type { SettleNeeds } from '../settle.ts';
import { askFor } from '../unasked.ts';
import type { Schedule } from './schedule.ts';
import { dueTime } from './times.ts';

/** Asks what is due by schedules, once over several desks, and forgets those that are over. One that fails keeps none of the others waiting. */
export async function tendSchedules(now: number, needs: SettleNeeds): Promise<void> {
  for (const schedule of await needs.schedules.list()) {
    try {
      await tend(schedule, now, needs);
    } catch (error) {
      needs.log(`the schedule ${schedule.id} cannot be kept`, error);
    }
  }
}

async function tend(schedule: Schedule, now: number, needs: SettleNeeds): Promise<void> {
  const { id, rev, by, repeat, granted, places } = schedule;
  const due = dueTime(schedule, now, needs.cron);
  if (due) {
    const ticket = ticketId('schedule', `${id} ${due.time}`);
    const from = { kind: 'schedule', ticket: id, ...(granted ? { granted: granted.risk, class: granted.class } : {}) } as const;
    if (due.ask) await askFor({ id: ticket, line: repeat.line, by, from, places, at: now }, needs);
    await needs.schedules.set({ ...schedule, rev: rev + 1, last: { at: due.time, ticket: due.ask ? ticket : '' } }, rev);
  } else if (now >= repeat.until) await needs.schedules.remove(id, rev);
}
