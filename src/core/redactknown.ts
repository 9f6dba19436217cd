import { codesOf } from './redactcodes.ts';
import { formsOf, SHORTEST } from './redactforms.ts';
import type { Span } from './redactsieve.ts';

/** Known secrets, made ready to be looked for. */
export interface Known {
  /** Those that begin in `lo` to before `to` and end by `limit`. */
  find(view: string, codes: Uint16Array, lo: number, to: number, limit: number): Span[];
  has(text: string): boolean;
  /** Where one begins at the end of a text that is not whole there; the text's length when none does. */
  opening(text: string): number;
}

/** Fingerprints of four characters in a row: bits, and how far each character moves it. */
const BITS = 18;
const MASK = (1 << BITS) - 1;
const SHIFT = 5;
const GRAM = 4;
/** Only every so many places are looked at: the shortest secret has as many fingerprints of its own. */
const STRIDE = SHORTEST - GRAM + 1;

/** A way in which a secret is written, and how far into it a fingerprint is. */
interface Form {
  readonly text: string;
  readonly at: number;
}

/** One table says of any four characters whether they may be in a secret; only then it is looked at closely. */
export function knownSecrets(values: readonly string[]): Known {
  const forms = [...new Set(values.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const buckets = new Map<number, Form[]>();
  const table = new Uint8Array(forms.length === 0 ? 0 : MASK + 1);
  for (const text of forms) {
    for (let at = 0; at < STRIDE; at++) {
      const print = fingerprint(codesOf(text), at);
      table[print] = 1;
      const bucket = buckets.get(print);
      if (bucket) bucket.push({ text, at });
      else buckets.set(print, [{ text, at }]);
    }
  }
  const longest = forms[0]?.length ?? 0;

  const find = (view: string, codes: Uint16Array, lo: number, to: number, limit: number): Span[] => {
    const spans: Span[] = [];
    if (forms.length === 0) return spans;
    const end = Math.min(limit - GRAM + 1, to + STRIDE - 1);
    for (let i = lo; i < end; i += STRIDE) {
      const print = fingerprint(codes, i);
      if (table[print] === 0) continue;
      for (const { text, at } of buckets.get(print) ?? []) {
        const start = i - at;
        if (start < lo || start >= to || start + text.length > limit || !view.startsWith(text, start)) continue;
        spans.push({ start, end: start + text.length, kind: 'secret' }); // others may lie over it
      }
    }
    return spans;
  };
  return {
    find,
    has: (text) => forms.length > 0 && find(text, codesOf(text), 0, text.length, text.length).length > 0,
    opening(text) {
      for (let start = Math.max(0, text.length - longest + 1); start <= text.length - GRAM; start++) {
        const rest = text.slice(start);
        const near = buckets.get(fingerprint(codesOf(rest), 0));
        if (near?.some((one) => one.at === 0 && one.text.length > rest.length && one.text.startsWith(rest))) return start;
      }
      return text.length;
    },
  };
}

function fingerprint(codes: Uint16Array, at: number): number {
  return (((codes[at] ?? 0) << (3 * SHIFT)) ^ ((codes[at + 1] ?? 0) << (2 * SHIFT)) ^ ((codes[at + 2] ?? 0) << SHIFT) ^ (codes[at + 3] ?? 0)) & MASK;
}
