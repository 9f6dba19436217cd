import { z } from 'zod';

/** An event as the client-server API shows it. */
export const EVENT = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  state_key: z.string().optional(),
  redacts: z.string().optional(),
  content: z.record(z.string(), z.unknown()),
  unsigned: z.looseObject({ redacted_because: z.unknown().optional(), age: z.number().optional() }).optional(),
});

/** One event. */
export type MatrixEvent = z.infer<typeof EVENT>;

/** An event without its content's worth, as in an invitation. */
export const STRIPPED = z.object({ type: z.string(), sender: z.string(), state_key: z.string().optional(), content: z.record(z.string(), z.unknown()) });

/** A page of a room's past. */
export const PAGE = z.object({ chunk: z.array(EVENT), end: z.string().optional() });

const JOINED = z.object({
  state: z.object({ events: z.array(EVENT).default([]) }).default({ events: [] }),
  timeline: z
    .object({ events: z.array(EVENT).default([]), limited: z.boolean().default(false), prev_batch: z.string().optional() })
    .default({ events: [], limited: false }),
});

/** What came since the last time. */
export const SYNC = z.object({
  next_batch: z.string(),
  account_data: z.object({ events: z.array(z.object({ type: z.string(), content: z.record(z.string(), z.unknown()) })).default([]) }).optional(),
  rooms: z
    .object({
      join: z.record(z.string(), JOINED).default({}),
      leave: z.record(z.string(), JOINED).default({}),
      invite: z.record(z.string(), z.object({ invite_state: z.object({ events: z.array(STRIPPED) }) })).default({}),
    })
    .default({ join: {}, leave: {}, invite: {} }),
});

/** What came of one room since the last time. */
export type RoomNews = z.infer<typeof JOINED>;

/** How an event hangs on another. */
export const RELATES = z.looseObject({
  rel_type: z.string().optional(),
  event_id: z.string().optional(),
  key: z.string().optional(),
  is_falling_back: z.boolean().optional(),
  'm.in_reply_to': z.object({ event_id: z.string() }).optional(),
});

/** Whom a message calls. */
export const MENTIONS = z.object({ user_ids: z.array(z.string().regex(/^@[^:]+:.+$/)).optional(), room: z.boolean().optional() });

/** What a message says. */
export const SAID = z.looseObject({
  msgtype: z.string(),
  body: z.string(),
  format: z.string().optional(),
  formatted_body: z.string().optional(),
  url: z.string().optional(),
  filename: z.string().optional(),
  info: z.looseObject({ mimetype: z.string().optional(), size: z.number().optional() }).optional(),
});

/** How it hangs on another event, when it does so in a form that can be read. */
export function relationOf({ content }: MatrixEvent): z.infer<typeof RELATES> | undefined {
  return RELATES.safeParse(content['m.relates_to']).data;
}

/** The event a redaction takes away: newer rooms have it in the content. */
export function redactedBy({ type, redacts, content }: MatrixEvent): string | undefined {
  return type === 'm.room.redaction' ? (redacts ?? z.string().optional().catch(undefined).parse(content.redacts)) : undefined;
}
