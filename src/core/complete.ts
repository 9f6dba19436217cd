import { z } from 'zod';
import { about, isFlag, oneOf, takesRest } from './argument.ts';
import { type AnyCommand, type Host, SHELL_KINDS } from './command.ts';
import { normalise } from './normalise.ts';
import { knownOptions } from './parse.ts';
import type { Choice } from './types.ts';
import type { Lang } from './words.ts';

/** What can stand at the end of a line: choices that replace the text from `from` on. */
export interface Completion {
  readonly from: number;
  readonly choices: readonly Choice[];
}

/** What is known to complete with: only what this person may see. */
export interface Known {
  readonly commands: ReadonlyMap<string, AnyCommand>;
  /** The hosts in reach for a command. */
  hosts(path: string, command: AnyCommand): readonly Host[];
  readonly guests: readonly { readonly name: string; readonly host: string }[];
  readonly programs: readonly Choice[];
  /** People as `@id`. */
  readonly people: readonly Choice[];
  readonly rooms: readonly Choice[];
  /** Windows that `--in` may name. */
  readonly hours: readonly Choice[];
  /** Alerts that fire, by id, the newest first; none where the line is not about them. */
  readonly alerts: readonly Choice[];
}

/** Most choices offered at once. */
const MOST = 80;

/** What may come next on a line. Pure. */
export function complete(line: string, known: Known, lang: Lang): Completion {
  const typed = line.trimStart().split(/\s+/);
  // `--in=night` is completed as `--in night` is.
  const [, option, value] = /^(--[a-z-]+)=(.*)$/.exec(typed.at(-1) ?? '') ?? [];
  const words = option === undefined || value === undefined ? typed : [...typed.slice(0, -1), option, value];
  const current = words.at(-1) ?? '';
  const from = line.length - current.length;
  const before = words.slice(0, -1).map(normalise);
  const path = [3, 2, 1].map((n) => before.slice(0, n).join(' ')).find((candidate, i) => before.length >= 3 - i && known.commands.has(candidate));
  const all = path === undefined ? nextWords(before, known, lang) : argumentsOf(path, before.slice(path.split(' ').length), current, known, lang);
  const choices = all.filter(({ text }) => text.toLowerCase().startsWith(current.toLowerCase()) && text !== current).slice(0, MOST);
  return { from, choices };
}

function nextWords(before: readonly string[], { commands }: Known, lang: Lang): Choice[] {
  const prefix = before.length === 0 ? '' : `${before.join(' ')} `;
  const next = new Map<string, string>();
  for (const [path, command] of commands) {
    if (!path.startsWith(prefix)) continue;
    const word = path.slice(prefix.length).split(' ')[0] ?? '';
    const whole = prefix + word === path;
    if (whole || !next.has(word)) next.set(word, whole ? command.summary[lang] : `${word} …`);
  }
  return [...next].map(([text, hint]) => ({ text, hint })).sort((a, b) => (a.text < b.text ? -1 : 1));
}

function argumentsOf(path: string, given: readonly string[], current: string, known: Known, lang: Lang): Choice[] {
  const command = known.commands.get(path);
  if (!command) return [];
  if (current.startsWith('-')) {
    const taken = knownOptions(command).filter((name) => !given.includes(`--${name}`) || takesRest(command.options?.[name] ?? z.never()));
    return taken.map((name) => ({ text: `--${name}`, hint: optionHint(name, command, lang) }));
  }
  const awaits = (word: string | undefined) => word?.startsWith('--') === true && takesValue(word.slice(2), command);
  const last = given.at(-1);
  if (awaits(last)) return quotedWhere(optionChoices(path, last?.slice(2) ?? '', command, current, known, lang));
  const positional = given.filter((word, i) => !word.startsWith('-') && !awaits(given[i - 1])).length;
  const schemas = Object.values(command.args);
  const schema = schemas[positional] ?? schemas.findLast(takesRest);
  return quotedWhere(schema ? choicesOf(path, schema, given, current, known, lang) : []);
}

function quotedWhere(choices: readonly Choice[]): Choice[] {
  return choices.map((choice) => (/\s/.test(choice.text) ? { ...choice, text: `"${choice.text}"` } : choice));
}

function optionHint(name: string, command: AnyCommand, lang: Lang): string {
  if (name === 'plan') return { en: 'show, do nothing', zh: '只显示计划' }[lang];
  if (name === 'in') return { en: 'approve now, run in these hours', zh: '现在批准，在该时段执行' }[lang];
  if (name === 'waves') return '1,10%,rest';
  if (name === 'max-fail') return { en: 'stop after more failed than this', zh: '失败超过此数则停止' }[lang];
  const schema = command.options?.[name];
  return (schema && about(schema)?.label[lang]) ?? '';
}

/** Whether the word after this option is its value. */
function takesValue(name: string, command: AnyCommand): boolean {
  const schema = command.options?.[name];
  return schema === undefined ? name !== 'plan' && knownOptions(command).includes(name) : !isFlag(schema);
}

function optionChoices(path: string, name: string, command: AnyCommand, current: string, known: Known, lang: Lang): readonly Choice[] {
  const schema = command.options?.[name];
  if (schema) return choicesOf(path, schema, [], current, known, lang);
  return name === 'in' ? known.hours : [];
}

/** What may stand for one argument. */
export function choicesOf(path: string, schema: z.ZodType, given: readonly string[], current: string, known: Known, lang: Lang): Choice[] {
  const command = known.commands.get(path);
  if (!command) return [];
  const names = about(schema)?.names;
  const reached = known.hosts(path, command);
  const hosts = command.at === 'desk' ? reached : reached.filter((host) => (command.kinds ?? SHELL_KINDS).includes(host.kind));
  if (names === 'host') return hosts.map(hostChoice);
  if (names === 'hosts') {
    const tags = [...new Set(hosts.flatMap((host) => host.tags))].map((tag) => ({ text: `@${tag}`, hint: { en: 'tag', zh: '标签' }[lang] }));
    const sites = [...new Set(hosts.map((host) => host.site))].map((site) => ({ text: `site:${site}`, hint: { en: 'site', zh: '站点' }[lang] }));
    return [...hosts.map(hostChoice), ...tags, ...sites].filter(({ text }) => !given.includes(text));
  }
  if (names === 'node') return hosts.flatMap((host) => (host.nodes ?? []).map(({ name }) => ({ text: name, hint: host.name })));
  if (names === 'guest') return guests(known.guests, hosts, current);
  if (names === 'program') return [...known.programs];
  if (names === 'person') return [...known.people];
  if (names === 'room') return [...known.rooms];
  if (names === 'alert') return [...known.alerts];
  if (names === 'command') return nextWords(given, known, lang);
  return oneOf(schema).map((text) => ({ text, hint: '' }));
}

function hostChoice(host: Host): Choice {
  return { text: host.name, hint: `${host.kind} · ${host.site}` };
}

/** Guests by name; by `host/name` where a name is used twice, or once a slash is typed. */
function guests(all: Known['guests'], hosts: readonly Host[], current: string): Choice[] {
  const reached = all.filter((guest) => hosts.some((host) => host.name === guest.host));
  return reached.map((guest) => {
    const twice = reached.filter((other) => other.name === guest.name).length > 1;
    const text = twice || current.includes('/') ? `${guest.host}/${guest.name}` : guest.name;
    return { text, hint: guest.host };
  });
}
