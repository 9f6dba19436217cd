import { type Said, say } from '../../core/words.ts';

/** What the bot asks its workspace for, and why: the least it can do with. https://docs.slack.dev/reference/scopes */
export const SCOPES = {
  commands: say({ en: 'slash commands', zh: '斜杠命令' }),
  'app_mentions:read': say({ en: 'hearing mentions', zh: '接收提及' }),
  'chat:write': say({ en: 'showing cards', zh: '显示卡片' }),
  'im:history': say({ en: 'hearing direct messages', zh: '接收私信' }),
  'im:write': say({ en: 'telling people in private', zh: '私下通知' }),
  'files:write': say({ en: 'long output as a file', zh: '以文件形式发送较长的输出' }),
  'channels:history': say({ en: 'finding a card again after a crash, instead of posting it twice', zh: '崩溃后找回已发送的卡片，避免重复发送' }),
  'groups:history': say({ en: 'the same in private channels', zh: '同上（私有频道）' }),
  'channels:read': say({ en: 'checking channels', zh: '检查频道' }),
  'groups:read': say({ en: 'checking private channels', zh: '检查私有频道' }),
  'users:read': say({ en: 'telling members from guests and bots', zh: '区分成员、访客和机器人' }),
  'reactions:read': say({ en: 'noticing that nothing is heard any more', zh: '察觉收不到消息' }),
  'reactions:write': say({ en: 'noticing that nothing is heard any more', zh: '察觉收不到消息' }),
} as const satisfies Readonly<Record<string, Said>>;

/** A scope of ours. */
export type Scope = keyof typeof SCOPES;

/** All of them, in the order of the manifest. */
export const SCOPE_NAMES = Object.keys(SCOPES).filter((name): name is Scope => name in SCOPES);
