import { z } from 'zod';
import { messageBlock } from './blocks.ts';
import { together } from './rules.ts';
import { option, optionGroup } from './text.ts';

/** The blocks of a message. */
export const messageBlocks = z.array(messageBlock).max(50).superRefine(together);

/** What a message may carry for its app. https://docs.slack.dev/messaging/message-metadata */
export const metadata = z.strictObject({
  event_type: z
    .string()
    .regex(/^[a-z0-9_]+$/i)
    .max(255),
  event_payload: z.record(z.string(), z.unknown()),
});

/** What may be said in the acknowledgement of a slash command. */
export const commandReply = z.strictObject({
  response_type: z.enum(['ephemeral', 'in_channel']).optional(),
  text: z.string().max(40_000).optional(),
  blocks: messageBlocks.optional(),
  mrkdwn: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
});

/** What may be said to a block_suggestion. */
export const suggestions = z.union([z.strictObject({ options: z.array(option).max(100) }), z.strictObject({ option_groups: z.array(optionGroup).max(100) })]);
