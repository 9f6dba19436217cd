import type { Rules } from '../ports.ts';
import type { Place } from '../types.ts';
import { isOpen } from './alert.ts';
import { routeNamed } from './match.ts';
import type { Route } from './routing.ts';
import type { Decide } from './settle.ts';

/** Where the alerts of a route are shown. */
export function placesOf({ rooms }: Pick<Route, 'rooms'>, rules: Pick<Rules, 'placeOf'>): readonly Place[] {
  return rooms.flatMap((room) => rules.placeOf(room) ?? []);
}

/** What was silenced from its beginning stands nowhere until something of it fires that is not. */
export const places: Decide = async (alert, { rules }) => {
  if (alert.places.length > 0 || !isOpen(alert) || alert.counts.firing === 0) return undefined;
  const route = routeNamed(alert.route, rules.routing);
  const all = route ? placesOf(route, rules) : [];
  return all.length === 0 ? undefined : { kind: 'placed', places: all };
};
