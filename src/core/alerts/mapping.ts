import { Malformed, type Mapping } from './source.ts';

/** What a mapping may say; besides, `label.NAME`. `resolved`: words, between commas, that mean that it is over. */
const NAMES = ['title', 'text', 'severity', 'status', 'resolved', 'fingerprint', 'startsAt', 'endsAt', 'url', 'group'] as const;

/** `a.b[0].c`, `a[].b`: names, places in a list from 0, and `[]` for each of a list. */
const PATH = /^(?:[A-Za-z0-9_$@-]+|\[\d{0,4}\])(?:\.[A-Za-z0-9_$@-]+|\[\d{0,4}\])*$/;
const FIXED = /^(['"])(.*)\1$/s;

/** The list that a mapping's `[]` goes through, by its path; undefined where it goes through none. Throws Malformed for a mapping that makes no sense. */
export function listOf(mapping: Mapping): string | undefined {
  const entries = Object.entries(mapping);
  if (!Object.hasOwn(mapping, 'title')) throw new Malformed('mapping.title: is missing');
  for (const [name, path] of entries) {
    if (!NAMES.some((known) => known === name) && !/^label\.[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/.test(name))
      throw new Malformed(`mapping.${name}: there is ${NAMES.join(', ')} and label.NAME`);
    if (!FIXED.test(path) && !PATH.test(path))
      throw new Malformed(`mapping.${name}: ${path} is neither a path such as alerts[].labels.host nor a text in quotes`);
  }
  const lists = new Set(entries.flatMap(([, path]) => (path.includes('[]') && !FIXED.test(path) ? [path.slice(0, path.indexOf('[]'))] : [])));
  if (lists.size > 1) throw new Malformed(`mapping: goes through two lists, ${[...lists].join('[] and ')}[]`);
  return [...lists][0];
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
  if (!Array.isArray(found)) throw new Malformed(`${path}[]: is no list`);
  return found;
}

function placed(path: string, list: string | undefined, body: unknown, item: unknown, i: number): string | undefined {
  const fixed = FIXED.exec(path);
  if (fixed) return fixed[2];
  const isOfItem = list !== undefined && path.startsWith(`${list}[]`);
  const rest = isOfItem ? path.slice(list.length + 2).replace(/^\./, '') : path;
  if (rest.includes('[]')) throw new Malformed(`${path}: goes through a list in a list`);
  const value = isOfItem ? (rest === '' ? item : at(item, rest)) : at(body, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Malformed(`${path.replace('[]', `[${i}]`)}: is neither a text nor a number`);
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
