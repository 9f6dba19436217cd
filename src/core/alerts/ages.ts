import { type Alert, isOpen, type Member } from './alert.ts';
import type { Alerts } from './keepers.ts';
import { firesOn } from './members.ts';
import type { Decide } from './settle.ts';

/** How long what nothing will ever say the end of stays open after it was last heard of, in milliseconds. */
export const ONCE_FOR = 86_400_000;
/** More members than this are not read for it: one that is a state keeps the card open anyway. */
const MOST = 5000;

/** Closes what only tells of events a day after the last of them. */
export const ages: Decide = async (alert, { now, needs }) => {
  if (!isOpen(alert) || !isOld(alert, now)) return undefined;
  const last = await firingOn(alert, needs.alerts);
  return last.every(({ once, heardAt }) => once && now - heardAt >= ONCE_FOR) ? { kind: 'closed' } : undefined;
};

/** All that fires on a card, also what the card does not show. */
export async function firingOn(alert: Alert, alerts: Pick<Alerts, 'members'>): Promise<readonly Member[]> {
  const all = firesOn(alert) <= alert.top.length ? alert.top : await alerts.members(alert.id, MOST);
  return all.filter(({ status }) => status === 'firing');
}

/** By what its card shows, which is the newest. */
function isOld({ top, firedAt }: Alert, now: number): boolean {
  const fires = top.filter(({ status }) => status === 'firing');
  return now - firedAt >= ONCE_FOR && fires.every(({ once, heardAt }) => once && now - heardAt >= ONCE_FOR);
}
