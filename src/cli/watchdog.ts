import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { SPAN, spanMs } from '../core/time.ts';
import { said, type Watched, type Word, watch, words } from '../core/watchdog.ts';
import { clean, type Said, say, speak } from '../core/words.ts';
import { homeFolder } from '../home.ts';
import { readWatched, stateFile, writeWatched } from './watchfile.ts';
import { type Way, waysOf } from './watchways.ts';
import { CliError, shellLang, tell } from './words.ts';

/** How long the bot may take to answer, in milliseconds. */
const ANSWER = 5000;
/** Characters of an answer that are read. */
const MOST = 20_000;

const TEXT = { type: 'string' } as const;
const OPTIONS = {
  ...{ url: TEXT, every: TEXT, after: TEXT, state: TEXT, ntfy: TEXT, 'ntfy-token': TEXT, exec: TEXT },
  ...{ mail: TEXT, smtp: TEXT, 'smtp-password': TEXT, from: TEXT },
  once: { type: 'boolean' },
} as const;

/** `hostler watchdog`: asks from another host whether the bot is ready, and alarms when it is not. Returns the exit status: with `--once` 1 when it is not ready. */
export async function watchdogVerb(args: readonly string[]): Promise<number> {
  const given = parsed(args);
  const url = given('url')?.replace(/\/+$/, '');
  if (url === undefined || !/^https?:\/\/[^\s/@]+(\/\S*)?$/.test(url)) throw usage();
  const [everyMs, afterMs] = [span(given('every') ?? '30s', 'every'), span(given('after') ?? '90s', 'after')];
  const asked = args.includes('--once');
  const ways = waysOf(given, asked);
  const file = given('state') ?? stateFile(homeFolder(), url);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  let state = readWatched(file, url);
  for (;;) {
    const begun = Date.now();
    const why = await whyNot(url, stop.signal);
    if (stop.signal.aborted) return 0;
    const before = state;
    state = watch(state, why, Date.now());
    note(before, state, asked && ways.size === 0);
    for (const word of words(state, [...ways.keys()], afterMs)) {
      if (await utter(ways.get(word.way), word, url)) state = said(state, word);
      writeWatched(file, state); // at once: what was said is not said again, whatever happens next
    }
    writeWatched(file, state);
    if (asked) return why === undefined ? 0 : 1;
    await sleep(Math.max(0, everyMs - (Date.now() - begun)), undefined, { signal: stop.signal }).catch(() => undefined);
    if (stop.signal.aborted) return 0;
  }
}

/** A line of its log whenever something changes, and only then; where nobody else is told, that line is the answer. */
function note(before: Watched, now: Watched, always: boolean): void {
  const lang = shellLang();
  const stamp = new Date(now.at).toISOString();
  if (now.down && (always || now.down.why !== before.down?.why))
    tell(`${stamp} ${speak(say({ en: 'not ready: {why}', zh: '未就绪：{why}' }, { why: now.down.why }), lang)}`);
  if (!now.down && (always || before.down || before.at === 0)) tell(`${stamp} ${speak(say({ en: 'ready', zh: '已就绪' }), lang)}`);
}

async function utter(way: Way | undefined, word: Word, url: string): Promise<boolean> {
  try {
    await way?.(word, url);
    return true;
  } catch (error) {
    process.stderr.write(
      `${new Date().toISOString()} ${speak(
        say(
          { en: 'this could not be said by {way}, and is tried again: {why}', zh: '未能通过 {way} 通知，将重试：{why}' },
          { way: word.way, why: error instanceof Error ? error.message : String(error) },
        ),
        shellLang(),
      )}\n`,
    );
    return false;
  }
}

/** Why the bot is not ready, in a few words; undefined when it is. Never throws. */
export async function whyNot(url: string, stopped: AbortSignal): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(ANSWER), stopped]);
    const response = await fetch(`${url}/readyz`, { redirect: 'manual', signal, headers: { connection: 'close' } });
    const body = await readSome(response);
    const { ready, missing } = readAnswer(body);
    if (response.status === 200 && ready) return undefined;
    return response.status === 200 ? 'something else answers there' : `HTTP ${response.status}${missing}`;
  } catch (error) {
    return reason(error);
  }
}

async function readSome(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST) break;
  }
  return text;
}

/** Whether it is the bot that says it is ready, and what it says is missing. */
function readAnswer(body: string): { readonly ready: boolean; readonly missing: string } {
  try {
    const { ready, parts = {} } = answer.parse(JSON.parse(body));
    const bad = Object.entries(parts).flatMap(([part, state]) => (state === 'ok' || state === 'starting' ? [] : [`${part}: ${state}`]));
    return { ready, missing: bad.length === 0 ? '' : clean(` (${bad.join(', ')})`, 300) };
  } catch {
    return { ready: false, missing: '' };
  }
}

const answer = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.string()).optional() });

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return `no answer: ${[code, cause instanceof Error ? cause.message : error.message].filter(Boolean).join(' ')}`.slice(0, 300);
}

/** A flag, or else the environment: `--ntfy-token` is `HOSTLER_WATCHDOG_NTFY_TOKEN`, too. */
export type Given = (name: Exclude<keyof typeof OPTIONS, 'once'>) => string | undefined;

function parsed(args: readonly string[]): Given {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    return (name) => values[name] ?? (process.env[`HOSTLER_WATCHDOG_${name.toUpperCase().replaceAll('-', '_')}`] || undefined);
  } catch {
    throw usage();
  }
}

function span(text: string, name: string): number {
  if (SPAN.test(text)) return spanMs(text);
  throw new CliError(
    say({ en: '--{name} takes a time such as 30s or 5m, not “{text}”', zh: '--{name} 需要如 30s 或 5m 的时间，而不是“{text}”' }, { name, text }),
  );
}

export const USAGE: Said = say({
  en: 'usage: hostler watchdog --url https://hostler.example.org [--every 30s] [--after 90s] [--once] [--state FILE] [--ntfy https://ntfy.sh/TOPIC [--ntfy-token env:NAME]] [--mail TO --smtp smtps://USER@HOST --from ADDRESS [--smtp-password file:PATH]] [--exec PROGRAM]',
  zh: '用法：hostler watchdog --url https://hostler.example.org [--every 30s] [--after 90s] [--once] [--state 文件] [--ntfy https://ntfy.sh/主题 [--ntfy-token env:名称]] [--mail 收件人 --smtp smtps://用户@主机 --from 发件人 [--smtp-password file:路径]] [--exec 程序]',
});
const usage = () => new CliError(USAGE);
