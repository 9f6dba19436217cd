import { quoted, type Said } from './words.ts';

/** Hours of the week in a time zone. `days`: 0 is Sunday. Minutes since midnight, `to` up to 1440; at or before `from` it is past midnight, on the next day. */
export interface Hours {
  readonly zone: string;
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** A moment on the wall clock of a time zone: the day of the week (0 is Sunday) and the minutes since midnight. */
export interface WallClock {
  readonly day: number;
  readonly minute: number;
}

/** What the clocks of a time zone show at a moment (milliseconds since the epoch). Throws RangeError for a zone there is not. */
export function wallClock(at: number, zone: string): WallClock {
  const minute = Math.floor(at / 60_000);
  const last = lately.get(zone);
  if (last?.at === minute) return last.shown;
  const parts = formatter(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const shown = { day: DAYS.indexOf(part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) };
  lately.set(zone, { at: minute, shown });
  return shown;
}

/** Whether a moment is within these hours. */
export function isWithin({ zone, days, from, to }: Hours, at: number): boolean {
  const { day, minute } = wallClock(at, zone);
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to);
}

/** Whether every moment within `inner` is within `outer`; false also where that would take a calendar to tell. */
export function contains(outer: Hours, inner: Hours): boolean {
  return (
    outer.zone === inner.zone &&
    inner.days.every((day) => outer.days.includes(day)) &&
    outer.from <= inner.from &&
    inner.from + lengthOf(inner) <= outer.from + lengthOf(outer)
  );
}

/** Whether every moment is within these hours. */
export function isAlways(hours: Hours): boolean {
  return lengthOf(hours) === DAY && DAYS.every((_, day) => hours.days.includes(day));
}

const DAY = 1440;
const lengthOf = ({ from, to }: Hours) => (from < to ? to - from : to - from + DAY);

/** As `Intl` names them in English; the index is the day of the week. */
export const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const formatters = new Map<string, Intl.DateTimeFormat>();
/** The last minute asked for in each zone: every rule of a decision asks for the same one. */
const lately = new Map<string, { readonly at: number; readonly shown: WallClock }>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formatters.set(zone, made);
  return made;
}

/** `sat, sun 22:00–06:00 Europe/Berlin`. */
export function hoursWords({ zone, days, from, to }: Hours): Said {
  const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const names = days.length === 7 ? '' : `${days.map((day) => (DAYS[day] ?? '').toLowerCase()).join('/')} `;
  return quoted(`${names}${clock(from)}–${clock(to)} ${zone}`);
}
