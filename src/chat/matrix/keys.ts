import { type Button, isAlertPress, PRESSES, type PressAction } from '../../core/types.ts';
import { ELEMENTS, emojiOf, pressedBy, typedAs } from '../elements.ts';

/** Most reactions the bot puts below a card; below an alert's, of which there may be many, the most useful. */
const MOST = 6;
const BELOW_ALERT = 3;
const USEFUL: readonly PressAction[] = ['ack', 'offer', 'explain', 'silence-1h'];

/** The reactions that stand for a card's buttons, approval first. One that speaks of a plan names it, so that it tells which plan was read. */
export function seedsOf(buttons: readonly Button[]): string[] {
  const isAlert =
    buttons.some(({ press }) => isAlertPress(press.action)) && buttons.every(({ press: { action } }) => isAlertPress(action) || action === 'offer');
  const place = ({ press: { action } }: Button) => (isAlert && USEFUL.includes(action) ? USEFUL.indexOf(action) - USEFUL.length : PRESSES.indexOf(action));
  const order = [...buttons].sort((a, b) => place(a) - place(b));
  const keys = order.map(({ press }) => {
    const emoji = emojiOf(press);
    return ELEMENTS[press.action].coded && press.code !== '' ? `${emoji} ${press.code}` : emoji;
  });
  return [...new Set(keys)].slice(0, isAlert ? BELOW_ALERT : MOST);
}

/** What a reaction presses: clients add and leave out variation selectors. Undefined for any other reaction. */
export function pressOf(key: string): { readonly action: PressAction; readonly code: string } | undefined {
  const [emoji = '', code = '', ...rest] = key
    .replace(/\uFE0F/g, '')
    .trim()
    .split(/\s+/);
  const pressed = pressedBy(emoji);
  if (!pressed || rest.length > 0 || !/^[0-9A-Za-z]{0,5}$/.test(code)) return undefined;
  return ELEMENTS[pressed.action].coded ? { ...pressed, code: code.toUpperCase() } : pressed;
}

/** What a reaction may press in an encrypted room. Reactions are not encrypted: a homeserver could make them up, and with these it stops things at most. */
const HARMLESS: readonly PressAction[] = ['reject', 'cancel', 'recheck'];

/** Whether a reaction counts where messages are encrypted. */
export function countsWhereEncrypted(action: PressAction): boolean {
  return HARMLESS.includes(action);
}

/** What is typed to press a button: `!ok 7F3KQ`. */
export function typedFor({ press }: Button): string {
  return `!${typedAs(press)}`;
}
