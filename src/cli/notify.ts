import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants, hostname } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../chat/terminal.ts';
import { SEVERITIES } from '../core/check.ts';
import { tailOf } from '../core/tail.ts';
import { type Said, say } from '../core/words.ts';
import { homeFolder, readConsoleFile } from '../home.ts';
import { type Sent, sendTo } from './sender.ts';
import { CliError } from './words.ts';

const OPTIONS = {
  title: { type: 'string' },
  text: { type: 'string' },
  severity: { type: 'string' },
  resolved: { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
  fingerprint: { type: 'string' },
  label: { type: 'string', multiple: true },
  link: { type: 'string' },
  url: { type: 'string' },
  'secret-file': { type: 'string' },
  'on-failure': { type: 'boolean', default: false },
} as const;

/** Most characters of a text, and of what a command wrote that is kept. */
const TEXT = 1900;
const KEPT = 64_000;

const USAGE = say({
  en: 'usage: hostler notify NAME --title TITLE [--text TEXT|-] [--severity critical|warning|notice] [--resolved | --once] [--fingerprint F] [--label NAME=VALUE]… [--link URL] [--url https://bot.example.org] [--secret-file FILE], or hostler notify NAME --on-failure [--title TITLE] -- COMMAND [ARGUMENT]…',
  zh: '用法：hostler notify 名称 --title 标题 [--text 文本|-] [--severity critical|warning|notice] [--resolved | --once] [--fingerprint F] [--label 名=值]… [--link URL] [--url https://bot.example.org] [--secret-file 文件]，或 hostler notify 名称 --on-failure [--title 标题] -- 命令 [参数]…',
});

/** `hostler notify`: 0 taken, 1 refused, 5 nobody took it; with `--on-failure` the status of the command. */
export async function notifyVerb(args: readonly string[]): Promise<number> {
  const cut = args.indexOf('--');
  const [own, command] = cut < 0 ? [args, []] : [args.slice(0, cut), args.slice(cut + 1)];
  const { values, positionals } = parsed(own);
  const [name] = positionals;
  if (name === undefined || positionals.length > 1 || !/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/.test(name)) throw new CliError(USAGE);
  const { severity = 'warning' } = values;
  if (!SEVERITIES.some((one) => one === severity))
    throw new CliError(say({ en: '--severity is one of {all}', zh: '--severity 应为 {all} 之一' }, { all: SEVERITIES.join(', ') }));
  const host = hostname();
  const labels: Record<string, string> = { host, ...Object.fromEntries((values.label ?? []).map(labelOf)) };
  const url = `${addressOf(values.url)}/hooks/${name}`;
  const secret = secretOf(values['secret-file'], values.url === undefined && process.env.HOSTLER_URL === undefined);
  const base = { severity, labels, ...(values.link === undefined ? {} : { url: values.link }) };
  const send = (more: object) => sendTo(url, secret, JSON.stringify({ ...base, ...more }));
  if (values['on-failure']) {
    const [program] = command;
    if (program === undefined) throw new CliError(USAGE);
    const { code, output } = await run(program, command.slice(1));
    const { title = `${command.join(' ').slice(0, 150)}: failed` } = values;
    const fingerprint = values.fingerprint ?? `${host} ${title}`;
    const text = code === 0 ? '' : tailOf(`${output.trimEnd()}\n(exit ${code})`, TEXT);
    tell(await send({ title, text, status: code === 0 ? 'resolved' : 'firing', fingerprint }));
    return code;
  }
  const { title, text } = values;
  if (title === undefined || command.length > 0) throw new CliError(USAGE);
  const sent = await send({
    title,
    status: values.resolved ? 'resolved' : 'firing',
    ...(text === undefined ? {} : { text: (text === '-' ? readFileSync(0, 'utf8') : text).slice(0, TEXT) }),
    ...(values.fingerprint === undefined ? {} : { fingerprint: values.fingerprint }),
    ...(values.once ? { once: true } : {}),
  });
  tell(sent);
  return sent.kind === 'taken' ? 0 : sent.kind === 'refused' ? 1 : EXIT.noBot;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch {
    throw new CliError(USAGE);
  }
}

function labelOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError(say({ en: '--label takes NAME=VALUE, not “{text}”', zh: '--label 需要 名=值，而不是“{text}”' }, { text }));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Where the bot is: said, or that of this home. */
function addressOf(said: string | undefined): string {
  const url = said ?? process.env.HOSTLER_URL ?? readConsoleFile(homeFolder())?.url;
  if (url !== undefined && /^https?:\/\/[^\s/]+(\/\S*)?$/.test(url)) return url.replace(/\/+$/, '');
  throw new CliError(
    say({ en: 'where is the bot? say --url https://… or HOSTLER_URL', zh: '机器人在哪里？请用 --url https://… 或 HOSTLER_URL 指定' }),
    EXIT.noBot,
  );
}

/** `ownBot`: it goes to the bot of this home, which in practice has a secret in a file of its own. */
function secretOf(said: string | undefined, ownBot: boolean): string {
  let secret = process.env.HOSTLER_NOTIFY_SECRET ?? '';
  const practice = join(homeFolder(), 'lab', 'hook-secret');
  const file = said ?? (secret === '' && ownBot && existsSync(practice) ? practice : undefined);
  if (file !== undefined) {
    try {
      secret = readFileSync(file, 'utf8');
    } catch {
      throw new CliError(say({ en: '{file} cannot be read', zh: '无法读取 {file}' }, { file }));
    }
  }
  if (secret.trim() !== '') return secret.trim();
  throw new CliError(
    say({ en: 'there is no secret: set HOSTLER_NOTIFY_SECRET or --secret-file FILE', zh: '没有密钥：请设置 HOSTLER_NOTIFY_SECRET 或 --secret-file 文件' }),
  );
}

function tell(sent: Sent): void {
  if (sent.kind === 'taken') return;
  const said: Said =
    sent.kind === 'refused'
      ? say({ en: 'the bot did not take it: {why}', zh: '机器人未受理：{why}' }, { why: sent.why })
      : say({ en: 'the bot was not told: {why}', zh: '未能通知机器人：{why}' }, { why: sent.why });
  process.stderr.write(`${new CliError(said).message}\n`);
}

/** Runs a command as if it stood alone: its output is passed on, and its end kept. */
function run(program: string, args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, [...args], { stdio: ['inherit', 'pipe', 'pipe'] });
    for (const [from, to] of [[child.stdout, process.stdout] as const, [child.stderr, process.stderr] as const])
      from.on('data', (chunk: Buffer) => {
        to.write(chunk);
        output = (output + chunk.toString('utf8')).slice(-KEPT);
      });
    child.once('error', (error) => resolve({ code: 'code' in error && error.code === 'ENOENT' ? 127 : 126, output: error.message }));
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output }));
  });
}
