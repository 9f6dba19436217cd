/** What phones, word processors and chat clients turn plain characters into, and back. */
const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/g, ''], // zero-width and bidi marks, soft hyphens
  [/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t\r\n\v\f]/g, ' '], // every kind of space
  [/[“”„‟«»＂]/g, '"'],
  [/[‘’‚‛＇]/g, "'"],
  [/(^|\s)[—–―](?=[A-Za-z])/g, '$1--'], // "--plan" after autocorrection
  [/[‐‑‒–—―−－]/g, '-'],
];

/** The text as it would have been typed on a plain keyboard; full-width ASCII becomes ASCII. */
export function normalise(text: string): string {
  const narrow = text.replace(/[！-～]/g, (c) => (/[＂＇－]/.test(c) ? c : String.fromCharCode(c.charCodeAt(0) - 0xfee0)));
  return PLAIN.reduce((line, [from, to]) => line.replace(from, to), narrow).trim();
}
