import { z } from 'zod';
import { zhCN } from 'zod/locales';
import { say } from '../words.ts';
import type { Signal } from './alert.ts';
import type { DeclaredSource } from './routing.ts';
import { Malformed, type NamedSource } from './source.ts';
import { tidied } from './tidy.ts';

/** The kind that a source is of, where it is sent with this content type. Throws Malformed. */
export function kindOf(source: DeclaredSource, type: string, kinds: readonly NamedSource[]): NamedSource {
  const kind = kinds.find(({ id }) => id === source.kind);
  if (!kind) throw new Malformed(say({ en: 'there is no kind of source “{kind}”', zh: '没有来源类型“{kind}”' }, { kind: source.kind }));
  const types = kind.types ?? ['application/json'];
  if (types.includes(type)) return kind;
  const values = { type: type.slice(0, 100) || say({ en: 'missing', zh: '缺失' }), types: say({ en: types.join(' or '), zh: types.join(' 或 ') }) };
  throw new Malformed(say({ en: 'content-type: {type}, not {types}', zh: 'content-type：{type}，而非 {types}' }, values));
}

/** What a body says, as it may be kept. Pure. `type`: its content type without parameters. Throws Malformed, naming the part that is wrong. */
export function readBody(text: string, type: string, at: number, declared: DeclaredSource, kind: NamedSource): Signal[] {
  const { name, mapping, labels } = declared;
  const given = bodyOf(text);
  const fits = kind.body.safeParse(given);
  if (!fits.success) throw wrong(fits.error, kind.body.safeParse(given, { error: zhCN().localeError }).error);
  try {
    const signals = kind.signals(given, { name, at, type, ...(mapping ? { mapping } : {}) });
    return signals.map((signal) => tidied(signal, name, labels));
  } catch (error) {
    if (error instanceof z.ZodError) throw wrong(error);
    throw error;
  }
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What the parser quotes is of the body.
    const why = error instanceof Error ? (error.message.split(/,? *\.*"/)[0] ?? '') : '';
    throw new Malformed(say({ en: 'not JSON: {why}', zh: '不是有效的 JSON：{why}' }, { why: why || say({ en: 'it cannot be parsed', zh: '无法解析' }) }));
  }
}

/** The first thing that is wrong. `zh`: the same, found in that language. */
function wrong(error: z.ZodError, zh = error): Malformed {
  const [en, other] = [first(error), first(zh)];
  const part = en.path === '' ? say({ en: 'body', zh: '正文' }) : en.path;
  return new Malformed(say({ en: '{part}: {en}', zh: '{part}：{zh}' }, { part, en: en.message, zh: other.message }));
}

/** Of alternatives, with the one that comes nearest. */
function first(error: z.ZodError): { readonly path: string; readonly message: string } {
  let [issue] = error.issues;
  const path: PropertyKey[] = [];
  while (issue) {
    path.push(...issue.path);
    const inner: z.core.$ZodIssue | undefined =
      issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => (b[0]?.path.length ?? 0) - (a[0]?.path.length ?? 0))[0]?.[0] : undefined;
    if (!inner) return { path: path.map(String).join('.'), message: issue.message };
    issue = inner;
  }
  return { path: '', message: 'cannot be read' };
}
