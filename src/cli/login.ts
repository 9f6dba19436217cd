import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CallError, ConsoleClient, Gone } from '../chat/client.ts';
import { dayAndClock } from '../core/time.ts';
import { say, speak } from '../core/words.ts';
import { homeFolder, readConsoleFile, readSessionFile, removeSessionFile, writeSessionFile } from '../home.ts';
import { CliError, shellLang, tell } from './words.ts';

/** `hostler login`: a one-time link from chat becomes a session of this home. The link is never an argument: others can read those. */
export async function login(given: readonly string[], url: string | undefined): Promise<number> {
  if (given.length > 0)
    throw new CliError(
      say({
        en: 'not as an argument: other programs on this machine can read those. Run `hostler login` and paste it',
        zh: '请勿作为参数传入：本机其他程序可以读取。请运行 `hostler login` 再粘贴',
      }),
    );
  const home = homeFolder();
  const lang = shellLang();
  if (process.stdin.isTTY)
    process.stderr.write(
      speak(
        say({
          en: 'say `login` to the bot in chat, and paste the link it gives you here (it is not shown): ',
          zh: '请在聊天中对机器人说 `login`，并将它给您的链接粘贴到此处（不会显示）：',
        }),
        lang,
      ),
    );
  const { at, secret } = linkOf(await pasted(), url ?? readConsoleFile(home)?.url);
  const former = readSessionFile(home);
  const { session, person, until } = await new ConsoleClient({ url: at }).login(secret);
  writeSessionFile(home, { url: at, token: session, person: person.id, until });
  if (former) await new ConsoleClient(former).logout().catch(() => undefined); // nobody holds it any more
  tell(
    speak(
      say(
        { en: 'signed in to {at} as {name}, until {until} UTC', zh: '已以 {name} 身份登录 {at}，有效期至 {until} UTC' },
        { at, name: person.name, until: dayAndClock(until) },
      ),
      lang,
    ),
  );
  return 0;
}

/** `hostler logout`: ends this home's session. It is forgotten here even when the bot cannot be told. */
export async function logout(): Promise<number> {
  const home = homeFolder();
  const session = readSessionFile(home);
  removeSessionFile(home);
  if (!session) {
    tell(speak(say({ en: 'nobody is signed in here', zh: '此处没有登录' }), shellLang()));
    return 0;
  }
  try {
    await new ConsoleClient(session).logout();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new CliError(
      say(
        {
          en: 'forgotten here, but the bot could not be told ({why}): say `logout` to it in chat, or it is over at {until} UTC by itself',
          zh: '此处已清除，但无法通知机器人（{why}）：请在聊天中对它说 `logout`，否则会话将于 {until} UTC 自行结束',
        },
        { why: error.message, until: dayAndClock(session.until) },
      ),
      error instanceof Gone ? 5 : 2,
    );
  }
  tell(speak(say({ en: 'signed out', zh: '已退出登录' }), shellLang()));
  return 0;
}

/** The address and the secret of what was pasted: the link, or its secret alone where the address is known. Throws CliError. */
export function linkOf(text: string, given: string | undefined): { readonly at: string; readonly secret: string } {
  const [, linked, secret] = /^(?:(https?:\/\/[^/?#@\s]+)\/?#login=)?([\w-]{43})$/.exec(text.trim()) ?? [];
  if (secret === undefined)
    throw new CliError(
      say({
        en: 'this is no link to sign in: say `login` to the bot in chat, and paste what it gives you',
        zh: '这不是登录链接：请在聊天中对机器人说 `login`，并粘贴它给您的链接',
      }),
    );
  const told = given === undefined ? undefined : originOf(given);
  const at = linked === undefined ? told : originOf(linked);
  if (at === undefined)
    throw new CliError(
      say({ en: 'paste the whole link, or say where the bot is: --url https://…', zh: '请粘贴完整链接，或指明机器人的地址：--url https://…' }),
    );
  if (told !== undefined && told !== at)
    throw new CliError(say({ en: 'this link is for {at}, not for {told}', zh: '此链接属于 {at}，而不是 {told}' }, { at, told }));
  return { at, secret };
}

/** Where a secret may be sent. Throws CliError for what is no address, or not encrypted on its way. */
function originOf(url: string): string {
  if (!URL.canParse(url)) throw new CliError(say({ en: '“{url}” is no address', zh: '“{url}” 不是有效地址' }, { url }));
  const { origin, protocol, hostname } = new URL(url);
  if (protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))) return origin;
  throw new CliError(say({ en: '{origin} is not encrypted: https only, or this very machine', zh: '{origin} 未加密：只能使用 https，或本机地址' }, { origin }));
}

/** One line of standard input; on a terminal it is not shown. */
async function pasted(): Promise<string> {
  const isTerminal = process.stdin.isTTY === true;
  const dark = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: dark, terminal: isTerminal });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new CliError(say({ en: 'not signed in', zh: '未登录' }), 130)));
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
    if (isTerminal) process.stderr.write('\n');
  }
}
