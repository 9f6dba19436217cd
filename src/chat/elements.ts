import { PERSON, UNTIL } from '../core/alerts/lines.ts';
import { PRESSES, type Press, type PressAction } from '../core/types.ts';

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
  withdraw: { style: undefined, emoji: '↪️', word: 'withdraw', coded: true },
  reject: { style: 'danger', emoji: '❌', word: 'no', coded: true },
  cancel: { style: undefined, emoji: '🛑', word: 'cancel', coded: false },
  reason: { style: 'primary', emoji: '💬', word: 'why', coded: true },
  recheck: { style: undefined, emoji: '🔄', word: 'recheck', coded: false },
  'mark-done': { style: undefined, emoji: '🟢', word: 'mark-done', coded: false },
  'mark-failed': { style: undefined, emoji: '🔴', word: 'mark-failed', coded: false },
  keep: { style: 'primary', emoji: '📌', word: 'keep', coded: false },
  undo: { style: undefined, emoji: '↩️', word: 'undo', coded: false },
  offer: { style: undefined, emoji: '🔢', word: 'offer', coded: false },
  fill: { style: 'primary', emoji: '📝', word: 'fill', coded: false },
  again: { style: 'primary', emoji: '▶️', word: 'again', coded: false },
  ack: { style: 'primary', emoji: '👀', word: 'ack', coded: false },
  'silence-1h': { style: undefined, emoji: '🔕', word: 'silence-1h', coded: false },
  'silence-4h': { style: undefined, emoji: '💤', word: 'silence-4h', coded: false },
  silence: { style: undefined, emoji: '📅', word: 'silence-until', coded: false },
  assign: { style: undefined, emoji: '👤', word: 'assign', coded: false },
  escalate: { style: undefined, emoji: '📣', word: 'escalate', coded: false },
  explain: { style: undefined, emoji: '❓', word: 'explain', coded: false },
};

/** Offers that have an emoji of their own: 1️⃣ to 9️⃣. */
const NUMBERED = Array.from({ length: 9 }, (_, i) => `${i + 1}\uFE0F\u20E3`);

/** The emoji of a button; each offer of a card has its own number. */
export function emojiOf({ action, code }: Pick<Press, 'action' | 'code'>): string {
  return (action === 'offer' && /^[0-8]$/.test(code) ? NUMBERED[Number(code)] : undefined) ?? ELEMENTS[action].emoji;
}

/** What an emoji presses, without variation selectors, which clients add and leave out. */
export function pressedBy(emoji: string): { readonly action: PressAction; readonly code: string } | undefined {
  const bare = (text: string) => text.replace(/\uFE0F/g, '');
  const offer = NUMBERED.findIndex((one) => bare(one) === bare(emoji));
  if (offer >= 0) return { action: 'offer', code: String(offer) };
  const action = PRESSES.find((one) => bare(ELEMENTS[one].emoji) === bare(emoji));
  return action && { action, code: '' };
}

/** How a press is typed: `ok 7F3KQ`; the second offer of a card: `offer T0123456789A 2`. */
export function typedAs({ action, ticket, code }: Press): string {
  const { word, coded } = ELEMENTS[action];
  if (action === 'offer' && /^\d{1,2}$/.test(code)) return `${word} ${ticket} ${Number(code) + 1}`;
  return `${word} ${coded && code !== '' ? code : ticket}`;
}

/** Whether others must not read what is filled into a field. */
export function isSecret(field: { readonly name: string }): boolean {
  return field.name === 'code';
}

/** What was typed behind a press, as fields. A one-time code counts only where nobody else reads it. */
export function fieldsTyped({ action, reason }: { readonly action: PressAction; readonly reason: string }, unseen: boolean): Record<string, readonly string[]> {
  if (reason === '') return {};
  if (action === 'approve' && /^\d{3} ?\d{3}$/.test(reason)) return unseen ? { code: [reason.replace(' ', '')] } : { seen: ['typed'] };
  if (action === 'approve' && reason.startsWith('-----BEGIN SSH SIGNATURE-----')) return { signature: [reason] };
  const asked = action === 'silence' ? UNTIL : action === 'assign' ? PERSON : 'reason';
  return { [asked]: [reason] };
}

/** What a press names: five characters of a plan's code, a request, an alert. */
export const PRESSED = '[0-9A-Za-z]{5}|[TtAa][0-9A-Za-z]{11}';
const TYPED = new RegExp(`^([a-z0-9-]+)\\s+(${PRESSED})(?:\\s+(.*))?$`, 's');

/** A press as it is typed in any chat: `ok 7F3KQ`, `no T…`, `mark-done T… I looked myself`. Undefined for anything else. */
export function typedPress(
  line: string,
): { readonly action: PressAction; readonly ticket: string; readonly code: string; readonly reason: string } | undefined {
  const [, word = '', name = '', reason = ''] = TYPED.exec(line.trim()) ?? [];
  const action = PRESSES.find((one) => ELEMENTS[one].word === word.toLowerCase());
  if (!action || action === 'undo') return undefined; // a command of its own
  const [, number] = action === 'offer' ? (/^([1-9]\d?)$/.exec(reason.trim()) ?? []) : [];
  if (number !== undefined) return { action, ticket: name.length === 5 ? '' : name.toUpperCase(), code: String(Number(number) - 1), reason: '' };
  return { action, ...(name.length === 5 ? { ticket: '', code: name.toUpperCase() } : { ticket: name.toUpperCase(), code: '' }), reason: reason.trim() };
}
