import { SEVERITIES } from '../check.ts';
import type { Alert, Member } from './alert.ts';

/** What a member counts as on its card. */
export type Standing = keyof Alert['counts'];

export function standingOf({ status, silence }: Pick<Member, 'status' | 'silence'>): Standing {
  if (status === 'resolved') return 'resolved';
  return silence === undefined ? 'firing' : 'silenced';
}

/** What tells a member from all others. */
export function nameOf({ source, fingerprint }: Pick<Member, 'source' | 'fingerprint'>): string {
  return `${source} ${fingerprint}`;
}

/** More than any time in milliseconds for the next centuries. */
const EVER = 1e13;
const STANDINGS: readonly Standing[] = ['firing', 'silenced', 'resolved'];
/** All that fire, silenced or not, rank below this; what is resolved does not. */
export const FIRING_BELOW = STANDINGS.indexOf('resolved') * SEVERITIES.length * EVER;

/** The lower, the sooner it is shown: what fires, then what is silenced, then what is over; of those the worst, then the newest. A whole number below 2^53. */
export function rankOf(member: Member): number {
  const step = STANDINGS.indexOf(standingOf(member)) * SEVERITIES.length + SEVERITIES.indexOf(member.severity);
  return step * EVER + (EVER - Math.min(EVER, Math.max(0, Math.floor(member.since))));
}

/** In the order they are shown. */
export function byRank(a: Member, b: Member): number {
  return rankOf(a) - rankOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

/**
 * A member after it was heard of again; the same object when that says nothing new. What was heard before what is known changes nothing; of two things
 * heard at once the end is believed.
 */
export function joined(known: Member | undefined, said: Member): Member {
  if (!known) return said;
  if (said.heardAt < known.heardAt) return known;
  if (said.heardAt === known.heardAt && said.status === 'firing' && known.status === 'resolved') return known;
  if (said.status === 'resolved')
    return known.status === 'firing' ? ended(known, said) : said.heardAt === known.heardAt ? known : { ...known, heardAt: said.heardAt };
  const again = known.status === 'resolved' || (said.once === true && said.since > known.since);
  const { silence: _, endedAt: __, ...was } = known;
  const now: Member = { ...was, ...said, since: again ? said.since : known.since, times: known.times + (again ? 1 : 0) };
  return isSame(now, known) ? known : now;
}

function ended({ silence: _, ...known }: Member, { heardAt, endedAt, text, severity: __ }: Member): Member {
  return { ...known, status: 'resolved', heardAt, endedAt: Math.max(known.since, endedAt ?? heardAt), ...(text === undefined ? {} : { text }) };
}

/** Whether it began, or began anew. */
export function begins(known: Member | undefined, now: Member): boolean {
  return now.status === 'firing' && now.times > (known?.times ?? 0);
}

function isSame(a: Member, b: Member): boolean {
  return text(a) === text(b);
}
const text = (member: Member) => JSON.stringify(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Whether two say the same to people, whenever that was heard. */
export function looksSame(a: Member, b: Member): boolean {
  return isSame({ ...a, heardAt: 0 }, { ...b, heardAt: 0 });
}

/** Most characters of a text, of an address, and of all labels together, where a member is only shown. */
const SHORT = { text: 200, url: 300, labels: 500 };

/** A member as its card keeps it: short enough that a dozen are a few kilobytes. */
export function brief(member: Member): Member {
  const { text: long, url, labels, ...rest } = member;
  return {
    ...rest,
    labels: within(labels, SHORT.labels),
    ...(long === undefined ? {} : { text: long.slice(0, SHORT.text) }),
    ...(url === undefined || url.length > SHORT.url ? {} : { url }),
  };
}

/** As many labels as come to so many characters; what is too long is left out whole, because half a value is another value. */
export function within(labels: Readonly<Record<string, string>>, most: number): Record<string, string> {
  let left = most;
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) => {
      const size = name.length + value.length;
      if (size > left) return false;
      left -= size;
      return true;
    }),
  );
}
