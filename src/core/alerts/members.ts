import { SEVERITIES } from '../check.ts';
import type { Alert, Member } from './alert.ts';
import { isBefore, ownAfter } from './episode.ts';
import { within as smallSpoken } from './spoken.ts';

/** What a member counts as on its card. */
export type Standing = keyof Alert['counts'];

export function standingOf({ status, silence }: Pick<Member, 'status' | 'silence'>): Standing {
  if (status === 'resolved') return 'resolved';
  return silence === undefined ? 'firing' : 'silenced';
}

/** How many fire on a card, also those that are silenced. */
export function firesOn({ counts }: Pick<Alert, 'counts'>): number {
  return counts.firing + counts.silenced;
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

/** A member after it was heard of again; the same object when that says nothing new. What was so before what is known changes nothing. */
export function joined(known: Member | undefined, said: Member): Member {
  if (!known) return said;
  if (isBefore(said, known)) return known;
  const { own: _own, ...before } = known;
  const own = ownAfter(known, said);
  const heard = { heardAt: Math.max(known.heardAt, said.heardAt), ...(own ? { own } : {}) };
  if (said.status === 'resolved' && known.status === 'resolved') return same({ ...before, ...heard }, known);
  if (said.status === 'resolved') return { ...ended(before, said), ...heard };
  const again = known.status === 'resolved' || (said.once === true && said.since > known.since);
  const { silence: _, endedAt: __, ...was } = before;
  const now: Member = { ...was, ...said, ...heard, since: again ? said.since : known.since, times: known.times + (again ? 1 : 0) };
  return same(now, known);
}

function same(now: Member, known: Member): Member {
  return isSame(now, known) ? known : now;
}

function ended({ silence: _, ...known }: Member, { heardAt, endedAt, text, said, severity: __ }: Member): Member {
  return {
    ...known,
    status: 'resolved',
    heardAt,
    endedAt: Math.max(known.since, endedAt ?? heardAt),
    ...(text === undefined ? {} : { text }),
    ...(said ? { said } : {}),
  };
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
  return isSame(timeless(a), timeless(b));
}
function timeless({ own: _, ...member }: Member): Member {
  return { ...member, heardAt: 0 };
}

/** Most characters of a text, of an address, of all labels together, and of what the bot itself says, where a member is only shown. */
const SHORT = { text: 200, url: 300, labels: 500, said: 600 };

/** A member as its card keeps it: short enough that a dozen are a few kilobytes. */
export function brief(member: Member): Member {
  const { text: long, url, labels, said, ...rest } = member;
  return {
    ...rest,
    labels: within(labels, SHORT.labels),
    ...smallSpoken({ ...(said ? { said } : {}) }, SHORT.said),
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
