/** Wall clocks as numbers: the milliseconds since the epoch at which a clock at Greenwich would show the same date and time. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at a moment, as milliseconds since the epoch at Greenwich. Throws RangeError for a zone there is not. */
export function shownAt(at: number, zone: string): number {
  const parts = formatter(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The first moment at which the clocks of a zone show this, or later where they leave it out; they may show it twice. */
export function firstShown(shown: number, zone: string): number {
  const offset = (at: number) => shownAt(at, zone) - at;
  let before = shown - FURTHEST;
  let after = shown + FURTHEST;
  const [early, late] = [offset(before), offset(after)];
  if (early === late) return shown - early;
  while (after - before > SECOND) {
    const middle = before + Math.round((after - before) / 2 / SECOND) * SECOND;
    if (offset(middle) === early) before = middle;
    else after = middle;
  }
  return shown - early < after ? shown - early : Math.max(after, shown - late);
}

/** `2026-01-05` or `2026-01-05 09:00`, as a clock shows it; NaN for a date there is not. */
export function readClock(text: string): number {
  const at = Date.parse(`${text.slice(0, 10)}T${text.slice(11) || '00:00'}:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text.slice(0, 10) ? Number.NaN : at;
}

const SECOND = 1000;
/** No clock is further from Greenwich than this, in milliseconds. */
const FURTHEST = 15 * 3_600_000;

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  formatters.set(zone, made);
  return made;
}
