import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { CardMessage } from '../core/chat.ts';
import { dayAndClock, duration } from '../core/time.ts';
import type { Word } from '../core/watchdog.ts';
import { say, speak } from '../core/words.ts';
import { secret } from '../hosts/secret.ts';
import type { Given } from './watchdog.ts';
import { CliError, shellLang } from './words.ts';

/** Says a word of the bot at this address. Rejects when it cannot be said now. */
export type Way = (word: Word, url: string) => Promise<void>;

/** How long a program that is run may take, in milliseconds. */
const RUNS = 30_000;

/** The ways that were asked for, by name. Throws CliError for what makes no sense, and for none, unless its answer is read at once (`alone`). */
export function waysOf(given: Given, alone: boolean): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  const [ntfy, mail, exec] = [given('ntfy'), given('mail'), given('exec')];
  if (ntfy !== undefined) ways.set('ntfy', byNtfy(ntfy, given('ntfy-token')));
  if (mail !== undefined) ways.set('mail', byMail(mail, given));
  if (exec !== undefined) ways.set('exec', byProgram(exec));
  if (ways.size > 0 || alone) return ways;
  throw new CliError(say({ en: 'nobody would hear of it: add --ntfy, --mail or --exec', zh: '没有任何通知方式：请加上 --ntfy、--mail 或 --exec' }));
}

/** What is said, as a card without buttons. */
function cardOf({ kind, from, to, why }: Word, url: string): CardMessage {
  const values = { url, from: dayAndClock(from), to: dayAndClock(to), why, time: duration(to - from) };
  const [title, text] =
    kind === 'down'
      ? [
          say({ en: 'Hostler is silent', zh: 'Hostler 没有响应' }),
          say({ en: '{url} is not ready since {from} UTC: {why}', zh: '自 {from} UTC 起 {url} 未就绪：{why}' }, values),
        ]
      : [
          say({ en: 'Hostler is back', zh: 'Hostler 已恢复' }),
          say(
            { en: '{url} is ready again. It was not from {from} to {to} UTC, for {time}', zh: '{url} 已恢复就绪。{from} 至 {to} UTC 期间未就绪，历时 {time}' },
            values,
          ),
        ];
  const card = { id: `watchdog-${from}`, rev: kind === 'down' ? 1 : 2, mood: kind === 'down' ? 'bad' : 'good', title, ticket: null } as const;
  return {
    ...{ kind: 'card', lang: shellLang(), card: { ...card, blocks: [{ kind: 'text', text }], buttons: [] } },
    about: { at: from, by: '', private: false, heard: [], sees: () => true },
  };
}

const at = (room: string, { from }: Word) => ({ place: { chat: '', room }, private: false, key: `watchdog-${from}` });

function byNtfy(address: string, token: string | undefined): Way {
  const [, server, topic] = /^(https?:\/\/[^\s@]+)\/([A-Za-z0-9_-]{1,64})$/.exec(address) ?? [];
  if (server === undefined || topic === undefined)
    throw new CliError(
      say(
        {
          en: '--ntfy takes a server and a topic such as https://ntfy.sh/my-topic, not “{address}”',
          zh: '--ntfy 需要服务器和主题，如 https://ntfy.sh/my-topic，而不是“{address}”',
        },
        { address },
      ),
    );
  return async (word, url) => {
    const { NtfyChat } = await import('../chat/ntfy.ts');
    const key = token === undefined ? {} : { token: secret(token).trim() };
    await new NtfyChat({ server, ...key }).show(cardOf(word, url), at(topic, word));
  };
}

function byMail(to: string, given: Given): Way {
  const [smtp = '', from] = [given('smtp'), given('from')];
  const [, scheme, user, host, port] = /^(smtps?):\/\/(?:([^\s@]+)@)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\])(?::(\d{1,5}))?\/?$/.exec(smtp) ?? [];
  const password = given('smtp-password');
  if (host === undefined || from === undefined || !to.includes('@') || !from.includes('@') || (user === undefined) !== (password === undefined))
    throw new CliError(
      say({
        en: '--mail TO goes with --smtp smtps://USER@HOST:PORT and --from ADDRESS, and a USER with --smtp-password env:NAME or file:/path',
        zh: '--mail 收件人 需与 --smtp smtps://用户@主机:端口 和 --from 发件人 一起使用；有用户时还需 --smtp-password env:名称 或 file:/路径',
      }),
    );
  const tls = scheme === 'smtps';
  return async (word, url) => {
    const { MailChat } = await import('../chat/mail.ts');
    const login = user === undefined || password === undefined ? {} : { login: { user: decodeURIComponent(user), password: secret(password).trim() } };
    const chat = new MailChat({ host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (tls ? 465 : 587)), tls, from, ...login });
    try {
      await chat.show(cardOf(word, url), at(to, word));
    } finally {
      await chat.close();
    }
  };
}

/** The program is given `down` or `back`, and the words; no shell reads them. */
function byProgram(program: string): Way {
  return async (word, url) => {
    const { card, lang } = cardOf(word, url);
    const words = card.blocks.flatMap((block) => (block.kind === 'text' ? [speak(block.text, lang)] : []));
    await promisify(execFile)(program, [word.kind, ...words], { timeout: RUNS });
  };
}
