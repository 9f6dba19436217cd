import { z } from 'zod';
import { flag, ts, whole } from '../schema/arguments.ts';
import { BOT, type Channel, type Message } from '../things.ts';
import { channelFields, messageFields } from '../wire.ts';
import { type Call, method, needs, page, Refused, require, visible } from './method.ts';

const reading = { formOnly: true } as const;
const paged = { limit: whole.optional(), cursor: z.string().optional() };
const told = {
  channel: z.string(),
  latest: z.string().optional(),
  oldest: z.string().optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
  ...paged,
};
const listed = { types: z.string().optional(), exclude_archived: flag.optional(), team_id: z.string().optional(), ...paged };

/** A conversation whose messages the bot may read. */
function readable(call: Call, id: string): Channel {
  const channel = visible(call.world, id);
  needs(call, channel, 'history');
  if (!channel.members.has(BOT.user)) throw new Refused('not_in_channel');
  return channel;
}

interface Range {
  readonly latest?: string | undefined;
  readonly oldest?: string | undefined;
  readonly inclusive?: boolean | undefined;
}

function within(message: Message, { latest, oldest, inclusive }: Range): boolean {
  const after = oldest === undefined || (inclusive ? Number(message.ts) >= Number(oldest) : Number(message.ts) > Number(oldest));
  const before = latest === undefined || (inclusive ? Number(message.ts) <= Number(latest) : Number(message.ts) < Number(latest));
  return after && before;
}

function kinds(call: Call, types = 'public_channel'): Channel['kind'][] {
  return types.split(',').map((type) => {
    const kind = ({ public_channel: 'public', private_channel: 'private', im: 'im', mpim: 'mpim' } as const)[type.trim()];
    if (kind === undefined) throw new Refused('invalid_types', {}, `type ${type}`);
    require(call, `${{ public: 'channels', private: 'groups', im: 'im', mpim: 'mpim' }[kind]}:read`);
    return kind === 'mpim' ? 'im' : kind;
  });
}

function list(
  args: { types?: string | undefined; exclude_archived?: boolean | undefined; limit?: number | undefined; cursor?: string | undefined },
  call: Call,
  member: boolean,
) {
  const wanted = kinds(call, args.types);
  const all = [...call.world.channels.values()].filter(
    (one) => wanted.includes(one.kind) && ((one.kind === 'public' && !member) || one.members.has(BOT.user)) && !(args.exclude_archived && one.archived),
  );
  const { items, next } = page(all, args.limit ?? 100, args.cursor);
  return { channels: items.map(channelFields), response_metadata: { next_cursor: next } };
}

/** The methods of conversations.*, and users.conversations. */
export const conversations = {
  'conversations.info': method(reading, { channel: z.string(), include_num_members: flag.optional(), include_locale: flag.optional() }, (args, call) => {
    const channel = visible(call.world, args.channel);
    needs(call, channel, 'read');
    return { channel: channelFields(channel) };
  }),

  'conversations.open': method(
    { scope: 'im:write' },
    { users: z.string().optional(), channel: z.string().optional(), return_im: flag.optional(), prevent_creation: flag.optional() },
    (args, { world }) => {
      if (args.users === undefined) throw new Refused('users_list_not_supplied', {}, 'no users');
      const user = world.users.get(args.users);
      if (!user) throw new Refused('user_not_found');
      if (user.deleted) throw new Refused('user_disabled');
      if (user.bot) throw new Refused('cannot_dm_bot');
      const channel = world.dm(user.id);
      return { channel: args.return_im ? channelFields(channel) : { id: channel.id } };
    },
  ),

  'conversations.history': method(reading, told, (args, call) => {
    const channel = readable(call, args.channel);
    const all = call.world.messages.filter(
      (one) => one.channel === channel.id && one.thread === undefined && one.ephemeral === undefined && !one.deleted && within(one, args),
    );
    const { items, next } = page(all.toReversed(), args.limit ?? 100, args.cursor);
    const messages = items.map((one) => messageFields(call.world, one, args.include_all_metadata));
    return { messages, has_more: next !== '', pin_count: 0, ...(next !== '' && { response_metadata: { next_cursor: next } }) };
  }),

  'conversations.replies': method(reading, { ...told, ts }, (args, call) => {
    const channel = readable(call, args.channel);
    const named = call.world.message(channel.id, args.ts);
    if (!named || named.ephemeral !== undefined) throw new Refused('thread_not_found');
    const all = call.world.messages.filter(
      (one) =>
        one.channel === channel.id && one.ephemeral === undefined && !one.deleted && (one.ts === args.ts || (one.thread === args.ts && within(one, args))),
    );
    const { items, next } = page(all, args.limit ?? 1000, args.cursor);
    const messages = items.map((one) => messageFields(call.world, one, args.include_all_metadata));
    return { messages, has_more: next !== '', ...(next !== '' && { response_metadata: { next_cursor: next } }) };
  }),

  'conversations.members': method(reading, { channel: z.string(), ...paged }, (args, call) => {
    const channel = visible(call.world, args.channel);
    needs(call, channel, 'read');
    const { items, next } = page([...channel.members], args.limit ?? 100, args.cursor);
    return { members: items, response_metadata: { next_cursor: next } };
  }),

  'conversations.list': method(reading, listed, (args, call) => list(args, call, false)),
  'users.conversations': method(reading, { ...listed, user: z.string().optional() }, (args, call) => list(args, call, true)),
};
