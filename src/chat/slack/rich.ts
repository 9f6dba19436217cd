import type { types } from '@slack/bolt';
import type { Span } from '../../core/words.ts';

/** Longest text element we send, in characters. */
const ELEMENT_MOST = 2900;

/** At most so many characters, the last an ellipsis where something is missing. */
export function capped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1)).replace(/\p{Cs}$/u, '')}…`;
}

/** A stretch of rich text: shown literally, whatever is in it. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function stretch(text: string, style?: { readonly bold?: true; readonly code?: true }): types.RichTextText[] {
  const pieces = text.match(new RegExp(`[^]{1,${ELEMENT_MOST}}`, 'gu')) ?? [];
  return pieces.map((piece) => ({ type: 'text', text: piece, ...(style ? { style } : {}) }));
}

/** A message as rich text: what our words put between backticks is code. */
export function rich(all: readonly Span[]): types.RichTextText[] {
  return all.flatMap(({ text, code }) => stretch(text, code ? { code } : undefined));
}

/** A paragraph; undefined for an empty one. */
export function section(elements: readonly types.RichTextElement[]): types.RichTextSection | undefined {
  return elements.length === 0 ? undefined : { type: 'rich_text_section', elements: [...elements] };
}

/** Monospaced lines. */
export function fixed(text: string): types.RichTextPreformatted {
  return { type: 'rich_text_preformatted', elements: stretch(text === '' ? ' ' : text) };
}

/** Text for `text` arguments, where `&`, `<` and `>` begin markup: nothing in it can mention or link. At most `most` characters. */
export function escaped(text: string, most = 3900): string {
  const codes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  let whole = '';
  for (const c of text) {
    const next = codes[c] ?? c;
    if (whole.length + next.length >= most) return `${whole}…`;
    whole += next;
  }
  return whole;
}
