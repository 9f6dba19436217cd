import { Refusal } from './errors.ts';
import { say } from './words.ts';

/** A word of a command line; `quoted` words are never options or paths. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Splits a line into words. Single and double quotes group; a backslash escapes inside double quotes and outside. */
export function split(line: string): Word[] {
  const words: Word[] = [];
  let text = '';
  let open: '"' | "'" | '' = '';
  let quoted = false;
  let begun = false;
  const end = () => {
    if (begun) words.push({ text, quoted });
    text = '';
    quoted = false;
    begun = false;
  };
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (open) {
      if (c === open) open = '';
      else if (c === '\\' && open === '"' && i + 1 < line.length) text += line.charAt(++i);
      else text += c;
    } else if (c === '"' || c === "'") {
      open = c;
      quoted ||= !begun;
      begun = true;
    } else if (c === ' ') end();
    else if (c === '\\' && i + 1 < line.length) {
      text += line.charAt(++i);
      begun = true;
    } else {
      text += c;
      begun = true;
    }
  }
  if (open) {
    throw new Refusal(
      say({ en: 'the quote {quote} before “{rest}” is never closed', zh: '“{rest}”前的引号 {quote} 没有闭合' }, { quote: open, rest: text.slice(0, 40) }),
      say({ en: 'close it, or write \\{quote} for the character itself', zh: '请闭合引号，或用 \\{quote} 表示字符本身' }, { quote: open }),
    );
  }
  end();
  return words;
}

/** A word as it can be typed: split again, it is the same word, quoted or not. */
export function written({ text, quoted }: Word): string {
  if (!quoted && /^[^\s"'\\]+$/.test(text)) return text;
  if (!quoted) return text.replace(/[\s"'\\]/g, '\\$&');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
