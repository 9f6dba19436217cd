import type { z } from 'zod';
import { normalise } from '../../core/normalise.ts';
import type { Place } from '../../core/types.ts';
import { fieldsTyped, typedPress } from '../elements.ts';
import { decode, withoutMention } from './decode.ts';
import type { Ears } from './ears.ts';
import type { spoken } from './payloads.ts';

/** Whether a person said this to the bot: no bot did, it is no edit (Slack sends a mention that was edited in, too), and it is a mention or a conversation with the bot. */
export function isSaid(message: z.infer<typeof spoken>, me: string): boolean {
  const { type, user, subtype, bot_id, hidden, edited, channel_type } = message;
  if (!user || user === me || bot_id || subtype || hidden || edited !== undefined) return false;
  return type === 'app_mention' || channel_type === 'im';
}

/** Queues what was said in a conversation with the bot, or to it in a channel, where it is answered in the thread. */
export async function takeSaid(message: z.infer<typeof spoken>, team: string, ears: Ears): Promise<void> {
  const { channel, ts, thread_ts, type, user } = message;
  const thread = thread_ts ?? (type === 'app_mention' && message.channel_type !== 'im' ? ts : undefined);
  const place: Place = {
    chat: 'slack',
    room: channel,
    to: user ?? '',
    ...(thread === undefined ? {} : { thread }),
    ...(message.channel_type === 'im' ? { alone: true as const } : {}),
  };
  const text = decode(withoutMention(message.text, ears.me.user));
  const lateMs = Math.max(0, Math.round(Date.now() - Number(ts) * 1000)) || 0;
  await takeLine(text === '' ? 'help' : text, `${team} ${channel} ${ts}`, place, { lateMs, unseen: place.alone === true }, ears);
}

/** How a line was said. `unseen`: nobody else sees what was typed. `before`: after this it must not be queued any more. */
interface Manner {
  readonly lateMs: number;
  readonly unseen: boolean;
  readonly before?: number;
}

/** Queues a line, or the press that it is a typed form of. */
export async function takeLine(text: string, event: string, place: Place, { lateMs, unseen, before }: Manner, { hear }: Ears): Promise<void> {
  const from = place.to ?? '';
  const deadline = before === undefined ? {} : { before };
  const typed = typedPress(normalise(text));
  if (!typed) return void (await hear.said({ event, from, text, place, lateMs, ...deadline }));
  const { reason: _, ...press } = typed;
  await hear.pressed({ event, from, ...press, fields: fieldsTyped(typed, unseen), place, lateMs, ...deadline });
}
