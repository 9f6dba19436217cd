import type { Json } from './types.ts';

/** How a pattern is held against a value: a grant takes what fits in every part and to the letter; a deny rule what fits in any part, in any case of letters. */
export type Strictness = 'every' | 'some';

/** Whether patterns that are meant for arguments can be used; else why not. */
export function patternFault(pattern: string): string | undefined {
  try {
    // By itself, too: what closes the brackets around it would escape its anchors.
    for (const text of [pattern, whole(pattern)]) new RegExp(text, 'u').test('');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a value matches the pattern as a whole; what is not there does not. A pattern that cannot be used grants nothing and denies everything. */
export function fits(value: Json | undefined, pattern: string, how: Strictness): boolean {
  const texts = textsOf(value);
  if (texts.length === 0) return false;
  const regex = compiled(pattern, how);
  return regex === undefined ? how === 'some' : texts[how]((text) => regex.test(text));
}

/** Every text in a value: of a list its items, of a table its values. */
function textsOf(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(textsOf);
}

const whole = (pattern: string) => `^(?:${pattern})$`;
/** Most patterns that are kept compiled. */
const MOST = 10_000;
const known: Readonly<Record<Strictness, Map<string, RegExp | undefined>>> = { every: new Map(), some: new Map() };

function compiled(pattern: string, how: Strictness): RegExp | undefined {
  const patterns = known[how];
  const before = patterns.get(pattern);
  if (before || patterns.has(pattern)) return before;
  if (patterns.size >= MOST) patterns.clear();
  // A line feed must not lead past a deny rule: the dot means that, too.
  const regex = patternFault(pattern) === undefined ? new RegExp(whole(pattern), how === 'some' ? 'isu' : 'su') : undefined;
  patterns.set(pattern, regex);
  return regex;
}
