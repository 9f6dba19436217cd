import { z } from 'zod';
import { job } from '../src/core/ports.ts';
import { type SettleNeeds, settle } from '../src/core/settle.ts';
import { isOver } from '../src/core/ticket.ts';

/** How often every open ticket is looked after, in milliseconds. */
export const SWEEP_EVERY = 10_000;

/** Sends what is due for every open ticket: whatever a crash has lost on the way is found again here. */
export default job({
  name: 'sweep',
  payload: z.object({}),
  async take(_payload, needs: SettleNeeds) {
    await giveBackAll(needs).catch((error: unknown) => needs.log('locks cannot be looked through', error));
    for (const id of await needs.tickets.open()) {
      try {
        await settle(id, needs);
      } catch (error) {
        needs.log(`ticket ${id} cannot be settled`, error); // one bad ticket must not keep the others waiting
      }
    }
  },
});

/** A ticket that is over holds nothing, whatever was cut off on the way. */
async function giveBackAll({ tickets, locks }: SettleNeeds): Promise<void> {
  const holders = new Set((await locks.list()).flatMap((lock) => lock.holders.map(({ ticket }) => ticket)));
  for (const id of holders) {
    const ticket = await tickets.get(id);
    if (!ticket || isOver(ticket)) await locks.release(id);
  }
}
