import type { CardMessage } from '../core/chat.ts';
import { flatten } from '../core/flatten.ts';

/** A card as a letter: a title of one line, and the rest as plain text with every address in full. `url`: of the console. */
export function written(
  { card, lang }: Pick<CardMessage, 'card' | 'lang'>,
  url?: string,
): { readonly mark: string; readonly title: string; readonly text: string } {
  const flat = flatten(card, lang);
  const links = flat.blocks.flatMap((block) => (block.kind === 'link' ? [block.url] : []));
  const title = flat.title.replace(/\s+/g, ' ').trim();
  const body = flat.text.slice(flat.title.length).trim();
  return { mark: MARKS[flat.mood], title, text: [body, ...links, ...(url === undefined ? [] : [url])].filter((part) => part !== '').join('\n\n') };
}

/** Mail and notices have no colours. */
const MARKS = { bad: '🔴', waiting: '🟡', busy: '🔵', good: '🟢' } as const;
