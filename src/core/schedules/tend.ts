import { ticketId } from '../digest.ts';
import type { SettleNeeds } from '../settle.ts';
import { askFor } from '../unasked.ts';
import { vouchedBy } from './holds.ts';
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
  const { id, rev, by, repeat, granted, places, paused } = schedule;
  if (paused && now < repeat.until) return paused.asked === undefined ? askAnew(schedule, paused, now, needs) : undefined;
  const due = paused ? undefined : dueTime(schedule, now, needs.cron);
  if (due) {
    const ticket = ticketId('schedule', `${id} ${due.time}`);
    // Of one that an earlier version made, as long as its request is known.
    const vouched = granted && (granted.vouched ?? vouchedBy(await needs.tickets.get(schedule.ticket)));
    const covers = granted ? { granted: granted.risk, class: granted.class, ...(vouched ? { vouched } : {}) } : {};
    const from = { kind: 'schedule', ticket: id, ...covers } as const;
    if (due.ask) await askFor({ id: ticket, line: repeat.line, by, from, places, at: now }, needs);
    await needs.schedules.set({ ...schedule, rev: rev + 1, last: { at: due.time, ticket: due.ask ? ticket : '' } }, rev);
  } else if (now >= repeat.until) await needs.schedules.remove(id, rev);
}

/** Has it approved anew, once: whoever approves is asked as for any request, and its owner sees why. */
async function askAnew(schedule: Schedule, paused: NonNullable<Schedule['paused']>, now: number, needs: SettleNeeds): Promise<void> {
  const { id, rev, by, repeat, places } = schedule;
  const asked = ticketId('schedule', `${id} anew ${paused.ticket}`);
  await askFor({ id: asked, line: repeat.line, by, from: { kind: 'schedule', ticket: id }, places, at: now, repeat }, needs);
  await needs.schedules.set({ ...schedule, rev: rev + 1, paused: { ...paused, asked } }, rev);
}
