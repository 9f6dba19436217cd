import type { z } from 'zod';
import { about, isFlag, oneOf, takesRest } from './argument.ts';
import type { AnyCommand, Shape } from './command.ts';
import { Refusal } from './errors.ts';
import { Incomplete } from './incomplete.ts';
import { nearest } from './nearest.ts';
import { normalise } from './normalise.ts';
import { readRollout, rollsOut } from './rollout.ts';
import { split, type Word, written } from './split.ts';
import type { Input, Rollout } from './types.ts';
import { usage } from './usage.ts';
import { list, type Said, say } from './words.ts';

/** A command line understood: which command, with which validated input. `dry`: `--plan` was given. */
export interface Parsed {
  readonly path: string;
  readonly input: Input;
  readonly dry: boolean;
  readonly rollout?: Rollout;
  /** `--in NAME`: the hours in which it is to run. */
  readonly window?: string;
}

/** Longest command line, in characters. */
export const LONGEST_LINE = 4000;

/**
 * Understands a line with the commands this person may ask for; any other command does not exist for them.
 * Throws Refusal naming the offending word and what would be right.
 */
export function parse(text: string, commands: ReadonlyMap<string, AnyCommand>, length = text.length): Parsed {
  if (length > LONGEST_LINE) {
    throw new Refusal(
      say(
        { en: 'this message has {length} characters; a command has at most {most}', zh: '消息有 {length} 个字符；命令最多 {most} 个' },
        { length, most: LONGEST_LINE },
      ),
    );
  }
  const words = split(normalise(text));
  const path = findPath(words, commands);
  const command = commands.get(path) as AnyCommand;
  const rest = words.slice(path.split(' ').length);
  const { values, positional, dry, rollout, window, lacking } = takeOptions(rest, path, command);
  const bound = bind(positional, path, command);
  const [first, ...more] = [...bound.lacking, ...lacking];
  if (first) {
    const message = say({ en: '{path} needs {label}', zh: '{path} 需要{label}' }, { path, label: first.label });
    const names = [first, ...more].map(({ name }) => name);
    throw new Incomplete(message, usageHint(path, command), { path, names, line: [path, ...rest.map(written)].join(' ') });
  }
  return { path, dry, input: { ...bound.input, ...values }, ...(rollout ? { rollout } : {}), ...(window === undefined ? {} : { window }) };
}

/** Something that a line lacks. */
interface Lacking {
  readonly name: string;
  readonly label: Said;
}

/** The longest command path the line begins with. */
export function findPath(words: readonly Word[], commands: ReadonlyMap<string, AnyCommand>): string {
  const plain = words.map((word) => (word.quoted ? '\0' : word.text.toLowerCase()));
  for (let n = Math.min(3, words.length); n > 0; n--) {
    const path = plain.slice(0, n).join(' ');
    if (commands.has(path)) return path;
  }
  if (words.length === 0) throw new Refusal(say({ en: 'say a command', zh: '请输入命令' }), helpHint);
  const typed = words
    .slice(0, 2)
    .map((word) => word.text)
    .join(' ');
  const first = words[0]?.text ?? '';
  const family = [...commands.keys()].filter((path) => path.startsWith(`${plain[0]} `));
  if (family.length > 0) {
    const verbs = family.map((path) => path.slice((plain[0] ?? '').length + 1));
    const second = words[1]?.text;
    if (second === undefined) {
      throw new Incomplete(
        say({ en: '“{first}” needs one more word', zh: '“{first}”后还缺一个词' }, { first }),
        say({ en: 'one of: {verbs}', zh: '可选：{verbs}' }, { verbs: list(verbs) }),
        { path: plain[0] ?? '', names: [], line: plain[0] ?? '' },
      );
    }
    const near = nearest(second.toLowerCase(), verbs).map((verb) => `${plain[0]} ${verb}`);
    throw new Refusal(unknown(typed), near.length > 0 ? didYouMean(near) : say({ en: 'one of: {verbs}', zh: '可选：{verbs}' }, { verbs: list(verbs) }));
  }
  if (DECIDING.includes(plain[0] ?? '')) {
    throw new Refusal(
      say({ en: '“{first}” needs the code of a request', zh: '“{first}”后需要请求的代码' }, { first }),
      say({ en: '`{first} CODE`, as the card says; `pending` lists what waits', zh: '`{first} 代码`，代码见卡片；`pending` 列出等待中的请求' }, { first }),
    );
  }
  const near = nearest(typed.toLowerCase(), commands.keys());
  const firsts =
    near.length > 0
      ? near
      : nearest(
          (plain[0] ?? '').toLowerCase(),
          [...commands.keys()].map((path) => path.split(' ')[0] ?? ''),
        );
  throw new Refusal(unknown(first), firsts.length > 0 ? didYouMean(firsts) : helpHint);
}

/** What is said of a request, with its code behind it. */
const DECIDING: readonly string[] = ['ok', 'no', 'why', 'withdraw'];

const helpHint = say({ en: '`help` shows what you can ask for', zh: '输入 `help` 查看可用命令' });
const unknown = (typed: string): Said => say({ en: 'there is no command “{typed}”', zh: '没有命令“{typed}”' }, { typed });

/** The hint after a word that was nearly right. */
export function didYouMean(near: readonly string[]): Said {
  return say({ en: 'did you mean {near}?', zh: '您是想输入 {near} 吗？' }, { near: list(near) });
}

function takeOptions(words: readonly Word[], path: string, command: AnyCommand) {
  const options: Shape = command.options ?? {};
  const values: Record<string, z.infer<z.ZodJSONSchema>> = {};
  const many: Record<string, string[]> = {};
  const positional: string[] = [];
  const ours: { waves?: string; 'max-fail'?: string; in?: string } = {};
  const lacking: Lacking[] = [];
  let dry = false;
  let ended = false;
  for (let i = 0; i < words.length; i++) {
    const { text, quoted } = words[i] as Word;
    if (ended || quoted || !text.startsWith('-') || text === '-') {
      positional.push(text);
    } else if (text === '--') {
      ended = true;
    } else if (text === '--plan') {
      dry = true;
    } else {
      const [, name = '', given] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(text) ?? [];
      const mine = name === 'in' ? mayWait(command) : (name === 'waves' || name === 'max-fail') && rollsOut(command);
      const schema = Object.hasOwn(options, name) ? options[name] : undefined;
      if (!schema && !mine) throw unknownOption(text, path, knownOptions(command));
      const flag = schema !== undefined && isFlag(schema);
      const value = flag ? (given ?? 'true') === 'true' : (given ?? words[++i]?.text);
      if (value === undefined)
        throw new Refusal(
          say({ en: '--{name} needs a value', zh: '--{name} 需要一个值' }, { name }),
          say({ en: 'write --{name} VALUE', zh: '写作 --{name} 值' }, { name }),
        );
      if (schema && takesRest(schema) && typeof value === 'string') many[name] = [...(many[name] ?? []), value];
      else if (Object.hasOwn(values, name) || Object.hasOwn(ours, name))
        throw new Refusal(say({ en: '--{name} is given twice', zh: '--{name} 重复' }, { name }));
      else if (schema) values[name] = check(schema, value, optionLabel(name), path, command);
      else if ((name === 'waves' || name === 'max-fail' || name === 'in') && typeof value === 'string') ours[name] = value;
    }
  }
  for (const [name, schema] of Object.entries(options)) {
    if (many[name]) values[name] = check(schema, many[name], optionLabel(name), path, command);
    if (Object.hasOwn(values, name)) continue;
    const missing = schema.safeParse(undefined);
    if (!missing.success) lacking.push({ name, label: optionLabel(name) });
    else if (missing.data !== undefined) values[name] = missing.data as z.infer<z.ZodJSONSchema>;
  }
  return { values, positional, dry, lacking, rollout: readRollout(ours.waves, ours['max-fail']), window: ours.in };
}

const optionLabel = (name: string): Said => say({ en: '--{name}', zh: '--{name}' }, { name });

/** The options a command takes, by name. */
export function knownOptions(command: AnyCommand): string[] {
  return [...Object.keys(command.options ?? {}), ...(rollsOut(command) ? ['waves', 'max-fail'] : []), ...(mayWait(command) ? ['in'] : []), 'plan'];
}

/** Whether it changes something, and so may be approved now and done in a window. */
function mayWait(command: AnyCommand): boolean {
  return command.risk !== 'none' && !Object.hasOwn(command.options ?? {}, 'in');
}

function unknownOption(text: string, path: string, names: readonly string[]): Refusal {
  const known = names.map((name) => `--${name}`);
  const near = nearest(text, known);
  return new Refusal(
    say({ en: '{path} has no option “{text}”', zh: '{path} 没有选项“{text}”' }, { path, text }),
    near.length > 0 ? didYouMean(near) : say({ en: 'it has: {known}', zh: '可用选项：{known}' }, { known: list(known) }),
  );
}

function bind(positional: readonly string[], path: string, command: AnyCommand): { input: Input; lacking: Lacking[] } {
  const lacking: Lacking[] = [];
  const input: Record<string, z.infer<z.ZodJSONSchema>> = {};
  let at = 0;
  for (const [name, schema] of Object.entries(command.args)) {
    const rest = takesRest(schema);
    const label = about(schema)?.label ?? { en: name.toUpperCase(), zh: name };
    const raw = rest ? positional.slice(at) : positional[at];
    at = rest ? positional.length : at + 1;
    if (raw === undefined || (rest && raw.length === 0)) {
      const missing = schema.safeParse(undefined);
      if (!missing.success) lacking.push({ name, label: { words: label } });
      else if (missing.data !== undefined) input[name] = missing.data as z.infer<z.ZodJSONSchema>;
    } else input[name] = check(schema, raw, { words: label }, path, command);
  }
  const extra = positional[at];
  if (extra !== undefined)
    throw new Refusal(
      say({ en: '“{extra}” is one word too many for {path}', zh: '对 {path} 来说“{extra}”是多余的' }, { extra, path }),
      usageHint(path, command),
    );
  return { input, lacking };
}

function check(schema: z.ZodType, raw: string | boolean | readonly string[], label: Said, path: string, command: AnyCommand): z.infer<z.ZodJSONSchema> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data as z.infer<z.ZodJSONSchema>;
  const at = result.error.issues[0]?.path[0];
  const word = Array.isArray(raw) && typeof at === 'number' ? String(raw[at]) : String(raw);
  const words = oneOf(schema);
  throw new Refusal(
    say({ en: '“{word}” is not a legal {label}', zh: '“{word}”不是合法的{label}' }, { word: word.slice(0, 80), label }),
    words.length > 0 ? say({ en: 'it is one of: {words}', zh: '可选：{words}' }, { words: list(words) }) : usageHint(path, command),
  );
}

function usageHint(path: string, command: AnyCommand): Said {
  const example = command.examples[0] ?? path;
  return say({ en: 'usage: {usage} · for example: {example}', zh: '用法：{usage} · 例如：{example}' }, { usage: usage(path, command), example });
}
