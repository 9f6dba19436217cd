import type { Member } from './alert.ts';

/** How soon after an end was heard of, in milliseconds, it is only late that it is said to fire: from then on its source has taken the end back. */
export const LATE = 60_000;

/** What was said of one thing, and when. */
type Told = Pick<Member, 'status' | 'heardAt' | 'own'>;

/** Whether what is said was so before what is known: by the source's own times, or where these do not tell, by when it was heard. Of two things heard at once the end is believed. Pure. */
export function isBefore(said: Told, known: Told): boolean {
  const late = said.heardAt < known.heardAt || (said.heardAt === known.heardAt && said.status === 'firing' && known.status === 'resolved');
  return byOwnTimes(said, known) ?? late;
}

/** Undefined where they do not tell: clocks of others, and how long it was on its way, mean nothing to them. */
function byOwnTimes(said: Told, known: Told): boolean | undefined {
  const [is, was] = [said.own, known.own];
  if (!is || !was || said.status === known.status) return undefined;
  // An end is that of what is known, unless that began only when this was over.
  if (said.status === 'resolved') return is.to === undefined ? undefined : is.to <= was.from && is.from < was.from;
  if (was.to === undefined) return undefined;
  if (is.from < was.from) return true;
  if (is.from >= was.to && is.from > was.from) return false;
  return said.heardAt - known.heardAt < LATE;
}

/** The source's own times of what is known after it said this; undefined where it did not say them. Pure. */
export function ownAfter(known: Told, { status, own }: Told): Member['own'] {
  if (!own || !known.own) return own;
  const { from, to } = known.own;
  // What fires again after all did not do so before the end that was taken back: that end is not its end.
  if (status === 'firing') return { from: Math.max(own.from, known.status === 'resolved' ? (to ?? from) : from) };
  if (known.status === 'firing') return own;
  const end = Math.max(own.to ?? 0, to ?? 0);
  return { from: Math.max(own.from, from), ...(end === 0 ? {} : { to: end }) };
}
