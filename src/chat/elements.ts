import { PRESSES, type PressAction } from '../core/types.ts';

/** How a button looks and is pressed in each chat: one description, so that no chat can lack one. */
export interface Element {
  /** Slack's button style. */
  readonly style: 'primary' | 'danger' | undefined;
  /** The reaction that stands for it. */
  readonly emoji: string;
  /** The word of its reply code: `!ok 7F3KQ`. */
  readonly word: string;
  /** It speaks of one plan, and so carries that plan's code. */
  readonly coded: boolean;
}

/** A form for every press there is; a missing one is a type error. */
export const ELEMENTS: Readonly<Record<PressAction, Element>> = {
  approve: { style: 'primary', emoji: '✅', word: 'ok', coded: true },
  reject: { style: 'danger', emoji: '❌', word: 'no', coded: true },
  cancel: { style: undefined, emoji: '🛑', word: 'cancel', coded: false },
  recheck: { style: undefined, emoji: '🔄', word: 'recheck', coded: false },
  'mark-done': { style: undefined, emoji: '🟢', word: 'mark-done', coded: false },
  'mark-failed': { style: undefined, emoji: '🔴', word: 'mark-failed', coded: false },
  undo: { style: undefined, emoji: '↩️', word: 'undo', coded: false },
  fill: { style: 'primary', emoji: '📝', word: 'fill', coded: false },
  again: { style: 'primary', emoji: '▶️', word: 'again', coded: false },
};

/** A press as it is typed in any chat: `ok 7F3KQ`, `no T…`, `mark-done T… I looked myself`. Undefined for anything else. */
export function typedPress(
  line: string,
): { readonly action: PressAction; readonly ticket: string; readonly code: string; readonly reason: string } | undefined {
  const [, word = '', name = '', reason = ''] = /^([a-z-]+)\s+([0-9A-Za-z]{5}|[Tt][0-9A-Za-z]{11})(?:\s+(.*))?$/s.exec(line.trim()) ?? [];
  const action = PRESSES.find((one) => ELEMENTS[one].word === word.toLowerCase());
  if (!action || action === 'undo') return undefined; // a command of its own
  return { action, ...(name.length === 5 ? { ticket: '', code: name.toUpperCase() } : { ticket: name.toUpperCase(), code: '' }), reason: reason.trim() };
}
