import { z } from 'zod';
import type { Account } from './types.ts';
import { type Said, say } from './words.ts';

/** Why an account has no standing, whoever it is said to belong to. `unsure`: its chat did not tell. */
export const BARRED = ['bot', 'guest', 'foreign', 'gone', 'unsure'] as const;
export type Barred = (typeof BARRED)[number];

const bare = z.object({ chat: z.string().max(200), id: z.string().max(500) });
/** An account as it travels in messages. */
export const account = bare.extend({ barred: z.enum(BARRED).exactOptional(), through: bare.exactOptional() });

const WHY: Readonly<Record<Barred, Said>> = {
  bot: say({ en: 'bots and bridged accounts have no say here', zh: '机器人和桥接账号在此无权操作' }),
  guest: say({ en: 'guests have no say here: this account must be a full member', zh: '访客在此无权操作：此账号必须是正式成员' }),
  foreign: say({ en: 'this account belongs elsewhere, and has no say here', zh: '此账号属于其他组织，在此无权操作' }),
  gone: say({ en: 'this account was deactivated', zh: '此账号已停用' }),
  unsure: say({
    en: 'I could not learn whether this account is a full member, so nothing is done; try again in a moment',
    zh: '无法确认此账号是否为正式成员，因此未执行任何操作；请稍后再试',
  }),
};

/** Why someone whom nobody knows is not listened to. */
export function strange({ chat, id, barred }: Account): Said {
  if (barred) return WHY[barred];
  return say({ en: 'I do not know you ({chat} {id})', zh: '我不认识您（{chat} {id}）' }, { chat, id });
}

/** Whether two accounts are the same. */
export function isSame(one: Account, other: Account): boolean {
  return one.chat === other.chat && one.id === other.id;
}

/** An account as it is shown and typed: `matrix:@ana:example.org`. */
export function accountText({ chat, id }: Account): string {
  return `${chat}:${id}`;
}

/** What is typed for an account: `slack:U0123ABCD`, a mention, or only an id whose form tells the chat. Undefined for anything else. */
export function accountOf(text: string): Account | undefined {
  const [, mentioned] = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(text) ?? [];
  const bare = mentioned ?? text;
  if (/^[UW][A-Z0-9]{5,}$/.test(bare)) return { chat: 'slack', id: bare };
  if (/^@[^:\s]+:\S+$/.test(bare)) return { chat: 'matrix', id: bare };
  const [, chat = '', id = ''] = /^([a-z]+):(\S+)$/.exec(bare) ?? [];
  return chat === '' ? undefined : { chat, id };
}
