import { sha256 } from '../digest.ts';
import type { Cron, Schedule } from './schedule.ts';

/** Later than this after its time, in milliseconds, something was missed. */
export const LATE = 120_000;
/** How many times of a schedule are looked through at once: of every minute, more than a week. */
const MOST = 12_000;

/** When something is asked that stands for this time: put off by its own share of the jitter, the same however often it is asked for. */
export function putOff({ id, repeat }: Pick<Schedule, 'id' | 'repeat'>, time: number): number {
  if (repeat.jitterMs === 0) return time;
  return time + (Number.parseInt(sha256(`${id} ${time}`).slice(0, 8), 16) % (repeat.jitterMs + 1));
}

/** The last time of a schedule that has come and was not asked, and whether it is asked now; undefined when none has come. Pure. */
export function dueTime(schedule: Schedule, now: number, cron: Cron): { readonly time: number; readonly ask: boolean } | undefined {
  const { repeat, at, last } = schedule;
  let found: number | undefined;
  let after = last?.at ?? at;
  for (let i = 0; i < MOST; i++) {
    const time = cron(repeat.cron, repeat.zone, after);
    if (time === undefined || time >= repeat.until || putOff(schedule, time) > now) break;
    found = time;
    after = time;
  }
  if (found === undefined) return undefined;
  // What was missed is not made up for after the end.
  return { time: found, ask: (repeat.missed === 'run' && now < repeat.until) || now - putOff(schedule, found) <= LATE };
}
