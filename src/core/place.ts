import { z } from 'zod';

/** A place as it travels in messages. */
export const place = z.object({
  chat: z.string(),
  room: z.string(),
  thread: z.string().exactOptional(),
  to: z.string().exactOptional(),
  alone: z.literal(true).exactOptional(),
});

/** How late something may be heard and still be done without asking, in milliseconds. */
export const LATE_AFTER = 120_000;
