import { createHash } from 'node:crypto';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<string, string>> = {
  hex: `${DIGITS}abcdef`,
  HEX: `${DIGITS}ABCDEF`,
  n: DIGITS,
  a: LOWER + UPPER + DIGITS,
  b: `${LOWER}${UPPER}${DIGITS}+/`,
  u: `${LOWER}${UPPER}${DIGITS}-_`,
  l: LOWER + DIGITS,
  U: UPPER + DIGITS,
};

/** Fills `{hex:40}`, `{uuid}`, `{b:43}` and the like with invented characters, the same for the same text and number. */
export function filled(template: string, variant: number): string {
  let count = 0;
  const draw = (alphabet: string, length: number): string => {
    let text = '';
    for (let i = 0; text.length < length; i++) {
      const bytes = createHash('sha256').update(`${template} ${variant} ${count} ${i}`).digest();
      for (const byte of bytes) text += alphabet[byte % alphabet.length];
    }
    count++;
    return text.slice(0, length);
  };
  return template.replace(/\{(\w+)(?::(\d+))?\}/g, (hole, name: string, length: string | undefined) => {
    const hex = ALPHABETS.hex ?? '';
    if (name === 'uuid') return [8, 4, 4, 4, 12].map((n) => draw(hex, n)).join('-');
    if (name === 'mac') return Array.from({ length: 6 }, () => draw(hex, 2)).join(':');
    if (name === 'print') return Array.from({ length: 32 }, () => draw(ALPHABETS.HEX ?? '', 2)).join(':');
    const alphabet = ALPHABETS[name];
    return alphabet === undefined || length === undefined ? hole : draw(alphabet, Number(length));
  });
}
