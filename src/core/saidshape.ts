import { z } from 'zod';
import type { Said, Value } from './words.ts';

/** A message as it comes back from where it was kept. */
export const saidShape: z.ZodType<Said> = z.object({
  words: z.object({ en: z.string(), zh: z.string() }),
  with: z
    .record(
      z.string(),
      z.lazy(() => value),
    )
    .exactOptional(),
});
const value: z.ZodType<Value> = z.union([z.string(), z.number(), z.lazy(() => saidShape)]);
