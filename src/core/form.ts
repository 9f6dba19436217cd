import { about, takesRest } from './argument.ts';
import type { AnyCommand } from './command.ts';
import { choicesOf, type Known } from './complete.ts';
import { normalise } from './normalise.ts';
import { written } from './split.ts';
import type { Missing } from './ticket.ts';
import type { Choice, Field } from './types.ts';
import { type Lang, say } from './words.ts';

/** Name of the field that asks which command of a family is meant. */
const NEXT = 'command';
/** Most choices that a form lists; `more` says that there are others. */
const MOST = 100;

/** The fields that ask for what is missing, with what this person may choose. Pure. */
export function fieldsFor({ path, names }: Missing, known: Known, lang: Lang): Field[] {
  const command = known.commands.get(path);
  if (!command) {
    const choices = verbs(path, known, lang);
    return choices.length === 0 ? [] : [{ name: NEXT, label: say({ en: 'What about {path}?', zh: '对 {path} 做什么？' }, { path }), choices }];
  }
  return names.map((name): Field => {
    const schema = command.args[name] ?? command.options?.[name];
    const { label = { en: name.toUpperCase(), zh: name } } = (schema && about(schema)) ?? {};
    const choices = schema ? choicesOf(path, schema, [], '', known, lang) : [];
    return {
      name,
      label: { words: label },
      ...(choices.length > 0 ? { choices: choices.slice(0, MOST) } : {}),
      ...(choices.length > MOST ? { more: true as const } : {}),
      ...(schema && takesRest(schema) ? { many: true as const } : {}),
    };
  });
}

/** The choices of one field that fit what was typed. */
export function choicesFor({ path }: Missing, name: string, typed: string, known: Known, lang: Lang): Choice[] {
  const command = known.commands.get(path);
  const schema = command?.args[name] ?? command?.options?.[name];
  const all = command ? (schema ? choicesOf(path, schema, [], '', known, lang) : []) : verbs(path, known, lang);
  const wanted = typed.toLowerCase();
  const begins = all.filter(({ text }) => text.toLowerCase().startsWith(wanted));
  return [...begins, ...all.filter((one) => !begins.includes(one) && one.text.toLowerCase().includes(wanted))].slice(0, MOST);
}

function verbs(family: string, { commands }: Known, lang: Lang): Choice[] {
  return [...commands]
    .filter(([path]) => path.startsWith(`${family} `))
    .map(([path, { summary }]) => ({ text: path.slice(family.length + 1), hint: summary[lang] }));
}

/** The line completed with what was filled in. A value can be nothing but a value, whatever is in it. */
export function filled(
  { path, names, line }: Missing,
  fields: Readonly<Record<string, readonly string[]>>,
  command: AnyCommand | undefined,
  isCommand: (path: string) => boolean = () => true,
): string {
  if (!command) {
    const whole = `${path} ${fields[NEXT]?.[0] ?? ''}`;
    return isCommand(whole) ? whole : line;
  }
  const word = (value: string) => {
    const text = normalise(value);
    return /^[\w@:./][\w@:./-]*$/.test(text) ? text : written({ text, quoted: true });
  };
  const given = (name: string) => fields[name] ?? [];
  const options = names.filter((name) => !(name in command.args)).flatMap((name) => given(name).map((value) => `--${name}=${word(value)}`));
  const values = names.filter((name) => name in command.args).flatMap((name) => given(name).map(word));
  return [path, ...options, ...[line.slice(path.length).trim()].filter((rest) => rest !== ''), ...values].join(' ');
}
