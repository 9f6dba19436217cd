import { randomIn } from './redactentropy.ts';
import { namedSecret, nameKind, optionValue, URL_PASSWORD } from './redactnames.ts';
import { aroundWord, padded, shapesIn } from './redactshapes.ts';
import type { Span } from './redactsieve.ts';

/** What a character is to a word; 0 where none goes on. */
const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
const JOINT = 8;
const SIGN = 16;
const CLASS = new Uint8Array(128);
for (const [text, of] of [
  ['abcdefghijklmnopqrstuvwxyz', LOWER],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER],
  ['0123456789', DIGIT],
  ['+/_-.~%', JOINT],
  ['@!$', SIGN],
] as const)
  for (const c of text) CLASS[c.charCodeAt(0)] = of;

const COLON = 58;
const EQUALS = 61;
const DASH = 45;
const SLASH = 47;
const WIDE_COLON = 0xff1a;
/** Shortest word that can be a token by its looks. */
const TOKEN = 16;
/** Shortest that can be random. */
const RANDOM = 24;

/** Looks at every word that begins in `lo` to before `to`, and adds what is to be hidden; nothing goes beyond `limit`. */
export function scan(view: string, codes: Uint16Array, lo: number, to: number, limit: number, guess: boolean, spans: Span[]): void {
  let wordAt = -1;
  let wordEnd = -1;
  for (let i = lo; i < to; ) {
    const code = codes[i] ?? 0;
    let is = code < 128 ? (CLASS[code] ?? 0) : 0;
    if (is === 0) {
      if (code === COLON || code === EQUALS || code === WIDE_COLON) i = assigned(view, codes, i, code, wordAt, wordEnd, limit, spans);
      else i++;
      continue;
    }
    const start = i;
    let has = 0;
    do {
      has |= is;
      if (++i >= limit) break;
      const next = codes[i] ?? 0;
      is = next < 128 ? (CLASS[next] ?? 0) : 0;
    } while (is !== 0);
    wordAt = start;
    wordEnd = i;
    if (code === DASH && i - start < 40) {
      const value = optionValue(view, start, i, limit);
      if (value) {
        spans.push(value);
        i = Math.max(i, value.end);
        continue;
      }
    }
    if ((i - start >= TOKEN && has & (UPPER | DIGIT)) || (has & SIGN && i - start > 3)) i = word(view, codes, start, i, limit, has, guess, spans);
  }
}

/** What follows a name and a colon or equals sign; where to go on. */
function assigned(view: string, codes: Uint16Array, at: number, code: number, wordAt: number, wordEnd: number, limit: number, spans: Span[]): number {
  if (code === COLON && view.charCodeAt(at + 1) === SLASH && view.charCodeAt(at + 2) === SLASH) {
    URL_PASSWORD.lastIndex = at;
    const [whole, user = '', password] = URL_PASSWORD.exec(view) ?? [];
    if (whole === undefined || password === undefined || at + whole.length > limit) return at + 3;
    const start = at + 3 + user.length + 1;
    spans.push({ start, end: start + password.length, kind: 'password' });
    return start + password.length;
  }
  const kind = nameKind(view, codes, wordAt, wordEnd, at);
  const value = kind && namedSecret(view, at, kind, limit);
  if (!value) return at + 1;
  spans.push(value);
  return value.end;
}

/** A long word: a token by its shape, by what stands before it, or by its being so random. Where to go on. */
function word(view: string, codes: Uint16Array, start: number, end: number, limit: number, has: number, guess: boolean, spans: Span[]): number {
  const found = shapesIn(view, codes, start, end, limit);
  const context = aroundWord(view, codes, start, end, limit);
  if (context) found.push(context);
  if (guess && end - start >= RANDOM && found.length === 0 && has & (LOWER | UPPER) && has & DIGIT) {
    for (const { at, length } of randomIn(view, codes, start, end)) {
      const stop = at + length;
      found.push({ start: at, end: stop === end ? padded(codes, stop, limit) : stop, kind: 'entropy' });
    }
  }
  spans.push(...found);
  return Math.max(end, ...found.map((one) => one.end));
}
