import type { Block } from './schema/blocks.ts';
import type { Message } from './things.ts';

const TLD = 'org|com|net|io|dev|app|co|uk|de|cn|info|edu|gov|me|sh|ai|cloud|local';
const LINKED = new RegExp(`<[@#!][^>]*>|https?://[^\\s<>]+|[\\w.+-]+@(?:[a-z0-9-]+\\.)+(?:${TLD})\\b|\\b(?:[a-z0-9-]+\\.)+(?:${TLD})\\b(?![\\w-])`, 'gi');

/** Text as Slack keeps it: the three characters escaped. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The way back. */
export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

interface Piece {
  readonly kind: 'text' | 'mention' | 'url' | 'mail' | 'host';
  readonly text: string;
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(LINKED)) {
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    const [word] = match;
    found.push({ kind: word.startsWith('<') ? 'mention' : word.startsWith('http') ? 'url' : word.includes('@') ? 'mail' : 'host', text: word });
    at = match.index + word.length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

/** What a person typed, as it arrives in `text`: mentions kept, the rest escaped, hosts and links in angle brackets. */
export function arriving(typed: string): string {
  return pieces(typed)
    .map(({ kind, text }) => {
      if (kind === 'mention') return text;
      if (kind === 'url') return `<${escaped(text)}>`;
      if (kind === 'mail') return `<mailto:${text}|${text}>`;
      return kind === 'host' ? `<http://${text}|${text}>` : escaped(text);
    })
    .join('');
}

/** The same as a rich_text block, as it arrives in `blocks`. */
export function arrivingBlocks(typed: string): Block[] {
  const elements = pieces(typed).map(({ kind, text }) => {
    const id = /^<([@#])([A-Z0-9]+)/.exec(text);
    const mentioned = id?.[2] ?? '';
    if (kind === 'mention' && id?.[1] === '@') return { type: 'user' as const, user_id: mentioned };
    if (kind === 'mention' && id?.[1] === '#') return { type: 'channel' as const, channel_id: mentioned };
    if (kind === 'url') return { type: 'link' as const, url: text };
    if (kind === 'mail') return { type: 'link' as const, url: `mailto:${text}`, text };
    return kind === 'host' ? { type: 'link' as const, url: `http://${text}`, text } : { type: 'text' as const, text };
  });
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] }];
}

/** Every text a person sees in these blocks, in order, as written. */
export function textsIn(value: unknown, plain = true): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, plain));
  if (typeof value !== 'object' || value === null) return [];
  // Plain text and the text of rich_text are shown as they stand: nothing in them is a mention.
  if (!plain && 'type' in value && (value.type === 'plain_text' || value.type === 'text')) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (typeof inner !== 'string') return key === 'confirm' ? [] : textsIn(inner, plain);
    if (key === 'user_id') return [`<@${inner}>`];
    if (key === 'channel_id') return [`<#${inner}>`];
    if (key === 'range') return [`<!${inner}>`];
    return key === 'text' || (key === 'alt_text' && plain) ? [inner] : [];
  });
}

/** All visible text of a message: its text and its blocks, unescaped. */
export function textOf(message: Pick<Message, 'text' | 'blocks'>): string {
  return unescaped([message.text, ...textsIn(message.blocks)].filter((one) => one !== '').join('\n'));
}

/** Whether these words ping a person. */
export function mentions(message: Pick<Message, 'text' | 'blocks'>, user: string): boolean {
  const words = [message.text, ...textsIn(message.blocks, false)].join('\n');
  return new RegExp(`<@${user}(\\|[^>]*)?>|<!(channel|here|everyone)(\\|[^>]*)?>`).test(words);
}
