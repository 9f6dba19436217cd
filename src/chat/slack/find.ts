import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Post } from '../../core/chat.ts';
import type { Me } from './me.ts';
import { called, isTrouble, NO_THREAD, troubleOf } from './trouble.ts';

/** Kind of the metadata that our messages carry. */
export const KIND = 'hostler_card';
/** How far before the earlier attempt a message may have been dated, by Slack's clock. Milliseconds. */
const EARLIER_MS = 60_000;
const PAGES = 5;

const message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
  files: z.array(z.object({ name: z.string().nullish() })).optional(),
});
const page = z.object({ messages: z.array(message).default([]), response_metadata: z.object({ next_cursor: z.string().optional() }).optional() });

/** A message of ours that stands somewhere. */
export type Ours = z.infer<typeof message>;

/** Where messages may stand. */
export interface Spot {
  readonly room: string;
  readonly thread: string | undefined;
  /** Since when they may, milliseconds since the epoch. */
  readonly began: number;
}

/** The message of ours with this key that an earlier attempt posted; undefined when there is none, or when the room cannot be read. */
export async function find({ key, ...spot }: Spot & { readonly key: string }, api: webApi.WebClient, me: Me): Promise<Post | undefined> {
  for await (const ours of pages(spot, api, me)) {
    const found = ours.find((one) => carries(one, key));
    if (found) return { room: spot.room, id: found.ts };
  }
  return undefined;
}

/** All messages of ours there; none when the room cannot be read. */
export async function all(spot: Spot, api: webApi.WebClient, me: Me): Promise<readonly Ours[]> {
  const found: Ours[] = [];
  for await (const ours of pages(spot, api, me)) found.push(...ours);
  return found;
}

/** Whether a message was posted under this key, or is a file that was. */
export function carries({ metadata, files }: Ours, key: string): boolean {
  if (metadata?.event_type === KIND && metadata.event_payload.key === key) return true;
  return files?.some(({ name }) => name?.includes(`-${key}.`)) ?? false;
}

/** Page by page; what was to answer a message that is not there any more stands in the room itself. */
async function* pages({ room, thread, began }: Spot, api: webApi.WebClient, me: Me): AsyncGenerator<readonly Ours[]> {
  const oldest = ((began - EARLIER_MS) / 1000).toFixed(6);
  const read = async (cursor: string) => {
    const range = { channel: room, oldest, limit: 200, include_all_metadata: true, ...(cursor === '' ? {} : { cursor }) };
    const call = thread === undefined ? api.conversations.history(range) : api.conversations.replies({ ...range, ts: thread });
    return page.parse(await called(call));
  };
  let cursor = '';
  for (let i = 0; i < PAGES; i++) {
    const found = await read(cursor).catch((error: unknown) => {
      if (troubleOf(error) === undefined) throw error;
      return isTrouble(error, NO_THREAD) ? undefined : page.parse({});
    });
    if (!found) return yield* thread === undefined ? [] : pages({ room, thread: undefined, began }, api, me);
    const { messages, response_metadata } = found;
    yield messages.filter(({ user, bot_id }) => user === me.user || (bot_id !== undefined && bot_id === me.bot));
    cursor = response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
}
