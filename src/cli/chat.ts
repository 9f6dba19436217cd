import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { Checked } from '../core/chat.ts';
import { say } from '../core/words.ts';
import { secret } from '../hosts/secret.ts';
import { loadCommands } from '../registry.ts';
import { checkedLines } from './checked.ts';
import { CliError, shellLang } from './words.ts';

/** Tries every chat of a configuration, and how mail and notices are sent; a line each for what is good, and for what is not, with how to mend it. */
export async function checkChats(file: string): Promise<{ readonly text: string; readonly good: boolean }> {
  const config = loadConfig(file);
  const { slack, matrix } = config.chats;
  const { mail, ntfy } = config;
  if (!slack && !matrix && !mail && !ntfy) throw new CliError(say({ en: '{file} has no chats:', zh: '{file} 中没有 chats:' }, { file }));
  const found: Checked[] = [];
  if (slack) {
    const { check } = await import('../chat/slack/check.ts');
    const keys = tokens({ botToken: slack.botToken, appToken: slack.appToken, signingSecret: slack.signingSecret });
    found.push(...keys.missing);
    const { botToken, ...others } = keys.found;
    if (botToken !== undefined)
      found.push(
        ...(await check({
          botToken,
          ...others,
          workspaces: slack.workspaces,
          rooms: roomsOf(config, 'slack', slack.home),
          accounts: accountsOf(config, 'slack'),
          ...(slack.api === undefined ? {} : { apiUrl: slack.api }),
        })),
      );
  }
  if (matrix) {
    const { check } = await import('../chat/matrix/check.ts');
    const keys = tokens({ token: matrix.token });
    found.push(...keys.missing);
    const { token } = keys.found;
    const { homeserver, user, encryption } = matrix;
    if (token !== undefined)
      found.push(
        ...(await check({ homeserver, user, token, encryption, rooms: roomsOf(config, 'matrix', matrix.home), accounts: accountsOf(config, 'matrix') })),
      );
  }
  if (mail) {
    const { MailChat } = await import('../chat/mail.ts');
    const { host, port, tls, from, user } = mail;
    const keys = tokens({ password: mail.password });
    found.push(...keys.missing);
    const { password } = keys.found;
    const login = user === undefined || password === undefined ? {} : { login: { user, password } };
    if (keys.missing.length === 0) found.push(await tried(new MailChat({ host, port, tls, from, ...login })));
  }
  if (ntfy) {
    const { NtfyChat } = await import('../chat/ntfy.ts');
    const keys = tokens({ token: ntfy.token });
    found.push(...keys.missing, await tried(new NtfyChat({ server: ntfy.server })));
  }
  return { text: checkedLines(found, shellLang()), good: found.every(({ good }) => good) };
}

/** What a way to send came to, which is not used again. */
async function tried(way: { check(): Promise<Checked>; close(): Promise<void> }): Promise<Checked> {
  try {
    return await way.check();
  } finally {
    await way.close();
  }
}

/** The secrets behind references, and those that are not there. */
function tokens<Names extends string>(references: Readonly<Record<Names, string | undefined>>) {
  const found: Partial<Record<Names, string>> = {};
  const missing: Checked[] = [];
  for (const name in references) {
    const reference = references[name];
    if (reference === undefined) continue;
    try {
      found[name] = secret(reference).trim();
    } catch (error) {
      missing.push({
        what: say({ en: '{name} ({reference})', zh: '{name}（{reference}）' }, { name, reference }),
        good: false,
        found: say({ en: '{why}', zh: '{why}' }, { why: error instanceof Error ? error.message : String(error) }),
        mend: say({ en: 'set it where this is started', zh: '请在启动处设置' }),
      });
    }
  }
  return { found, missing };
}

function roomsOf(config: Config, chat: string, home: string | undefined): string[] {
  const rooms = Object.values(config.rooms).flatMap((room) => (room.chat === chat ? [room.id] : []));
  return [...new Set([...(home === undefined ? [] : [home]), ...rooms])];
}

function accountsOf(config: Config, chat: string) {
  return Object.entries(config.people).flatMap(([person, { accounts }]) => (accounts[chat] ?? []).map((id) => ({ person, id })));
}

/** Slack's app manifest for the commands there are, as JSON. */
export async function slackManifest(url: string | undefined): Promise<string> {
  const { manifest } = await import('../chat/slack/manifest.ts');
  const families = [...new Set([...(await loadCommands()).keys()].map((path) => path.split(' ')[0] ?? ''))];
  return `${JSON.stringify(manifest(families, url === undefined ? {} : { url }), null, 2)}\n`;
}
