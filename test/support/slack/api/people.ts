import { z } from 'zod';
import { flag, ts } from '../schema/arguments.ts';
import { APP, BOT, type Message, TEAM } from '../things.ts';
import { userFields } from '../wire.ts';
import type { World } from '../world.ts';
import { method, needs, Refused, visible } from './method.ts';

const reaction = { channel: z.string(), timestamp: ts, name: z.string().min(1) };

function reacted(world: World, args: { readonly channel: string; readonly timestamp: string; readonly name: string }): Message {
  const message = world.message(visible(world, args.channel).id, args.timestamp);
  if (!message || message.ephemeral !== undefined) throw new Refused('message_not_found');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(args.name)) throw new Refused('invalid_name', {}, `no emoji name: ${args.name}`);
  return message;
}

/** Methods about who is there, and reactions. */
export const people = {
  'auth.test': method({ token: 'any' }, {}, (_, { slack }) => ({
    url: `https://${TEAM.domain}.slack.com/`,
    team: TEAM.name,
    team_id: TEAM.id,
    user: BOT.name,
    user_id: BOT.user,
    bot_id: BOT.id,
    is_enterprise_install: false,
    ...(slack.options.enterprise && { enterprise_id: slack.options.enterprise }),
  })),

  'users.info': method({ scope: 'users:read', formOnly: true }, { user: z.string(), include_locale: flag.optional() }, (args, { world }) => {
    const user = world.users.get(args.user);
    if (!user) throw new Refused('user_not_found');
    return { user: userFields(user, args.include_locale) };
  }),

  'bots.info': method({ scope: 'users:read', formOnly: true }, { bot: z.string().optional(), team_id: z.string().optional() }, (args) => {
    if (args.bot !== undefined && args.bot !== BOT.id) throw new Refused('bot_not_found');
    return { bot: { id: BOT.id, deleted: false, name: BOT.name, app_id: APP, user_id: BOT.user } };
  }),

  'team.info': method({ scope: 'team:read', formOnly: true }, { team: z.string().optional(), domain: z.string().optional() }, (args) => {
    if (args.team !== undefined && args.team !== TEAM.id) throw new Refused('team_not_found');
    return { team: { ...TEAM, url: `https://${TEAM.domain}.slack.com/` } };
  }),

  'reactions.add': method({ scope: 'reactions:write' }, reaction, (args, call) => {
    const message = reacted(call.world, args);
    const channel = call.world.channel(message.channel);
    if (!channel.members.has(BOT.user)) throw new Refused('not_in_channel');
    if (channel.archived) throw new Refused('is_archived');
    if (message.reactions.some((one) => one.name === args.name && one.user === BOT.user)) throw new Refused('already_reacted');
    call.slack.events.reacted(message, BOT.user, args.name);
    return {};
  }),

  'reactions.remove': method({ scope: 'reactions:write' }, reaction, (args, call) => {
    const message = reacted(call.world, args);
    const at = message.reactions.findIndex((one) => one.name === args.name && one.user === BOT.user);
    if (at < 0) throw new Refused('no_reaction');
    message.reactions.splice(at, 1);
    call.world.changed();
    return {};
  }),

  'reactions.get': method({ scope: 'reactions:read', formOnly: true }, { channel: z.string(), timestamp: ts, full: flag.optional() }, (args, call) => {
    const channel = visible(call.world, args.channel);
    needs(call, channel, 'read');
    const message = call.world.message(channel.id, args.timestamp);
    if (!message) throw new Refused('message_not_found');
    return { type: 'message', channel: channel.id, message: { ts: message.ts, reactions: message.reactions } };
  }),
};
