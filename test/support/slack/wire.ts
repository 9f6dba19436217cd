import { APP, BOT, type Channel, type Message, TEAM, type Upload, type User, type View } from './things.ts';
import { textsIn } from './words.ts';
import type { World } from './world.ts';

/** Anything that goes over the wire as JSON. */
export type Fields = Record<string, unknown>;

/** A message as the API gives it. */
export function messageFields(world: World, message: Message, metadata = false): Fields {
  const user = world.users.get(message.user);
  const replies = world.messages.filter((one) => one.thread === message.ts && one.channel === message.channel && !one.deleted && one.ephemeral === undefined);
  const last = message.versions.at(-1);
  const names = [...new Set(message.reactions.map((one) => one.name))];
  return {
    type: 'message',
    ...(message.files.length > 0 && { files: message.files.map(fileFields), upload: true }),
    user: message.user,
    ts: message.ts,
    ...(message.user === BOT.user && {
      bot_id: BOT.id,
      app_id: APP,
      bot_profile: { id: BOT.id, app_id: APP, name: BOT.name, deleted: false, team_id: TEAM.id },
    }),
    text: message.text,
    team: user?.team ?? TEAM.id,
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.thread !== undefined && { thread_ts: message.thread, parent_user_id: world.message(message.channel, message.thread)?.user }),
    ...(replies.length > 0 && {
      thread_ts: message.ts,
      reply_count: replies.length,
      reply_users: [...new Set(replies.map((one) => one.user))],
      latest_reply: replies.at(-1)?.ts,
    }),
    ...(message.versions.length > 1 && last && { edited: { user: message.user === BOT.user ? BOT.id : message.user, ts: (last.at / 1000).toFixed(6) } }),
    ...(names.length > 0 && {
      reactions: names.map((name) => {
        const users = message.reactions.filter((one) => one.name === name).map((one) => one.user);
        return { name, users, count: users.length };
      }),
    }),
    ...(metadata && message.metadata && { metadata: message.metadata }),
  };
}

/** A file as the API gives it. */
export function fileFields(file: Upload): Fields {
  return { id: file.id, name: file.name, title: file.title, size: file.length, mode: 'hosted', user: BOT.user };
}

/** A channel as the API gives it. */
export function channelFields(channel: Channel): Fields {
  const im = channel.kind === 'im';
  return {
    id: channel.id,
    ...(im ? { user: [...channel.members].find((one) => one !== BOT.user) } : { name: channel.name, name_normalized: channel.name }),
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private' && channel.id.startsWith('G'),
    is_im: im,
    is_mpim: false,
    is_private: channel.kind !== 'public',
    is_archived: channel.archived,
    is_ext_shared: channel.shared,
    is_shared: channel.shared,
    ...(!im && { is_member: channel.members.has(BOT.user), num_members: channel.members.size }),
    context_team_id: TEAM.id,
  };
}

/** A user as users.info gives it. */
export function userFields(user: User, locale = false): Fields {
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.deleted,
    real_name: user.name,
    is_bot: user.bot,
    is_restricted: user.guest,
    is_ultra_restricted: false,
    is_stranger: user.team !== TEAM.id,
    is_app_user: false,
    ...(!user.deleted && { tz: user.tz, ...(locale && { locale: user.locale }) }),
    profile: { real_name: user.name, display_name: user.name, team: user.team, ...(user.bot && { bot_id: BOT.id, api_app_id: APP }) },
  };
}

/** A view as the API gives it, with what is filled in. */
export function viewFields(view: View, state: Fields = {}): Fields {
  const { title = null, close = null, submit = null, clear_on_close = false, notify_on_close = false } = view.shown.type === 'modal' ? view.shown : {};
  return {
    id: view.id,
    team_id: TEAM.id,
    app_id: APP,
    app_installed_team_id: TEAM.id,
    bot_id: BOT.id,
    type: view.shown.type,
    title,
    close,
    submit,
    blocks: view.shown.blocks,
    private_metadata: view.shown.private_metadata ?? '',
    callback_id: view.shown.callback_id ?? '',
    external_id: view.shown.external_id ?? '',
    state: { values: state },
    hash: view.hash,
    clear_on_close,
    notify_on_close,
    root_view_id: view.root,
    previous_view_id: view.previous ?? null,
  };
}

/** All a person reads in a view. */
export function textOfView(view: View): string {
  return textsIn([view.shown]).join('\n');
}
