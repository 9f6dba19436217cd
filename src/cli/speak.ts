import { join } from 'node:path';
import { CallError, ConsoleClient, Gone } from '../chat/client.ts';
import { prompt } from '../chat/prompt.ts';
import { EXIT, press, type Screen, say } from '../chat/terminal.ts';
import { PRESSES } from '../core/types.ts';
import { type Lang, list, say as words } from '../core/words.ts';
import { homeFolder } from '../home.ts';
import { reachBot } from './reach.ts';
import type { StartLab } from './run.ts';
import { CliError } from './words.ts';

/** What `say` and `press` are told. */
interface Values {
  readonly as?: string | undefined;
  readonly json: boolean;
  readonly wait: boolean;
  readonly lab: boolean;
  readonly reason?: string | undefined;
  readonly with: readonly string[];
}

/** This terminal, in the language of who reads it. */
export const screen = ({ lang, named }: Pick<Screen, 'lang' | 'named'>): Screen => ({
  ...{ lang, named },
  write: (text) => void process.stdout.write(text),
  live: process.stdout.isTTY === true,
  columns: process.stdout.columns ?? 80,
});

/** `hostler say`: a line, or a prompt. */
export async function sayVerb(positionals: readonly string[], values: Values & { readonly seed: number }, startLab: StartLab): Promise<number> {
  const bot = await reachBot(values.lab, values.seed, startLab, values.as);
  try {
    const client = new ConsoleClient(bot);
    const { as, ...reader } = await who(client, values.as ?? (values.lab ? 'alice' : undefined));
    const text = positionals.join(' ');
    if (positionals.length > 0) return await say(client, as, text, screen(reader), values);
    return await prompt(client, as, join(homeFolder(), 'history'), screen(reader), values);
  } finally {
    await bot.close();
  }
}

/** `hostler press`: a button of a card. */
export async function pressVerb([code, action, ...more]: readonly string[], values: Values): Promise<number> {
  if (code === undefined || action === undefined || more.length > 0 || !PRESSES.some((known) => known === action)) {
    throw new CliError(
      words(
        {
          en: 'usage: hostler press --as BOB CODE|REQUEST {actions} [--reason WHY] [--with NAME=VALUE]',
          zh: '用法：hostler press --as BOB 代码|请求 {actions} [--reason 理由] [--with 名称=值]',
        },
        { actions: PRESSES.join('|') },
      ),
    );
  }
  const client = new ConsoleClient(await reachBot(false, 0, undefined, values.as));
  const { as, ...reader } = await who(client, values.as);
  return press(client, as, { code, action, fields: fieldsOf(values) }, screen(reader), values);
}

/** What the button's fields are filled with; several values of one field are given one after the other. */
function fieldsOf({ reason, with: given }: Values): Record<string, string[]> {
  const fields: Record<string, string[]> = reason === undefined ? {} : { reason: [reason] };
  for (const one of given) {
    const at = one.indexOf('=');
    if (at < 1) throw new CliError(words({ en: '--with takes NAME=VALUE, not “{one}”', zh: '--with 需要 名称=值，而不是“{one}”' }, { one }));
    const name = one.slice(0, at);
    fields[name] = [...(fields[name] ?? []), one.slice(at + 1)];
  }
  return fields;
}

/** Who speaks: in practice anyone by `--as`; else who is signed in, and nobody else. */
export async function who(client: ConsoleClient, as: string | undefined): Promise<{ readonly as: string; readonly lang: Lang; readonly named: boolean }> {
  const {
    practice,
    people,
    person: me,
  } = await client.hello().catch((error: unknown) => {
    if (error instanceof CallError && !(error instanceof Gone)) throw error;
    throw new CliError(words({ en: 'the bot does not answer', zh: '机器人没有回应' }), EXIT.noBot);
  });
  if (!practice) {
    if (!me) throw new CliError(words({ en: 'you are not signed in here: run `hostler login`', zh: '您尚未在此登录：请运行 `hostler login`' }));
    if (as !== undefined && as !== me.id)
      throw new CliError(words({ en: 'you are signed in as {id}; --as is for practice', zh: '您已登录为 {id}；--as 仅用于练习' }, { id: me.id }));
    return { as: me.id, lang: me.lang, named: false };
  }
  const known = list(people.map(({ id }) => id));
  if (as === undefined) throw new CliError(words({ en: 'say who you are: --as NAME, one of {known}', zh: '请说明身份：--as 名称，可选 {known}' }, { known }));
  const person = people.find(({ id }) => id === as);
  if (!person) throw new CliError(words({ en: 'there is no person “{as}”; there is: {known}', zh: '没有“{as}”这个人；现有：{known}' }, { as, known }));
  return { as, lang: person.lang, named: true };
}
