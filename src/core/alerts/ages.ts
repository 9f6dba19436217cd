import { type Alert, isOpen } from './alert.ts';
import type { Decide } from './settle.ts';

/** How long what nothing will ever say the end of stays open after it was last heard of, in milliseconds. */
export const ONCE_FOR = 86_400_000;
/** More members than this are not read for it: one that is a state keeps the card open anyway. */
const MOST = 5000;

/** Closes what only tells of events a day after the last of them. */
export const ages: Decide = async (alert, { now, needs }) => {
  if (!isOpen(alert) || !isOld(alert, now)) return undefined;
  const fires = alert.counts.firing + alert.counts.silenced;
  const all = fires <= alert.top.length ? alert.top : await needs.alerts.members(alert.id, MOST);
  const last = all.filter(({ status }) => status === 'firing');
  return last.every(({ once, heardAt }) => once && now - heardAt >= ONCE_FOR) ? { kind: 'closed' } : undefined;
};

/** By what its card shows, which is the newest. */
function isOld({ top, firedAt }: Alert, now: number): boolean {
  const fires = top.filter(({ status }) => status === 'firing');
  return now - firedAt >= ONCE_FOR && fires.every(({ once, heardAt }) => once && now - heardAt >= ONCE_FOR);
}
