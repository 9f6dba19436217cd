import { z } from 'zod';

/** How an event refers to another one. */
const relation = z.looseObject({
  rel_type: z.string().optional(),
  event_id: z.string().optional(),
  key: z.string().optional(),
  'm.in_reply_to': z.looseObject({ event_id: z.string().optional() }).optional(),
});

/** The keys of contents that the bot reads. What does not fit is as if it were not there: anybody can send anything. */
const content = z.looseObject({
  msgtype: z.string().optional().catch(undefined),
  body: z.string().optional().catch(undefined),
  formatted_body: z.string().optional().catch(undefined),
  'm.relates_to': relation.optional().catch(undefined),
  'm.new_content': z.unknown().optional(),
  'm.mentions': z
    .looseObject({ user_ids: z.array(z.string()).optional() })
    .optional()
    .catch(undefined),
  redacts: z.string().optional().catch(undefined),
  membership: z.string().optional().catch(undefined),
  replacement_room: z.string().optional().catch(undefined),
  'hostler.txn': z.string().optional().catch(undefined),
});

/** An event of a room, as far as the bot reads it. */
export const eventShape = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  state_key: z.string().optional(),
  redacts: z.string().optional(),
  content,
  unsigned: z
    .looseObject({
      age: z.number().optional(),
      prev_content: z.looseObject({ membership: z.string().optional() }).optional(),
    })
    .optional()
    .catch(undefined),
});
export type MatrixEvent = z.infer<typeof eventShape>;

const events = z
  .array(z.unknown())
  .default([])
  .transform((all) => all.flatMap((one) => eventShape.safeParse(one).data ?? []));

/** Stripped state of an invite. */
const stripped = z.looseObject({ type: z.string(), sender: z.string(), state_key: z.string(), content });
const strippedAll = z.looseObject({
  events: z
    .array(z.unknown())
    .default([])
    .transform((all) => all.flatMap((one) => stripped.safeParse(one).data ?? [])),
});

/** One room of a sync answer. */
const room = z.looseObject({
  state: z.looseObject({ events }).optional(),
  timeline: z.looseObject({ events, limited: z.boolean().optional(), prev_batch: z.string().optional() }).optional(),
});
export type SyncRoom = z.infer<typeof room>;

/** An answer to /sync. */
export const syncShape = z.looseObject({
  next_batch: z.string(),
  to_device: z.looseObject({ events: z.array(z.unknown()).default([]) }).optional(),
  device_lists: z.looseObject({ changed: z.array(z.string()).default([]), left: z.array(z.string()).default([]) }).optional(),
  device_one_time_keys_count: z.record(z.string(), z.number()).optional(),
  device_unused_fallback_key_types: z.array(z.string()).optional(),
  rooms: z
    .looseObject({
      join: z.record(z.string(), room).optional(),
      invite: z.record(z.string(), z.looseObject({ invite_state: strippedAll.optional() })).optional(),
      leave: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});
export type Sync = z.infer<typeof syncShape>;

/** Types of events the bot listens to. */
export const HEARD = [
  'm.room.message',
  'm.reaction',
  'm.room.redaction',
  'm.room.member',
  'm.room.encryption',
  'm.room.encrypted',
  'm.room.tombstone',
] as const;
