import type { Parcel } from './parcel.ts';
import type { Slack } from './slack.ts';
import { type State, stateOf } from './state.ts';
import { APP, type Channel, type Message, TEAM, type User, type View } from './things.ts';
import { type Fields, messageFields, viewFields } from './wire.ts';

/** Builds the payloads of what people do with an app's words. https://docs.slack.dev/reference/interaction-payloads */
export class Interactions {
  readonly #slack: Slack;
  constructor(slack: Slack) {
    this.#slack = slack;
  }

  #common(user: User): Fields {
    return {
      user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
      api_app_id: APP,
      token: 'legacy-verification-token',
      team: { id: TEAM.id, domain: TEAM.domain },
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  #parcel(payload: Fields): Parcel {
    return { kind: 'interactive', payload, attempts: [] };
  }

  #responseUrl(): string {
    return `${this.#slack.url}response/${TEAM.id}/${crypto.randomUUID()}`;
  }

  /** Something was pressed or chosen in a message. An ephemeral message is not in its payload. */
  inMessage(user: User, message: Message, action: Fields, shown: Pick<Message, 'text' | 'blocks'>): Parcel {
    const { world } = this.#slack;
    const channel = world.channel(message.channel);
    const hidden = message.ephemeral !== undefined;
    return this.#parcel({
      type: 'block_actions',
      ...this.#common(user),
      container: { ...this.#container(message) },
      trigger_id: world.trigger(user.id),
      channel: { id: channel.id, name: nameOf(channel) },
      ...(!hidden && { message: { ...messageFields(world, message), text: shown.text, blocks: shown.blocks } }),
      state: { values: stateOf(shown.blocks, world.messages.includes(message) ? stateFor(message, user.id) : {}) },
      response_url: this.#responseUrl(),
      actions: [{ ...action, action_ts: world.ids.ts() }],
    });
  }

  #container(message: Message): Fields {
    return {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: message.ephemeral !== undefined,
      ...(message.thread !== undefined && { thread_ts: message.thread }),
    };
  }

  /** Something was pressed or chosen in a modal or a home tab. */
  inView(user: User, view: View, action: Fields, entered: State): Parcel {
    return this.#parcel({
      type: 'block_actions',
      ...this.#common(user),
      container: { type: 'view', view_id: view.id },
      trigger_id: this.#slack.world.trigger(user.id),
      view: viewFields(view, stateOf(view.shown.blocks, entered)),
      actions: [{ ...action, action_ts: this.#slack.world.ids.ts() }],
    });
  }

  /** Somebody types into an external select. */
  suggestion(user: User, where: Message | View, block_id: string, action_id: string, value: string): Parcel {
    const inView = 'shown' in where;
    const place = inView ? { container: { type: 'view', view_id: where.id }, view: viewFields(where) } : this.#place(where);
    return this.#parcel({ type: 'block_suggestion', ...this.#common(user), ...place, action_id, block_id, value });
  }

  #place(message: Message): Fields {
    const channel = this.#slack.world.channel(message.channel);
    return {
      container: this.#container(message),
      channel: { id: channel.id, name: nameOf(channel) },
      ...(message.ephemeral === undefined && { message: messageFields(this.#slack.world, message) }),
    };
  }

  /** A modal was sent. */
  submission(user: User, view: View, entered: State): Parcel {
    return this.#parcel({
      type: 'view_submission',
      ...this.#common(user),
      trigger_id: this.#slack.world.trigger(user.id),
      view: viewFields(view, stateOf(view.shown.blocks, entered)),
      response_urls: [],
    });
  }

  /** A modal was closed without being sent. */
  closing(user: User, view: View, cleared: boolean): Parcel {
    return this.#parcel({ type: 'view_closed', ...this.#common(user), view: viewFields(view), is_cleared: cleared });
  }

  /** A slash command. https://docs.slack.dev/interactivity/implementing-slash-commands */
  command(user: User, channel: Channel, command: string, text: string): Parcel {
    const payload = {
      token: 'legacy-verification-token',
      team_id: TEAM.id,
      team_domain: TEAM.domain,
      channel_id: channel.id,
      channel_name: nameOf(channel),
      user_id: user.id,
      user_name: user.name,
      command,
      text,
      api_app_id: APP,
      is_enterprise_install: 'false',
      response_url: this.#responseUrl(),
      trigger_id: this.#slack.world.trigger(user.id),
    };
    return { kind: 'slash_commands', payload, attempts: [] };
  }
}

/** What a person has put into the fields of a message. */
export function stateFor(message: Message, user: string): State {
  const state: State = message.state.get(user) ?? {};
  message.state.set(user, state);
  return state;
}

function nameOf(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
}
