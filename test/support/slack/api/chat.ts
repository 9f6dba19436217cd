import { z } from 'zod';
import { flag, json, ts } from '../schema/arguments.ts';
import type { Block } from '../schema/blocks.ts';
import { messageBlocks, metadata } from '../schema/message.ts';
import { HEAVIEST, weight } from '../schema/rules.ts';
import { BOT, type Channel, type Message } from '../things.ts';
import { messageFields } from '../wire.ts';
import type { World } from '../world.ts';
import { type Call, method, Refused, require, shaped, visible } from './method.ts';

const shown = {
  channel: z.string().min(1),
  text: z.string().optional(),
  blocks: json.optional(),
  parse: z.enum(['none', 'full', 'client']).optional(),
  link_names: flag.optional(),
};
const posted = { ...shown, mrkdwn: flag.optional(), username: z.string().optional(), icon_emoji: z.string().optional(), icon_url: z.string().optional() };

interface Said {
  readonly text?: string | undefined;
  readonly blocks?: unknown;
  readonly metadata?: unknown;
  readonly username?: string | undefined;
  readonly icon_emoji?: string | undefined;
  readonly icon_url?: string | undefined;
}

/** What is said, checked; `longest` is the most characters of text. */
function checked(args: Said, call: Call, longest: number): { text: string; blocks: Block[] } {
  if (args.blocks !== undefined && !Array.isArray(args.blocks)) throw new Refused('invalid_blocks_format', {}, 'blocks is not a JSON array');
  const blocks = args.blocks === undefined ? [] : shaped(messageBlocks, args.blocks, ['blocks'], 'invalid_blocks');
  const text = args.text ?? '';
  if (text === '' && blocks.length === 0) throw new Refused('no_text', {}, 'neither text nor blocks');
  if (text.length > longest) throw new Refused('msg_too_long', {}, `${text.length} characters of text`);
  if (weight(blocks) > HEAVIEST) throw new Refused('msg_blocks_too_long', {}, `blocks weigh ${weight(blocks)}`);
  if (blocks.length > 0 && text === '') call.misuse('blocks without text: nothing for notifications and screen readers');
  if ((args.username ?? args.icon_emoji ?? args.icon_url) !== undefined) require(call, 'chat:write.customize');
  return { text, blocks };
}

function hung(given: unknown): z.infer<typeof metadata> | undefined {
  return given === undefined ? undefined : shaped(metadata, given, ['metadata'], 'invalid_metadata_format');
}

/** Where a message may be posted. */
function writable(call: Call, id: string): Channel {
  const { world } = call;
  const channel = id.startsWith('U') && world.users.get(id)?.deleted === false ? world.dm(id) : visible(world, id);
  if (channel.archived) throw new Refused('is_archived');
  if (!channel.members.has(BOT.user) && !call.scopes.has('chat:write.public')) throw new Refused('not_in_channel');
  return channel;
}

/** The first message of a thread, whichever of its messages was named. */
function parent(call: Call, channel: string, thread: string | undefined): { thread?: string } {
  if (thread === undefined) return {};
  const message = call.world.message(channel, thread);
  if (!message) throw new Refused('thread_not_found');
  if (message.ephemeral !== undefined) throw new Refused('cannot_reply_to_message', {}, 'a reply to an ephemeral message');
  if (message.thread !== undefined) call.misuse('thread_ts is a reply, not its parent');
  return { thread: message.thread ?? message.ts };
}

function own(world: World, channel: string, at: string, error: string): Message {
  const message = world.message(channel, at);
  if (!message || message.ephemeral !== undefined) throw new Refused('message_not_found');
  if (message.user !== BOT.user) throw new Refused(error);
  return message;
}

/** The methods of chat.*. */
export const chat = {
  'chat.postMessage': method(
    { scope: 'chat:write' },
    {
      ...posted,
      thread_ts: ts.optional(),
      reply_broadcast: flag.optional(),
      unfurl_links: flag.optional(),
      unfurl_media: flag.optional(),
      metadata: json.optional(),
    },
    (args, call) => {
      const said = checked(args, call, 40_000);
      const channel = writable(call, args.channel);
      const message = call.world.say({
        ...said,
        ...parent(call, channel.id, args.thread_ts),
        channel: channel.id,
        user: BOT.user,
        metadata: hung(args.metadata),
      });
      call.slack.events.said(message);
      return { channel: channel.id, ts: message.ts, message: messageFields(call.world, message) };
    },
  ),

  'chat.postEphemeral': method({ scope: 'chat:write' }, { ...posted, user: z.string().min(1), thread_ts: ts.optional() }, (args, call) => {
    const said = checked(args, call, 40_000);
    const channel = visible(call.world, args.channel);
    if (channel.archived) throw new Refused('is_archived');
    if (!channel.members.has(BOT.user)) throw new Refused('not_in_channel');
    if (!channel.members.has(args.user)) throw new Refused('user_not_in_channel');
    const message = call.world.say({ ...said, ...parent(call, channel.id, args.thread_ts), channel: channel.id, user: BOT.user, ephemeral: args.user });
    return { message_ts: message.ts };
  }),

  'chat.update': method(
    { scope: 'chat:write' },
    { ...shown, ts, reply_broadcast: flag.optional(), metadata: json.optional(), file_ids: json.optional() },
    (args, call) => {
      const { world, slack } = call;
      const said = checked(args, call, 4000);
      if (args.channel.startsWith('U')) throw new Refused('channel_not_found', {}, 'chat.update wants the D… of a direct message, not the U… of a person');
      const channel = visible(world, args.channel);
      const message = own(world, channel.id, args.ts, 'cant_update_message');
      if (channel.archived) throw new Refused('is_inactive');
      if (Date.now() - Number(message.ts) * 1000 > slack.options.editWindow) throw new Refused('edit_window_closed');
      if (args.blocks === undefined && message.blocks.length > 0) call.misuse('chat.update without blocks: whether the old ones stay is not sure');
      if (args.metadata !== undefined) message.metadata = isEmpty(args.metadata) ? undefined : hung(args.metadata);
      const before = messageFields(world, message);
      world.edit(message, said.text, args.blocks === undefined ? message.blocks : said.blocks);
      slack.events.edited(message, before);
      return { channel: channel.id, ts: message.ts, text: message.text, message: messageFields(world, message) };
    },
  ),

  'chat.delete': method({ scope: 'chat:write' }, { channel: z.string().min(1), ts }, (args, call) => {
    const channel = visible(call.world, args.channel);
    const message = own(call.world, channel.id, args.ts, 'cant_delete_message');
    call.slack.events.removed(message);
    return { channel: channel.id, ts: message.ts };
  }),
};

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
