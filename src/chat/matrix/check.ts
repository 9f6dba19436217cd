import { z } from 'zod';
import type { Checked } from '../../core/chat.ts';
import { type Said, say } from '../../core/words.ts';
import { Api } from './api.ts';
import { checkRoom } from './checkroom.ts';
import { Homeserver } from './homeserver.ts';
import { isCode, MatrixTrouble, saidOf } from './trouble.ts';

/** What `chat check` is to look at. */
export interface CheckOptions {
  readonly homeserver: string;
  readonly user: string;
  readonly token: string;
  readonly rooms: readonly string[];
  /** Encrypted rooms are read as well. */
  readonly encryption?: boolean;
  readonly accounts: readonly { readonly person: string; readonly id: string }[];
}

/** Looks whether the bot can work: its homeserver, its token, every room and every person's account. Changes nothing. */
export async function check({ homeserver, user, token, rooms, accounts, encryption = false }: CheckOptions): Promise<Checked[]> {
  const api = new Api({ homeserver, token, log: () => undefined });
  try {
    const server = new Homeserver(api);
    const answers = await checkServer(homeserver);
    if (!answers.good) return [answers];
    const own = await checkToken(server, user);
    if (!own.good) return [answers, own];
    const found: Checked[] = [];
    for (const room of rooms) found.push(...(await checkRoom(server, user, room, encryption)));
    const met = new Set<string>();
    for (const room of await server.rooms()) for (const id of await server.joined(room)) met.add(id);
    for (const account of accounts) found.push(await checkAccount(server, user, account, met));
    return [answers, own, ...found, limits(user)];
  } finally {
    api.close();
  }
}

async function checkServer(homeserver: string): Promise<Checked> {
  const what = say({ en: 'homeserver {homeserver}', zh: '主服务器 {homeserver}' }, { homeserver });
  const api = new Api({ homeserver, token: '', log: () => undefined }); // a wrong token is no fault of the address
  try {
    const { versions } = await api.ask('GET', '/_matrix/client/versions', z.looseObject({ versions: z.array(z.string()) }));
    return { what, good: true, found: say({ en: 'answers, up to {version}', zh: '有应答，最高支持 {version}' }, { version: versions.at(-1) ?? '?' }) };
  } catch (error) {
    return {
      what,
      good: false,
      found: problem(error),
      mend: say({
        en: 'set chats.matrix.homeserver to the base address of the client API, such as https://matrix.example.org, as https://YOUR.SERVER/.well-known/matrix/client names it',
        zh: '请将 chats.matrix.homeserver 设为客户端 API 的基地址，例如 https://matrix.example.org（见 https://您的服务器/.well-known/matrix/client）',
      }),
    };
  } finally {
    api.close();
  }
}

async function checkToken(server: Homeserver, user: string): Promise<Checked> {
  const what = say({ en: 'token of {user}', zh: '{user} 的令牌' }, { user });
  try {
    const owner = await server.whoami();
    if (owner === user) return { what, good: true, found: say({ en: 'valid', zh: '有效' }) };
    return {
      what,
      good: false,
      found: say({ en: 'it is {owner}’s', zh: '它属于 {owner}' }, { owner }),
      mend: say(
        {
          en: 'set chats.matrix.user to {owner}, or log in as {user} and use that token',
          zh: '请将 chats.matrix.user 设为 {owner}，或以 {user} 登录并使用其令牌',
        },
        { owner, user },
      ),
    };
  } catch (error) {
    return {
      what,
      good: false,
      found: isCode(error, 'M_UNKNOWN_TOKEN', 'M_MISSING_TOKEN') ? say({ en: 'not accepted', zh: '不被接受' }) : problem(error),
      mend: say(
        {
          en: 'log in as {user} and use the new token: `POST /_matrix/client/v3/login` with `m.login.password`; a token ends when its session is logged out',
          zh: '请以 {user} 登录并使用新令牌：`POST /_matrix/client/v3/login`（`m.login.password`）；会话退出后令牌即失效',
        },
        { user },
      ),
    };
  }
}

async function checkAccount(server: Homeserver, user: string, { person, id }: CheckOptions['accounts'][number], met: ReadonlySet<string>): Promise<Checked> {
  const what = say({ en: '{person}: account {id}', zh: '{person}：账号 {id}' }, { person, id });
  if (met.has(id)) return { what, good: true, found: say({ en: 'shares a room with the bot', zh: '与机器人同处一个房间' }) };
  try {
    const name = await server.name(id);
    if (name !== undefined) {
      const found = say({ en: 'exists, and shares no room with the bot', zh: '存在，但与机器人没有共同房间' });
      return {
        what,
        good: false,
        found,
        mend: say(
          { en: 'invite {user} to a room of theirs, or let them open a direct message with it', zh: '请邀请 {user} 加入其房间，或让其与机器人开始私聊' },
          { user },
        ),
      };
    }
    const mend = say(
      {
        en: 'correct it under people.{person}.accounts.matrix: a full id, such as @alice:example.org',
        zh: '请在 people.{person}.accounts.matrix 中更正：完整账号，例如 @alice:example.org',
      },
      { person },
    );
    return { what, good: false, found: say({ en: 'no such account', zh: '没有此账号' }), mend };
  } catch (error) {
    return {
      what,
      good: false,
      found: problem(error),
      mend: say({ en: 'look whether that account’s homeserver can be reached', zh: '请检查该账号的主服务器是否可达' }),
    };
  }
}

/** What cannot be seen from outside: how many messages the bot may send. */
function limits(user: string): Checked {
  const found = say(
    {
      en: 'Synapse lets an account send a message every 5 seconds, 10 at once. An administrator of it takes the limit off: `POST /_synapse/admin/v1/users/{user}/override_ratelimit` with `{nothing}`, then set chats.matrix.messagesPerSecond',
      zh: 'Synapse 默认每 5 秒允许一条消息，突发 10 条。其管理员可解除限制：`POST /_synapse/admin/v1/users/{user}/override_ratelimit`，内容 `{nothing}`，然后设置 chats.matrix.messagesPerSecond',
    },
    { user, nothing: '{"messages_per_second": 0, "burst_count": 0}' },
  );
  return { what: say({ en: 'rate limit', zh: '速率限制' }), good: true, found };
}

function problem(error: unknown): Said {
  return error instanceof MatrixTrouble ? saidOf(error) : say({ en: 'its answer is not that of a homeserver', zh: '返回的内容不像主服务器' });
}
