import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Barred } from '../../core/account.ts';
import type { Checked } from '../../core/chat.ts';
import { type Said, say } from '../../core/words.ts';
import { barredBy, userFound } from './standing.ts';
import { troubleOf } from './trouble.ts';

const flag = z.boolean().default(false);
const roomFound = z.object({
  channel: z.object({ name: z.string().default(''), is_member: flag, is_im: flag, is_archived: flag, is_ext_shared: flag, is_pending_ext_shared: flag }),
});

/** Whether the bot can show cards in a channel. `name`: the bot's own. */
export async function checkRoom(room: string, name: string, api: webApi.WebClient): Promise<Checked> {
  const what = say({ en: 'Slack: channel {room}', zh: 'Slack：频道 {room}' }, { room });
  const bad = (mend: Said, found?: Said): Checked => ({ what, good: false, mend, ...(found ? { found } : {}) });
  try {
    const { channel } = roomFound.parse(await api.conversations.info({ channel: room }));
    const found = say({ en: '#{name}', zh: '#{name}' }, { name: channel.name });
    if (channel.is_im) return { what, good: true, found };
    if (channel.is_archived) return bad(say({ en: 'it is archived: unarchive it, or name another', zh: '该频道已归档：请取消归档或改用其他频道' }), found);
    if (!channel.is_member)
      return bad(say({ en: 'the bot is not in it: `/invite @{name}` there', zh: '机器人不在其中：请在该频道执行 `/invite @{name}`' }, { name }), found);
    if (channel.is_ext_shared || channel.is_pending_ext_shared) {
      return bad(
        say({
          en: 'it is shared with another organization, which sees every card: name another',
          zh: '该频道与其他组织共享，对方可看到所有卡片：请改用其他频道',
        }),
        found,
      );
    }
    return { what, good: true, found };
  } catch (error) {
    if (troubleOf(error) === 'channel_not_found') {
      return bad(
        say(
          {
            en: 'there is no such channel, or it is private and the bot is not in it: `/invite @{name}` there',
            zh: '没有此频道，或为机器人未加入的私有频道：请在该频道执行 `/invite @{name}`',
          },
          { name },
        ),
      );
    }
    return bad(unread(error));
  }
}

/** What to do about an account that has no say. */
const MEND: Readonly<Record<Exclude<Barred, 'unsure'>, Said>> = {
  gone: say({ en: 'it was deactivated: take it out of the configuration', zh: '该账号已停用：请从配置中删除' }),
  bot: say({ en: 'it is a bot: bots are not listened to', zh: '这是机器人账号：机器人的消息不会被处理' }),
  foreign: say({ en: 'it belongs to another workspace, which is not listened to', zh: '该账号属于其他工作区，不会被处理' }),
  guest: say({ en: 'it is a guest: make it a full member, or take it out', zh: '这是访客账号：请改为正式成员或从配置中删除' }),
};

/** Whether an account belongs to a member of the workspace who is still there. */
export async function checkAccount(
  { person, id }: { readonly person: string; readonly id: string },
  workspaces: readonly string[],
  api: webApi.WebClient,
): Promise<Checked> {
  const what = say({ en: 'Slack: account {id} of {person}', zh: 'Slack：{person} 的账号 {id}' }, { id, person });
  const bad = (mend: Said, found?: Said): Checked => ({ what, good: false, mend, ...(found ? { found } : {}) });
  try {
    const { user } = userFound.parse(await api.users.info({ user: id }));
    const found = say({ en: '@{name}', zh: '@{name}' }, { name: user.name });
    const barred = barredBy(user, workspaces);
    if (barred !== undefined && barred !== 'unsure') return bad(MEND[barred], found);
    return { what, good: true, found };
  } catch (error) {
    if (troubleOf(error) === 'user_not_found')
      return bad(say({ en: 'there is no such account: profile → ⋮ → Copy member ID', zh: '没有此账号：个人资料 → ⋮ → Copy member ID' }));
    return bad(unread(error));
  }
}

function unread(error: unknown): Said {
  const why = troubleOf(error) ?? (error instanceof Error ? error.message : String(error));
  return say({ en: 'could not be looked at: {why}', zh: '无法检查：{why}' }, { why });
}
