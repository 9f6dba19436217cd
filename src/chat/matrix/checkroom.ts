import { z } from 'zod';
import type { Checked } from '../../core/chat.ts';
import { type Said, say } from '../../core/words.ts';
import type { Content, Homeserver } from './homeserver.ts';
import { isRefused } from './trouble.ts';

const level = z.coerce.number().optional().catch(undefined);
const powers = z.looseObject({
  users: z.record(z.string(), z.coerce.number().catch(0)).catch({}).optional(),
  users_default: level,
  events: z.record(z.string(), z.coerce.number().catch(0)).catch({}).optional(),
  events_default: level,
  redact: level,
});

/** Looks whether the bot can work in a room. */
export async function checkRoom(server: Homeserver, user: string, room: string, encryption = false): Promise<Checked[]> {
  const what = say({ en: 'room {room}', zh: '房间 {room}' }, { room });
  if (!(await server.rooms()).includes(room)) {
    const mend = say(
      {
        en: 'invite {user} there, as somebody the configuration knows; a room is named by its id (!…:server), which its settings show under “Advanced”',
        zh: '请由配置中已知的人员邀请 {user} 加入；房间以其 ID（!…:server）指定，见房间设置的“高级”',
      },
      { user },
    );
    return [{ what, good: false, found: say({ en: 'the bot is not in it', zh: '机器人不在其中' }), mend }];
  }
  try {
    if (!encryption && (await server.state(room, 'm.room.encryption'))?.algorithm !== undefined)
      return [
        {
          what,
          good: false,
          found: say({ en: 'it is encrypted: the bot cannot read there', zh: '已加密：机器人无法读取' }),
          mend: say({
            en: 'set chats.matrix.encryption: true, or use a room without encryption; it cannot be taken off a room',
            zh: '请设置 chats.matrix.encryption: true，或使用未加密的房间；房间的加密无法取消',
          }),
        },
      ];
    const lacks = lacking((await server.state(room, 'm.room.power_levels')) ?? {}, user);
    if (lacks.length === 0) return [{ what, good: true, found: say({ en: 'joined; may write, react and take back', zh: '已加入；可发言、回应与撤回' }) }];
    return lacks.map((lack) => ({ what, good: false, ...lack }));
  } catch (error) {
    if (!isRefused(error)) throw error;
    return [
      {
        what,
        good: false,
        found: say({ en: 'its settings cannot be read', zh: '无法读取其设置' }),
        mend: say({ en: 'invite the bot anew', zh: '请重新邀请机器人' }),
      },
    ];
  }
}

/** What the bot may not do in a room with these power levels, and how to allow it. Pure. */
export function lacking(content: Content, user: string): { readonly found: Said; readonly mend: Said }[] {
  const { users, users_default = 0, events, events_default = 0 } = powers.parse(content);
  const own = users?.[user] ?? users_default;
  const may: readonly (readonly [string, Said])[] = [
    ['m.room.message', say({ en: 'send messages', zh: '发送消息' })],
    ['m.reaction', say({ en: 'send reactions', zh: '发送回应' })],
    ['m.room.redaction', say({ en: 'take its own reactions back', zh: '撤回自己的回应' })],
  ];
  return may.flatMap(([type, act]) => {
    const needed = events?.[type] ?? events_default;
    if (own >= needed) return [];
    return [
      {
        found: say({ en: 'the bot may not {act}', zh: '机器人无权{act}' }, { act }),
        mend: say(
          {
            en: 'give {user} a power level of at least {needed} (it has {own}), or lower what {type} needs',
            zh: '请将 {user} 的权限级别设为至少 {needed}（现为 {own}），或降低 {type} 所需级别',
          },
          { user, needed, own, type },
        ),
      },
    ];
  });
}
