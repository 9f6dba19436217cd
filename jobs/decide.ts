import { z } from 'zod';
import { account } from '../src/core/account.ts';
import { place } from '../src/core/place.ts';
import { job } from '../src/core/ports.ts';
import { press, refusedTicket } from '../src/core/press.ts';
import { type SettleNeeds, settle } from '../src/core/settle.ts';
import { PRESSES } from '../src/core/types.ts';
import type { Said } from '../src/core/words.ts';

export { refusedTicket };

const said = z.custom<Said>((value) => typeof value === 'object' && value !== null && 'words' in value);
const happened = { id: z.string(), at: z.number() };
const event = z.discriminatedUnion('kind', [
  z.object({
    ...happened,
    kind: z.literal('planned'),
    round: z.number(),
    site: z.string(),
    part: z.object({ kind: z.enum(['plan', 'absent', 'refused', 'silent', 'failed']), digest: z.string() }),
  }),
  z.object({
    ...happened,
    kind: z.literal('ended'),
    site: z.string(),
    wave: z.number(),
    ending: z.enum(['done', 'failed', 'unknown', 'stopped', 'changed', 'robbed']),
    failed: z.number(),
    frozen: said.exactOptional(),
    token: z.number().optional(),
  }),
  z.object({ ...happened, kind: z.literal('learned'), site: z.string(), wave: z.number(), token: z.number().optional() }),
  z.object({ ...happened, kind: z.literal('rechecked') }),
  z.object({ ...happened, kind: z.literal('placed'), places: z.array(place).max(20) }),
  z.object({ ...happened, kind: z.literal('blocked'), by: said }),
]);
/** What a request or a plan is called; longer ones are nobody's, and little of them is kept. */
const name = z.string().transform((text) => text.slice(0, 100));
const pressed = z.object({
  event: z.string(),
  account,
  ticket: name,
  code: name,
  action: z.enum(PRESSES).exclude(['undo']),
  reason: z.string().max(10_000).optional(),
  proof: z.object({ code: z.string().max(20).optional(), signature: z.string().max(10_000).optional(), seen: z.literal(true).optional() }).optional(),
  place,
  at: z.number(),
  late: z.number().optional(),
});
/** A button pressed or a reply code typed. `ticket` may be empty: then the code tells. */
export type Pressed = z.infer<typeof pressed>;

/** What deciding takes. */
export type DecideNeeds = SettleNeeds;

/** Takes what happened to a ticket: a worker's word, a press, or only a wake-up. */
export default job({
  name: 'decide',
  payload: z.union([z.object({ pressed }), z.object({ ticket: z.string(), event: event.optional() })]),
  async take(payload, needs: DecideNeeds) {
    if ('pressed' in payload) {
      needs.counts.add('hostler_presses_total', { action: payload.pressed.action });
      return press(payload.pressed, needs);
    }
    // All times of a ticket are by the desk's clock: a worker's may be wrong, and its word may have waited.
    if (payload.event) await needs.tickets.change(payload.ticket, { ...payload.event, at: Date.now() });
    await settle(payload.ticket, needs);
  },
});
