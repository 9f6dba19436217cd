import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Post } from '../../core/chat.ts';
import type { Me } from './me.ts';
import { called, troubleOf } from './trouble.ts';

/** Kind of the metadata that our messages carry. */
export const KIND = 'hostler_card';
/** How far before the earlier attempt a message may have been dated, by Slack's clock. Milliseconds. */
const EARLIER_MS = 60_000;
const PAGES = 5;

const page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().optional(),
        bot_id: z.string().optional(),
        metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
        files: z.array(z.object({ name: z.string().nullish() })).optional(),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** Where a message may stand already. */
export interface Where {
  readonly room: string;
  readonly thread: string | undefined;
  readonly key: string;
  /** When it may have been posted, milliseconds since the epoch. */
  readonly began: number;
}

/** The message of ours with this key that an earlier attempt posted; undefined when there is none, or when the room cannot be read. */
export async function find({ room, thread, key, began }: Where, api: webApi.WebClient, me: Me): Promise<Post | undefined> {
  const oldest = ((began - EARLIER_MS) / 1000).toFixed(6);
  let cursor = '';
  for (let i = 0; i < PAGES; i++) {
    const range = { channel: room, oldest, limit: 200, include_all_metadata: true, ...(cursor === '' ? {} : { cursor }) };
    const call = thread === undefined ? api.conversations.history(range) : api.conversations.replies({ ...range, ts: thread });
    const read = await called(call).catch((error: unknown) => {
      if (troubleOf(error) === undefined) throw error;
      return { messages: [] };
    });
    const { messages, response_metadata } = page.parse(read);
    const ours = messages.filter(({ user, bot_id }) => user === me.user || (bot_id !== undefined && bot_id === me.bot));
    const found = ours.find(({ metadata, files }) => {
      if (metadata?.event_type === KIND && metadata.event_payload.key === key) return true;
      return files?.some(({ name }) => name?.includes(key)) ?? false;
    });
    if (found) return { room, id: found.ts };
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') return undefined;
  }
  return undefined;
}
