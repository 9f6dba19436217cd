import { z } from 'zod';
import type { Kept } from '../src/core/command.ts';
import { ticketId } from '../src/core/digest.ts';
import { due } from '../src/core/due.ts';
import { frozen } from '../src/core/frozen.ts';
import { job } from '../src/core/ports.ts';
import { assign, route } from '../src/core/route.ts';
import type { SettleNeeds } from '../src/core/settle.ts';
import { isOver, type Ticket } from '../src/core/ticket.ts';
import { speak } from '../src/core/words.ts';

/** How often it is looked for what has expired, in milliseconds. */
export const EXPIRE_EVERY = 10_000;
/** When a removal that failed is tried again, in milliseconds. */
const AGAIN_AFTER = 3_600_000;

/** Removes what was kept for safety when its time is over: by a request of its own, in the name of who left it behind, on the same cards. */
export default job({
  name: 'expire',
  payload: z.object({}),
  async take(_payload, needs: SettleNeeds) {
    const now = Date.now();
    for (const kept of await needs.kept.list()) {
      if (kept.expiresAt > now) break;
      try {
        await remove(kept, now, needs);
      } catch (error) {
        needs.log(`what ${kept.ticket} left behind cannot be removed`, error);
        await needs.kept.postpone(kept.id, now + AGAIN_AFTER);
      }
    }
  },
});

async function remove(kept: Kept, now: number, needs: SettleNeeds): Promise<void> {
  const id = ticketId('expire', `${kept.id} ${kept.expiresAt}`);
  const before = await needs.tickets.get(id);
  if (!before) {
    // A freeze holds for what goes by itself, too: it waits, without a word each time.
    if (await frozen([kept.on.host], needs.freezes, (await needs.rules()).policy)) return needs.kept.postpone(kept.id, now + AGAIN_AFTER);
    const ticket = await removal(id, kept, now, needs);
    await needs.tickets.create(ticket);
    await needs.send(due(ticket, now));
  } else if (isOver(before)) {
    // Done, or there is nothing to remove any more; what failed is tried again.
    const isGone = before.state === 'refused' && !before.passing;
    if (before.state === 'done' || isGone) await needs.kept.drop(kept.id);
    else await needs.kept.postpone(kept.id, now + AGAIN_AFTER);
  }
}

async function removal(id: string, kept: Kept, now: number, needs: SettleNeeds): Promise<Ticket> {
  const { policy } = await needs.rules();
  const { command: path, input } = kept.remove;
  const command = needs.commands.get(path);
  const person = policy.people.get(kept.by);
  if (!command || !person) throw new Error(`“${path}” by ${kept.by} is not possible any more`);
  const sites = [...assign(command, route(command, input, policy.hosts)).keys()];
  return {
    format: 1,
    id,
    rev: 1,
    by: kept.by,
    text: `expire: ${speak(kept.what, person.lang)}`,
    command: path,
    input,
    dry: false,
    private: false,
    askedAt: now,
    places: kept.places,
    heard: [],
    from: { kind: 'expire', ticket: kept.ticket, granted: kept.risk },
    state: 'planning',
    looking: { round: 1, since: now, parts: Object.fromEntries(sites.map((site) => [site, null])) },
  };
}
