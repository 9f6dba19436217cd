import { roomKey } from '../place.ts';
import type { Alerts } from '../ports.ts';
import type { Place } from '../types.ts';
import type { Routing } from './routing.ts';

/** For how many times the span in which is counted there must have been no flood until new alerts have cards of their own again. */
const CALM = 5;

/** Whether a new alert by a route comes to the card of its flood, because its rooms were given more new cards than they can take. Counts it. */
export async function isStorm(route: string, places: readonly Place[], { cards, withinMs }: Routing['storm'], now: number, alerts: Alerts): Promise<boolean> {
  let most = 0;
  // What stands in no room stands in the console.
  for (const room of places.length === 0 ? ['console'] : new Set(places.map(roomKey))) most = Math.max(most, await alerts.born(room, withinMs, now));
  return alerts.storming(route, most > cards ? now + CALM * withinMs : undefined);
}
