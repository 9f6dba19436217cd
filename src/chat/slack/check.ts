import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Checked } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { checkAccount, checkRoom } from './check-each.ts';
import { clientOf } from './client.ts';
import { loggerOf } from './logger.ts';
import { SCOPE_NAMES, SCOPES } from './scopes.ts';
import { troubleOf } from './trouble.ts';

/** What is to be looked at. */
export interface CheckOptions {
  readonly botToken: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly workspaces: readonly string[];
  readonly apiUrl?: string;
  /** Channels the bot is to be in, by id. */
  readonly rooms: readonly string[];
  readonly accounts: readonly { readonly person: string; readonly id: string }[];
}

const BOT = say({ en: 'Slack: the bot token', zh: 'Slack：机器人令牌' });
const APP = say({ en: 'Slack: the app token', zh: 'Slack：应用令牌' });
const SIGNING = say({ en: 'Slack: how events come in', zh: 'Slack：事件接收方式' });
const quiet: Log = () => {};

const identity = z.object({
  team_id: z.string(),
  team: z.string().default(''),
  user: z.string().default(''),
  bot_id: z.string().optional(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** Looks at tokens, scopes, channels and accounts, and says what is missing and how to mend it. Changes nothing. */
export async function check(options: CheckOptions): Promise<Checked[]> {
  const api = clientOf(options.botToken, loggerOf(quiet), options.apiUrl);
  const who = await api.auth.test().then(
    (found) => identity.parse(found),
    (error: unknown) => whyOf(error),
  );
  if (typeof who === 'string') {
    const mend = say({
      en: 'install the app to the workspace, and copy the “Bot User OAuth Token” (xoxb-…)',
      zh: '将应用安装到工作区，并复制“Bot User OAuth Token”（xoxb-…）',
    });
    return [{ what: BOT, good: false, found: quoted(who), mend }, await entrance(options)];
  }
  return [
    ofToken(who, options),
    ...ofScopes(who.response_metadata?.scopes),
    await entrance(options),
    ...(await Promise.all(options.rooms.map((room) => checkRoom(room, who.user, api)))),
    ...(await Promise.all(options.accounts.map((account) => checkAccount(account, options.workspaces, api)))),
  ];
}

/** What Slack, or the way to it, says is wrong. */
export function whyOf(error: unknown): string {
  return troubleOf(error) ?? (error instanceof Error ? error.message : String(error));
}

function ofToken({ team_id, team, user, bot_id }: z.infer<typeof identity>, { workspaces }: CheckOptions): Checked {
  const found = say({ en: '@{user} in {team} ({team_id})', zh: '{team}（{team_id}）中的 @{user}' }, { user, team, team_id });
  if (bot_id === undefined) {
    return {
      what: BOT,
      good: false,
      found,
      mend: say({ en: 'this is a person’s token: copy the one that begins with xoxb-', zh: '这是个人令牌：请使用以 xoxb- 开头的令牌' }),
    };
  }
  if (workspaces.length === 0 || workspaces.includes(team_id)) return { what: BOT, good: true, found };
  return {
    what: BOT,
    good: false,
    found,
    mend: say(
      { en: 'add {team_id} to `workspaces`, or use the token of the right workspace', zh: '将 {team_id} 加入 `workspaces`，或使用正确工作区的令牌' },
      { team_id },
    ),
  };
}

function ofScopes(given: readonly string[] | undefined): Checked[] {
  if (!given) return [];
  return SCOPE_NAMES.map((scope) => {
    const what = say({ en: 'Slack: scope {scope}: {why}', zh: 'Slack：权限 {scope}：{why}' }, { scope, why: SCOPES[scope] });
    if (given.includes(scope)) return { what, good: true };
    return {
      what,
      good: false,
      mend: say(
        {
          en: 'OAuth & Permissions → Bot Token Scopes → add {scope}, then reinstall the app',
          zh: 'OAuth & Permissions → Bot Token Scopes → 添加 {scope}，然后重新安装应用',
        },
        { scope },
      ),
    };
  });
}

/** Socket Mode with an app token, or requests that are signed. */
async function entrance({ appToken, signingSecret, apiUrl }: CheckOptions): Promise<Checked> {
  if (appToken === undefined) {
    const good = signingSecret !== undefined && signingSecret !== '';
    const mend: Said = say({
      en: 'give an app token (xapp-…, scope connections:write) for Socket Mode, or the signing secret for HTTP: both under Basic Information',
      zh: '提供应用令牌（xapp-…，权限 connections:write）以使用 Socket Mode，或提供签名密钥以使用 HTTP：均在 Basic Information 中',
    });
    return good ? { what: SIGNING, good, found: say({ en: 'signed HTTP requests', zh: '签名的 HTTP 请求' }) } : { what: SIGNING, good, mend };
  }
  const api: webApi.WebClient = clientOf(appToken, loggerOf(quiet), apiUrl);
  return api.apps.connections.open({}).then(
    () => ({ what: APP, good: true, found: say({ en: 'Socket Mode', zh: 'Socket Mode' }) }),
    (error: unknown) => ({
      what: APP,
      good: false,
      found: quoted(whyOf(error)),
      mend: say({
        en: 'Basic Information → App-Level Tokens → generate one with connections:write (xapp-…), and turn on Socket Mode',
        zh: 'Basic Information → App-Level Tokens → 生成带 connections:write 的令牌（xapp-…），并启用 Socket Mode',
      }),
    }),
  );
}
