import type { Delivery, Parcel } from './parcel.ts';
import type { Slack } from './slack.ts';
import { APP, BOT, type Channel, type Message, TEAM } from './things.ts';
import { type Fields, messageFields } from './wire.ts';
import { mentions } from './words.ts';

/** The scope without which an event is not sent. */
const SCOPE: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  reaction_added: 'reactions:read',
};

/** Turns what happens in the workspace into events for the app. https://docs.slack.dev/apis/events-api */
export class Events {
  readonly #slack: Slack;
  constructor(slack: Slack) {
    this.#slack = slack;
  }

  /** A new message; the app hears its own too. */
  said(message: Message): Delivery {
    if (message.ephemeral !== undefined) return this.#slack.courier.deliver([]);
    const event = this.#event(message);
    return this.#slack.courier.deliver([...this.#mention(message, event), ...this.#inChannel(message, event)], message.ts);
  }

  /** A message with new words. */
  edited(message: Message, before: Fields): Delivery {
    const channel = this.#slack.world.channel(message.channel);
    const { ts, event_ts, channel: _, channel_type, ...now } = this.#event(message);
    const changed = {
      type: 'message',
      subtype: 'message_changed',
      channel: channel.id,
      channel_type,
      hidden: true,
      ts: event_ts,
      event_ts,
      message: { ...now, ts },
      previous_message: before,
    };
    const was = { text: String(before.text), blocks: [] };
    const mention = mentions(was, BOT.user) ? [] : this.#mention(message, { ...this.#event(message), event_ts });
    return this.#slack.courier.deliver([...mention, ...this.#inChannel(message, changed)], message.ts);
  }

  /** A message is no more. */
  removed(message: Message): Delivery {
    const previous_message = messageFields(this.#slack.world, message);
    message.deleted = true;
    this.#slack.world.changed();
    const channel = this.#slack.world.channel(message.channel);
    const ts = this.#slack.world.ids.ts();
    const event = { type: 'message', subtype: 'message_deleted', hidden: true, channel: channel.id, channel_type: typeOf(channel) };
    return this.#slack.courier.deliver(this.#inChannel(message, { ...event, ts, event_ts: ts, deleted_ts: message.ts, previous_message }));
  }

  /** Somebody put an emoji on a message. */
  reacted(message: Message, user: string, name: string): Delivery {
    message.reactions.push({ name, user });
    this.#slack.world.changed();
    const channel = this.#slack.world.channel(message.channel);
    if (!channel.members.has(BOT.user)) return this.#slack.courier.deliver([]);
    const item = { type: 'message', channel: channel.id, ts: message.ts };
    return this.#slack.courier.deliver(
      this.envelope(
        'reaction_added',
        { type: 'reaction_added', user, reaction: name, item, item_user: message.user, event_ts: this.#slack.world.ids.ts() },
        channel,
      ),
    );
  }

  /** The bot or somebody came into a channel. */
  joined(channel: Channel, user: string, inviter?: string): Delivery {
    channel.members.add(user);
    this.#slack.world.changed();
    if (!channel.members.has(BOT.user)) return this.#slack.courier.deliver([]);
    const channel_type = channel.kind === 'private' ? 'G' : 'C';
    const event = { type: 'member_joined_channel', user, channel: channel.id, channel_type, team: TEAM.id, ...(inviter !== undefined && { inviter }) };
    return this.#slack.courier.deliver(this.envelope('member_joined_channel', { ...event, event_ts: this.#slack.world.ids.ts() }, channel));
  }

  /** An event in its envelope; none if the app has not subscribed to it or may not see it. */
  envelope(subscription: string, event: Fields, channel?: Channel): Parcel[] {
    const scope = SCOPE[subscription];
    if (!this.#slack.subscribed.has(subscription) || (scope !== undefined && !this.#slack.scopes.has(scope))) return [];
    const payload = {
      token: 'legacy-verification-token',
      team_id: TEAM.id,
      context_team_id: TEAM.id,
      context_enterprise_id: null,
      api_app_id: APP,
      event,
      type: 'event_callback',
      event_id: this.#slack.world.ids.next('Ev'),
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [{ enterprise_id: null, team_id: TEAM.id, user_id: BOT.user, is_bot: true, is_enterprise_install: false }],
      is_ext_shared_channel: channel?.shared ?? false,
      event_context: `4-${this.#slack.world.ids.next('Ec')}`,
    };
    return [{ kind: 'events_api', payload, attempts: [] }];
  }

  #event(message: Message): Fields & { readonly ts: unknown; readonly channel: string; readonly channel_type: string; readonly event_ts: string } {
    const { world } = this.#slack;
    const channel = world.channel(message.channel);
    const team = world.users.get(message.user)?.team ?? TEAM.id;
    const edited = message.versions.length > 1;
    const fields = messageFields(world, message);
    return {
      ...fields,
      ...(message.files.length > 0 && { subtype: 'file_share' }),
      ...(message.user !== BOT.user && { client_msg_id: crypto.randomUUID() }),
      ...(team !== TEAM.id && { user_team: team, source_team: team, user_profile: { name: world.users.get(message.user)?.name, team } }),
      ts: fields.ts,
      channel: channel.id,
      channel_type: typeOf(channel),
      event_ts: edited ? world.ids.ts() : message.ts,
    };
  }

  /** app_mention is never for direct messages, nor for what the bot says itself. */
  #mention(message: Message, event: Fields): Parcel[] {
    const channel = this.#slack.world.channel(message.channel);
    const named = message.text.includes(`<@${BOT.user}`);
    if (!named || channel.kind === 'im' || message.user === BOT.user || !channel.members.has(BOT.user)) return [];
    const { channel_type: _, ...rest } = event;
    return this.envelope('app_mention', { ...rest, type: 'app_mention' }, channel);
  }

  #inChannel(message: Message, event: Fields): Parcel[] {
    const channel = this.#slack.world.channel(message.channel);
    if (!channel.members.has(BOT.user)) return [];
    return this.envelope(`message.${{ public: 'channels', private: 'groups', im: 'im' }[channel.kind]}`, event, channel);
  }
}

/** What Slack calls a conversation of this kind. */
export function typeOf(channel: Channel): string {
  return { public: 'channel', private: 'group', im: 'im' }[channel.kind];
}
