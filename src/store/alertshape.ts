import { z } from 'zod';
import type { Alert } from '../core/alerts/alert.ts';
import { Unreadable } from '../core/alerts/unreadable.ts';
import { SEVERITIES } from '../core/check.ts';

/** The format of what is stored; a newer one is left alone. */
export const FORMAT = 1;

const severity = z.enum(SEVERITIES);
/** What of a card is counted and decided by: other values than these mean something this version does not know. */
const shape = z.looseObject({
  state: z.enum(['firing', 'resolved']),
  severity,
  counts: z.strictObject({ firing: z.number(), silenced: z.number(), resolved: z.number() }),
  top: z.array(z.looseObject({ status: z.enum(['firing', 'resolved']), severity })),
  calls: z.array(z.looseObject({ why: z.enum(['fired', 'fired-again', 'worse', 'escalated', 'assigned', 'quiet-over', 'still-firing']) })),
});

/** A card as it was stored. Throws Unreadable when a newer version wrote it. */
export function readAlert(id: string, json: string, format: string | null | undefined): Alert {
  if (Number(format) !== FORMAT) throw new Unreadable(id, `format ${format}`);
  const alert: Alert = JSON.parse(json);
  const known = shape.safeParse(alert);
  if (!known.success) throw new Unreadable(id, known.error.issues[0]?.path.join('.') ?? '');
  return alert;
}
