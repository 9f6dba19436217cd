import { z } from 'zod';

/** A number that comes as a number or, in a form, as text. */
export const whole = z.coerce.number().int();

/** Yes or no, as JSON or a form says it. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1')]);

/** A timestamp of a message. */
export const ts = z.string().regex(/^\d{10}\.\d{6}$/);

/** A value that a form carries as JSON text; what cannot be read stays text. */
export const json = z.unknown().transform((value) => {
  if (typeof value !== 'string') return value;
  try {
    const read: unknown = JSON.parse(value);
    return read;
  } catch {
    return value;
  }
});
