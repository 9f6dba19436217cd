import type { Place } from '../types.ts';
import type { Alert } from './alert.ts';
import type { Decide } from './settle.ts';
import { isUnattended, timesBack } from './wanting.ts';

/** Where nothing is edited and nobody presses: one message when it fires, and one when it is over. */
export const ONE_WAY: readonly string[] = ['mail', 'ntfy'];

/** So much longer is waited for a chat that speaks. */
const BUSY = 5;

/** Shows elsewhere what is not seen to stand in any of its rooms: in a room of another chat, then by mail and ntfy. The server of a chat may be on the host that died. */
export const fallback: Decide = async (alert, { now, rules, needs }) => {
  const { afterMs, rooms, mail, ntfy } = rules.routing.fallback;
  if (alert.severity === 'notice' || !isUnattended(alert, now)) return undefined;
  const fell = alert.history.findLast(({ kind, at }) => kind === 'fell-back' && at >= alert.firedAt);
  if (now - (fell?.at ?? alert.firedAt) < afterMs) return undefined;
  const shown = alert.places.filter(({ chat }) => !ONE_WAY.includes(chat));
  const others = rooms.map(rules.placeOf).filter((place) => place !== undefined && !shown.some(({ chat }) => chat === place.chat));
  const posted = [...mail.map((room): Place => ({ chat: 'mail', room })), ...ntfy.map((room): Place => ({ chat: 'ntfy', room }))];
  const next = [others, posted].map((places) => places.filter((place) => place !== undefined && !has(alert.places, place))).find(({ length }) => length > 0);
  if (!next || (await Promise.all(shown.map((place) => needs.shown.stands(alert.id, place, alert.firedAt)))).includes(true)) return undefined;
  // A chat that has much to say is not one that is down.
  const spoke = await Promise.all(shown.map(({ chat }) => needs.shown.spoke(chat)));
  if (now - alert.firedAt < BUSY * afterMs && spoke.some((at) => now - at < afterMs)) return undefined;
  return { kind: 'fell-back', places: next.filter((place) => place !== undefined) };
};

/** The revision of an alert where nothing is edited: it is raised when it begins to fire, and when that is over. */
export function oneWayRev(alert: Pick<Alert, 'returns' | 'history' | 'state'>): number {
  return 1 + 2 * timesBack(alert) + (alert.state === 'firing' ? 0 : 1);
}

function has(places: readonly Place[], { chat, room }: Place): boolean {
  return places.some((one) => one.chat === chat && one.room === room);
}
