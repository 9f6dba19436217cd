import type { Log } from '../../core/ports.ts';
import { HEARD, type MatrixEvent } from './events.ts';
import type { Homeserver } from './homeserver.ts';
import type { Heard } from './shelf.ts';

/** Most events of a room that are caught up with after an absence. */
const MOST = 500;
/** How far clocks of homeservers may be apart, in milliseconds. */
const SKEW = 600_000;

/** What a room's sync answer has left out, oldest first: from `from` back to the last event that was taken, or to the bot's coming. */
export async function missed(
  { server, user, log }: { readonly server: Pick<Homeserver, 'before'>; readonly user: string; readonly log: Log },
  room: string,
  from: string,
  last: Heard | undefined,
): Promise<MatrixEvent[]> {
  const found: MatrixEvent[] = [];
  let at: string | undefined = from;
  while (at !== undefined) {
    const page = await server.before(room, at, { types: HEARD });
    for (const event of page.events) {
      if (event.event_id === last?.id) return found.reverse();
      if (found.length >= MOST) {
        log(`matrix: more than ${MOST} events were missed in ${room}; the oldest of them are left out`);
        return recent(found, last).reverse();
      }
      found.push(event);
      if (isInvite(event, user)) return found.reverse();
    }
    at = page.events.some((event) => !isOld(event, last)) ? page.end : undefined;
  }
  return recent(found, last).reverse();
}

/** Whether it says of itself that it is older than what was heard last: anybody can say so, but not for a whole page of others. */
function isOld({ origin_server_ts }: MatrixEvent, last: Heard | undefined): boolean {
  return last !== undefined && origin_server_ts < last.at - SKEW;
}

/** Newest first, without the old ones at the end: where the last event that was heard is not found, these were heard before it. */
function recent(found: readonly MatrixEvent[], last: Heard | undefined): MatrixEvent[] {
  return found.slice(0, found.findLastIndex((event) => !isOld(event, last)) + 1);
}

/** The events since the bot was last invited, or else came: what was said in a room before is not for it. */
export function sinceComing(events: readonly MatrixEvent[], user: string): readonly MatrixEvent[] {
  const came = events.findLastIndex(
    ({ type, state_key, content, unsigned }) =>
      type === 'm.room.member' && state_key === user && content.membership === 'join' && unsigned?.prev_content?.membership !== 'join',
  );
  if (came < 0) return events;
  const invited = events.slice(0, came).findLastIndex((event) => isInvite(event, user));
  return events.slice((invited < 0 ? came : invited) + 1);
}

function isInvite({ type, state_key, content }: MatrixEvent, user: string): boolean {
  return type === 'm.room.member' && state_key === user && content.membership === 'invite';
}
