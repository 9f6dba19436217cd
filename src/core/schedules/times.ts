import { sha256 } from '../digest.ts';
import type { Cron, Schedule } from './schedule.ts';

/** Later than this after its time, in milliseconds, something was missed. */
export const LATE = 120_000;

/** When something is asked that stands for this time: put off by its own share of the jitter, the same however often it is asked for. */
export function putOff({ id, repeat }: Pick<Schedule, 'id' | 'repeat'>, time: number): number {
  if (repeat.jitterMs === 0) return time;
  return time + (Number.parseInt(sha256(`${id} ${time}`).slice(0, 8), 16) % (repeat.jitterMs + 1));
}

/** The last time of a schedule that has come and was not asked, and whether it is asked now; undefined when none has come. Pure. */
export function dueTime(schedule: Schedule, now: number, cron: Cron): { readonly time: number; readonly ask: boolean } | undefined {
  const { repeat, at, last } = schedule;
  let found = come(last?.at ?? at);
  if (found === undefined) return undefined;
  // After this none has come. It draws nearer by halves: when nobody was there for long, there are too many to look at each.
  let none = now;
  for (let next = come(found); next !== undefined; next = come(found)) {
    const middle = Math.floor((next + none) / 2);
    const further = come(middle);
    if (further === undefined) none = middle;
    found = further ?? next;
  }
  // What was missed is not made up for after the end.
  return { time: found, ask: (repeat.missed === 'run' && now < repeat.until) || now - putOff(schedule, found) <= LATE };

  /** The next time after this one, where that has come. */
  function come(after: number): number | undefined {
    const time = cron(repeat.cron, repeat.zone, after);
    return time === undefined || time >= repeat.until || putOff(schedule, time) > now ? undefined : time;
  }
}
