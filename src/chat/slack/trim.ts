import { type Piece, shorten } from '../../core/draw.ts';
import type { Span } from '../../core/words.ts';

/** The pieces of a card within so many characters; what is beyond is cut, and `…` says so. */
export function trimmed(pieces: readonly Piece[], most: number): Piece[] {
  const kept: Piece[] = [];
  let left = most;
  for (const piece of pieces) {
    const size = sizeOf(piece);
    if (size <= left) {
      kept.push(piece);
      left -= size;
      continue;
    }
    const part = cut(piece, left);
    return [...kept, ...(part ? [part] : []), { kind: 'text', spans: [{ text: '…', code: false }] }];
  }
  return kept;
}

function cut(piece: Piece, most: number): Piece | undefined {
  if (most < 40) return undefined;
  switch (piece.kind) {
    case 'text':
      return { kind: 'text', spans: cutSpans(piece.spans, most) };
    case 'fixed':
      return { ...piece, text: shorten(piece.text, most) };
    case 'progress':
    case 'link':
      return undefined;
    case 'facts': {
      let left = most;
      const facts = piece.facts.filter(([label, value]) => {
        left -= lengthOf(label) + lengthOf(value);
        return left >= 0;
      });
      return facts.length === 0 ? undefined : { kind: 'facts', facts };
    }
  }
}

function cutSpans(all: readonly Span[], most: number): Span[] {
  let left = most;
  return all.flatMap((span) => {
    const text = span.text.slice(0, Math.max(0, left)).replace(/\p{Cs}$/u, '');
    left -= span.text.length;
    return text === '' ? [] : [{ ...span, text }];
  });
}

function sizeOf(piece: Piece): number {
  if (piece.kind === 'fixed') return piece.text.length;
  if (piece.kind === 'link') return piece.url.length;
  if (piece.kind === 'facts') return piece.facts.reduce((sum, [label, value]) => sum + lengthOf(label) + lengthOf(value), 0);
  return lengthOf(piece.kind === 'text' ? piece.spans : piece.label);
}

function lengthOf(all: readonly Span[]): number {
  return all.reduce((sum, { text }) => sum + text.length, 0);
}
