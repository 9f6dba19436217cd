import { z } from 'zod';
import { PRESSES } from '../core/types.ts';

const as = z.string().optional();
/** It is a terminal that says so; counts in practice, where nobody signs in. */
const terminal = z.literal(true).optional();
/** A line that is said. */
export const saidBody = z.object({ as, terminal, text: z.string(), event: z.string().max(100).optional() });
/** A button that is pressed. */
export const pressedBody = z.object({
  as,
  terminal,
  ticket: z.string().default(''),
  code: z.string().default(''),
  action: z.enum(PRESSES),
  reason: z.string().max(500).optional(),
  fields: z.record(z.string().max(60), z.array(z.string().max(10_000)).max(200)).default({}),
  event: z.string().max(100).optional(),
});
/** One-time codes are begun. */
export const beginBody = z.strictObject({ as });
/** The first code of an app. */
export const proveBody = z.strictObject({ as, code: z.string().max(20) });
/** A link to sign in is used. */
export const loginBody = z.strictObject({ token: z.string().min(1).max(200), terminal: z.literal(true).optional() });
