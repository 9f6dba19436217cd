import { z } from 'zod';

/** A place as it travels in messages. */
export const place = z.object({
  chat: z.string(),
  room: z.string(),
  thread: z.string().exactOptional(),
  to: z.string().exactOptional(),
  alone: z.literal(true).exactOptional(),
});

/** A room by its chat's own id: what is said there is counted together. */
export function roomKey(place: { readonly chat: string; readonly room: string }): string {
  return `${place.chat} ${place.room}`;
}

/** How late something may be heard and still be done without asking, in milliseconds. */
export const LATE_AFTER = 120_000;
