import { ALERT_STATES, type AlertState } from './alerts/state.ts';
import { fileWords } from './files.ts';
import type { Block, Card, Cell, Choice, PressAction } from './types.ts';
import { clean, type Lang, speak } from './words.ts';

type FlatCell = string | number;
export type FlatBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [string, FlatCell])[] }
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly (readonly FlatCell[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'progress'; readonly done: number; readonly of?: number; readonly label: string }
  | { readonly kind: 'file'; readonly name: string; readonly ref: string; readonly size: number; readonly lines: number; readonly text: string }
  | { readonly kind: 'link'; readonly url: string };

/** A card in one language, all outside text made harmless: what the terminal's `--json` prints and the web console draws. */
export interface FlatCard {
  readonly id: string;
  readonly rev: number;
  readonly mood: Card['mood'];
  readonly title: string;
  /** The whole card as plain text. */
  readonly text: string;
  readonly blocks: readonly FlatBlock[];
  readonly buttons: readonly {
    readonly id: string;
    readonly label: string;
    readonly press: { readonly action: PressAction; readonly ticket: string; readonly code: string };
    /** Fields to be filled in before it is sent. */
    readonly asks?: readonly {
      readonly name: string;
      readonly label: string;
      readonly choices?: readonly Choice[];
      readonly many?: true;
      readonly long?: true;
      readonly how?: string;
    }[];
  }[];
  readonly ticket: null | {
    readonly id: string;
    readonly state: string;
    readonly digest: string;
    readonly code: string;
    /** Who asked, by id. */
    readonly by: string;
    readonly plan: { readonly steps: readonly string[]; readonly facts: readonly string[]; readonly undo: string | null };
  };
  /** Of an alert; `says`: its state in words. */
  readonly alert?: { readonly id: string; readonly state: AlertState; readonly says: string };
}

/** A card in one language. */
export function flatten(card: Card, lang: Lang): FlatCard {
  const blocks = card.blocks.map((block) => flatBlock(block, lang));
  const title = speak(card.title, lang);
  const { ticket } = card;
  return {
    id: card.id,
    rev: card.rev,
    mood: card.mood,
    title,
    text: [title, ...blocks.map(plain)].join('\n'),
    blocks,
    buttons: card.buttons.map(({ id, label, press, asks }) => ({
      id,
      label: speak(label, lang),
      press,
      ...(asks
        ? { asks: asks.map(({ more: _, label, how, ...field }) => ({ ...field, label: speak(label, lang), ...(how ? { how: speak(how, lang) } : {}) })) }
        : {}),
    })),
    ticket: ticket && {
      id: ticket.id,
      state: ticket.state,
      digest: ticket.digest,
      code: ticket.code,
      by: ticket.by,
      plan: {
        steps: ticket.plan.steps.map((said) => speak(said, lang)),
        facts: ticket.plan.facts.map((said) => speak(said, lang)),
        undo: ticket.plan.undo && speak(ticket.plan.undo, lang),
      },
    },
    ...(card.alert ? { alert: { ...card.alert, says: speak(ALERT_STATES[card.alert.state], lang) } } : {}),
  };
}

function flatBlock(block: Block, lang: Lang): FlatBlock {
  const cell = (value: Cell): FlatCell => (typeof value === 'number' ? value : speak(value, lang));
  switch (block.kind) {
    case 'text':
      return { kind: 'text', text: speak(block.text, lang) };
    case 'facts':
      return { kind: 'facts', facts: block.facts.map(([label, value]) => [speak(label, lang), cell(value)] as const) };
    case 'table':
      if (block.rows.length === 0) return { kind: 'text', text: { en: 'none', zh: '无' }[lang] };
      return { kind: 'table', columns: block.columns.map((column) => speak(column, lang)), rows: block.rows.map((row) => row.map(cell)) };
    case 'code':
      return { kind: 'code', text: clean(block.text, 20_000) };
    case 'progress':
      return { ...block, label: speak(block.label, lang) };
    case 'file':
      return { ...block, text: speak(fileWords(block), lang) };
    case 'link':
      return block;
  }
}

/** A block as plain text, tables aligned. */
export function plain(block: FlatBlock): string {
  switch (block.kind) {
    case 'text':
    case 'code':
    case 'file':
      return block.text;
    case 'facts':
      return align(block.facts.map(([label, value]) => [label, String(value)]));
    case 'table':
      return align([block.columns, ...block.rows]);
    case 'progress':
      return `${block.label} ${block.done}${block.of === undefined ? '' : `/${block.of}`}`;
    case 'link':
      return `${/^https?:\/\/[^/]+/.exec(block.url)?.[0] ?? ''}/…`;
  }
}

/** Rows as aligned columns, numbers to the right; wide (CJK) characters count two. */
export function align(rows: readonly (readonly FlatCell[])[]): string {
  const line = (cell: FlatCell) => String(cell).replace(/\s*\n\s*/g, ' ');
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, width(line(cell)));
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => {
          const gap = ' '.repeat((widths[i] ?? 0) - width(line(cell)));
          return typeof cell === 'number' ? gap + line(cell) : line(cell) + gap;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const PLAIN = /^[ -~]*$/;

/** Columns a text takes in a terminal. Wide ranges of Unicode Standard Annex 11, as far as Chinese, Japanese, Korean and emoji need. */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const c of text) {
    const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u.test(
      c,
    );
    columns += /\p{Mn}/u.test(c) ? 0 : wide ? 2 : 1;
  }
  return columns;
}
