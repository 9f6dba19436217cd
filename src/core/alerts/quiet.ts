import { SEVERITIES, type Severity } from '../check.ts';
import { firstShown, shownAt } from '../clocks.ts';
import { type Hours, isWithin } from '../hours.ts';
import type { Route } from './routing.ts';

/** Whether nobody is called now for what is so bad: it is within the quiet hours of its route, and less severe than they let through. */
export function isQuiet({ quiet }: Pick<Route, 'quiet'>, severity: Severity, at: number): boolean {
  return quiet !== undefined && SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(quiet.below) && isWithin(quiet.hours, at);
}

/** When people may be called for what began at `at`: then, or when the quiet hours are over, which may be never (Infinity). */
export function loudFrom(route: Pick<Route, 'quiet'>, severity: Severity, at: number): number {
  return route.quiet && isQuiet(route, severity, at) ? overAt(route.quiet.hours, at) : at;
}

/** The first full minute from a moment within these hours on that is not within them. */
export function overAt(hours: Hours, at: number): number {
  let end = at;
  // Hours of one day may go on into those of the next; after a week they do so for ever.
  for (let i = 0; i <= MOST && isWithin(hours, end); i++) end = nextEnd(hours, end);
  return isWithin(hours, end) ? Number.POSITIVE_INFINITY : end;
}

function nextEnd({ zone, to }: Hours, at: number): number {
  const midnight = Math.floor(shownAt(at, zone) / DAY) * DAY;
  const ends = [0, 1, 2].map((day) => firstShown(midnight + day * DAY + to * MINUTE, zone));
  return Math.min(...ends.filter((end) => end > at));
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const MOST = 9;
