import { ALERT_STATES } from './alerts/state.ts';
import { fileWords } from './files.ts';
import { type FlatBlock, flatten, plain } from './flatten.ts';
import { STATE_WORDS } from './states.ts';
import type { Block, Button, Card } from './types.ts';
import { type Lang, type Span, say, spans, speak } from './words.ts';

/** Longest monospaced block of a drawn card, in characters, and longest card. What is beyond goes into the thread whole. */
const BLOCK_MOST = 2500;
const CARD_MOST = 9000;
/** Longest value of a fact. */
const FACT_MOST = 600;

/** A piece of a card as any chat can show it: nothing in it is markup, and all of it is to be shown literally. */
export type Piece =
  | { readonly kind: 'text'; readonly spans: readonly Span[] }
  /** Lines in a monospaced font, columns aligned. `head`: its first line names the columns. */
  | { readonly kind: 'fixed'; readonly text: string; readonly head: boolean }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [readonly Span[], readonly Span[]])[] }
  /** `bar`: how far it is, as ten characters; undefined when nobody knows how far there is to go. */
  | { readonly kind: 'progress'; readonly bar: string | undefined; readonly count: string; readonly label: readonly Span[] }
  | { readonly kind: 'link'; readonly url: string };

/** A card in one language, within the limits of every chat. */
export interface Drawn {
  /** `✓`, `✗`, `◔` or `◌`. */
  readonly mark: string;
  readonly title: string;
  /** The state of its ticket or alert in words, and its id; empty for other cards. */
  readonly state: string;
  readonly id: string;
  readonly pieces: readonly Piece[];
  readonly buttons: readonly Button[];
  /** Something did not fit: the whole of it belongs into the thread. */
  readonly cut: boolean;
  /** The whole card as plain text, for notifications and for clients that show no formatting; at most 3,000 characters. */
  readonly plain: string;
}

const MARKS = { waiting: '◔', busy: '◌', good: '✓', bad: '✗' } as const;
const SQUARES = 10;
const IN_THREAD = { en: '{file}: in the thread', zh: '{file}：见消息列' } as const;

/** Draws a card. Pure. */
export function draw(card: Card, lang: Lang): Drawn {
  const flat = flatten(card, lang);
  const state = card.alert ? ALERT_STATES[card.alert.state] : Object.entries(STATE_WORDS).find(([name]) => name === card.ticket?.state)?.[1];
  const pieces: Piece[] = [];
  let left = CARD_MOST;
  let cut = false;
  for (const [i, block] of card.blocks.entries()) {
    const whole = flat.blocks[i];
    if (!whole) continue;
    const most = Math.min(BLOCK_MOST, left);
    const piece = pieceOf(block, whole, lang, most);
    const size = sizeOf(piece.piece);
    if (left <= 0) {
      cut = true;
      break;
    }
    cut ||= piece.cut;
    left -= size;
    pieces.push(piece.piece);
  }
  if (cut) pieces.push({ kind: 'text', spans: spans(say({ en: '… the whole of it is in the thread', zh: '……完整内容见消息列' }), lang) });
  const mark = MARKS[card.mood];
  return {
    mark,
    title: flat.title.replace(/\s*\n\s*/g, ' '),
    state: state ? speak(state, lang) : '',
    id: card.ticket?.id ?? card.alert?.id ?? '',
    pieces,
    buttons: card.buttons,
    cut,
    plain: shorten(`${mark} ${flat.text}`, 3000),
  };
}

function pieceOf(block: Block, flat: FlatBlock, lang: Lang, most: number): { piece: Piece; cut: boolean } {
  switch (block.kind) {
    case 'text': {
      const { kept, cut } = capped(spans(block.text, lang), most);
      return { piece: { kind: 'text', spans: kept }, cut };
    }
    case 'facts': {
      let left = most;
      let cut = false;
      const facts: (readonly [readonly Span[], readonly Span[]])[] = [];
      for (const [label, value] of block.facts) {
        const [name, said] = [capped(spans(label, lang), FACT_MOST), capped(spans(value, lang), Math.min(FACT_MOST, left))];
        cut ||= said.cut || left <= 0;
        if (left <= 0) break;
        facts.push([name.kept, said.kept]);
        left -= sizeOf({ kind: 'facts', facts: facts.slice(-1) });
      }
      return { piece: { kind: 'facts', facts }, cut };
    }
    case 'progress': {
      const { done, of, label } = block;
      const full = of ? Math.round((Math.min(done, of) / of) * SQUARES) : 0;
      const bar = of ? '▰'.repeat(full) + '▱'.repeat(SQUARES - full) : undefined;
      return { piece: { kind: 'progress', bar, count: of === undefined ? '' : `${done}/${of}`, label: spans(label, lang) }, cut: false };
    }
    case 'code':
    case 'table': {
      if (flat.kind === 'text') return { piece: { kind: 'text', spans: [{ text: flat.text, code: false }] }, cut: false };
      const text = shorten(plain(flat), most);
      return { piece: { kind: 'fixed', text, head: flat.kind === 'table' }, cut: text !== plain(flat) };
    }
    case 'file':
      return { piece: { kind: 'text', spans: spans(block.ref === '' ? fileWords(block) : say(IN_THREAD, { file: fileWords(block) }), lang) }, cut: false };
    case 'link':
      return { piece: block, cut: false };
  }
}

/** Stretches of at most so many characters together. */
function capped(all: readonly Span[], most: number): { readonly kept: Span[]; readonly cut: boolean } {
  const kept: Span[] = [];
  let left = most;
  for (const { text, code } of all) {
    if (text.length > left) {
      kept.push({ text: `${text.slice(0, Math.max(0, left - 1)).replace(/\p{Cs}$/u, '')}…`, code });
      return { kept, cut: true };
    }
    kept.push({ text, code });
    left -= text.length;
  }
  return { kept, cut: false };
}

function sizeOf(piece: Piece): number {
  const of = (all: readonly Span[]) => all.reduce((sum, { text }) => sum + text.length, 0);
  if (piece.kind === 'fixed') return piece.text.length;
  if (piece.kind === 'link') return piece.url.length;
  if (piece.kind === 'facts') return piece.facts.reduce((sum, [label, value]) => sum + of(label) + of(value), 0);
  return of(piece.kind === 'text' ? piece.spans : piece.label);
}

/** At most so many characters, cut between lines where that is possible. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = text.slice(0, Math.max(0, most - 2));
  const end = room.lastIndexOf('\n');
  return `${(end > 0 ? room.slice(0, end) : room).replace(/\p{Cs}$/u, '')}\n…`;
}
