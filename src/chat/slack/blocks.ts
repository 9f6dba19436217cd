import type { types } from '@slack/bolt';
import { type Drawn, draw, type Piece } from '../../core/draw.ts';
import type { Card } from '../../core/types.ts';
import { type Lang, type Said, spans } from '../../core/words.ts';
import { buttonBlocks } from './button.ts';
import { capped, escaped, fixed, rich, section, stretch } from './rich.ts';
import { trimmed } from './trim.ts';

/** A message as Slack takes it: blocks to be seen, text for notifications and screen readers. */
export interface Drawing {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** Characters of a card's body, longest drawing first: all blocks of a message may have some 12,000 together, by a count that Slack keeps to itself (slackapi/bolt-js#2867). */
const LENGTHS = [10_000, 7000, 3000, 600];
const TITLE_MOST = 600;
/** Most blocks for the body; a message may have 50. */
const BODY_MOST = 20;

/** A card, and shorter drawings of it should Slack refuse it as too long; the last has no structure at all. `notice` stands above it. */
export function cardDrawings(card: Card, lang: Lang, notice?: Said): Drawing[] {
  const drawn = draw(card, lang);
  const above = notice ? block([section(rich(spans(notice, lang)))]) : [];
  const text = escaped(drawn.plain);
  const bare: types.SectionBlock = { type: 'section', text: { type: 'plain_text', text: capped(drawn.plain, 2900) || '·', emoji: false } };
  const buttons = buttonBlocks(drawn.buttons, lang);
  return [
    ...LENGTHS.map((most) => ({
      text,
      blocks: [...above, ...title(drawn, card.title, lang), ...body(trimmed(drawn.pieces, most)), ...buttons, ...context(drawn)],
    })),
    { text, blocks: [...above, bare, ...buttons] },
  ];
}

/** A card in few lines, for lists of cards. */
export function briefBlocks(card: Card, lang: Lang): types.KnownBlock[] {
  const drawn = draw(card, lang);
  return [
    ...title(drawn, card.title, lang),
    ...body(trimmed(drawn.pieces.slice(0, 2), 300)),
    ...buttonBlocks(drawn.buttons, lang),
    ...context(drawn),
    { type: 'divider' },
  ];
}

/** Paragraphs as one block; none when there is nothing in them. */
export function block(elements: readonly (types.RichTextBlockElement | undefined)[]): types.RichTextBlock[] {
  const all = elements.filter((element) => element !== undefined);
  return all.length === 0 ? [] : [{ type: 'rich_text', elements: all }];
}

/** Like a heading: bold, and as literal as everything else. */
function title({ mark }: Drawn, words: Said, lang: Lang): types.RichTextBlock[] {
  const [part] = trimmed([{ kind: 'text', spans: spans(words, lang) }], TITLE_MOST);
  const parts = part?.kind === 'text' ? part.spans : [];
  const line = parts.flatMap(({ text, code }) => stretch(text.replace(/\s*\n\s*/g, ' '), { bold: true, ...(code ? { code } : {}) }));
  return block([section([...stretch(`${mark} `, { bold: true }), ...line])]);
}

function body(pieces: readonly Piece[]): types.RichTextBlock[] {
  const together = Math.ceil(pieces.length / BODY_MOST) || 1;
  const groups = Array.from({ length: Math.ceil(pieces.length / together) }, (_, i) => pieces.slice(i * together, (i + 1) * together));
  return groups.flatMap((group) => block(group.map(element)));
}

function element(piece: Piece): types.RichTextBlockElement | undefined {
  switch (piece.kind) {
    case 'text':
      return section(rich(piece.spans));
    case 'fixed':
      return fixed(piece.text);
    case 'link':
      return section([{ type: 'link', url: piece.url, text: piece.url }]);
    case 'progress':
      return section([...stretch([piece.bar, piece.count, ''].filter((part) => part !== undefined).join(' ')), ...rich(piece.label)]);
    case 'facts':
      return section(
        piece.facts.flatMap(([label, value], i) => [
          ...stretch(`${i === 0 ? '' : '\n'}${label.map(({ text }) => text).join('')}`, { bold: true }),
          ...stretch('  '),
          ...rich(value),
        ]),
      );
  }
}

function context({ state, id }: Drawn): types.ContextBlock[] {
  const text = [state, id].filter((part) => part !== '').join(' · ');
  return text === '' ? [] : [{ type: 'context', elements: [{ type: 'plain_text', text: capped(text, 300), emoji: false }] }];
}
