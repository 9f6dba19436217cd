import { say, type Words } from '../words.ts';
import { Malformed, type Mapping } from './source.ts';

/** What a mapping may say; besides, `label.NAME`. `resolved`: words, between commas, that mean that it is over. */
const NAMES = ['title', 'text', 'severity', 'status', 'resolved', 'fingerprint', 'startsAt', 'endsAt', 'url', 'group'] as const;

/** `a.b[0].c`, `a[].b`: names, places in a list from 0, and `[]` for each of a list. */
const PATH = /^(?:[A-Za-z0-9_$@-]+|\[\d{0,4}\])(?:\.[A-Za-z0-9_$@-]+|\[\d{0,4}\])*$/;
const FIXED = /^(['"])(.*)\1$/s;

/** The list that a mapping's `[]` goes through, by its path; undefined where it goes through none. Throws Malformed for a mapping that makes no sense. */
export function listOf(mapping: Mapping): string | undefined {
  const entries = Object.entries(mapping);
  if (!Object.hasOwn(mapping, 'title')) throw odd('mapping.title', { en: 'is missing', zh: '缺失' });
  for (const [name, path] of entries) {
    if (!NAMES.some((known) => known === name) && !/^label\.[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/.test(name))
      throw odd(`mapping.${name}`, { en: 'there is {names} and label.NAME', zh: '只有 {names} 和 label.NAME' }, { names: NAMES.join(', ') });
    if (!FIXED.test(path) && !PATH.test(path))
      throw odd(
        `mapping.${name}`,
        {
          en: '{path} is neither a path such as alerts[].labels.host nor a text in quotes',
          zh: '{path} 既非路径（如 alerts[].labels.host），也非引号内的文本',
        },
        { path },
      );
  }
  if (mapping.resolved !== undefined && wordsOf(mapping.resolved).length === 0)
    throw odd(
      'mapping.resolved',
      { en: `{words} is no words in quotes; "'ok,closed'" is`, zh: `{words} 不是引号内的词；"'ok,closed'" 才是` },
      { words: mapping.resolved },
    );
  const lists = new Set(entries.flatMap(([, path]) => (path.includes('[]') && !FIXED.test(path) ? [path.slice(0, path.indexOf('[]'))] : [])));
  if (lists.size > 1)
    throw odd('mapping', { en: 'goes through two lists, {lists}', zh: '经过两个列表：{lists}' }, { lists: [...lists].map((one) => `${one}[]`).join(', ') });
  return [...lists][0];
}

/** The words of a fixed text, between its commas; none of a path. */
export function wordsOf(fixed: string): readonly string[] {
  const words = (FIXED.exec(fixed)?.[2] ?? '').split(',').map((word) => word.trim().toLowerCase());
  return words.filter((word) => word !== '');
}

/** What stands at the paths of a mapping, for each of the list that its `[]` goes through, or once. Throws Malformed, naming the path. */
export function mapped(body: unknown, mapping: Mapping): Readonly<Record<string, string | undefined>>[] {
  const entries = Object.entries(mapping);
  const list = listOf(mapping);
  const items = list === undefined ? [body] : listAt(body, list);
  return items.map((item, i) => Object.fromEntries(entries.map(([name, path]): [string, string | undefined] => [name, placed(path, list, body, item, i)])));
}

function listAt(body: unknown, path: string): readonly unknown[] {
  const found = path === '' ? body : at(body, path);
  if (!Array.isArray(found)) throw odd(`${path}[]`, { en: 'is no list', zh: '不是列表' });
  return found;
}

function placed(path: string, list: string | undefined, body: unknown, item: unknown, i: number): string | undefined {
  const fixed = FIXED.exec(path);
  if (fixed) return fixed[2];
  const isOfItem = list !== undefined && path.startsWith(`${list}[]`);
  const rest = isOfItem ? path.slice(list.length + 2).replace(/^\./, '') : path;
  if (rest.includes('[]')) throw odd(path, { en: 'goes through a list in a list', zh: '经过列表中的列表' });
  const value = isOfItem ? (rest === '' ? item : at(item, rest)) : at(body, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw odd(path.replace('[]', `[${i}]`), { en: 'is neither a text nor a number', zh: '既非文本也非数字' });
}

/** What is wrong with a part of a body, or of a mapping. */
export function odd(part: string, what: Words, values?: Readonly<Record<string, string>>): Malformed {
  return new Malformed(say({ en: '{part}: {what}', zh: '{part}：{what}' }, { part, what: say(what, values) }));
}

/** Only what the body itself has: nothing that every object has. */
function at(value: unknown, path: string): unknown {
  let now = value;
  for (const key of path.replace(/\[(\d+)\]/g, '.$1').split('.')) {
    if (key === '') continue;
    if (typeof now !== 'object' || now === null || !Object.hasOwn(now, key)) return undefined;
    now = Reflect.get(now, key);
  }
  return now;
}
