import { normalise } from '../normalise.ts';
import { written } from '../split.ts';
import type { Press } from '../types.ts';
import type { Alert } from './alert.ts';

/** What a button of an alert's card asks for, by the name of its field. */
export const UNTIL = 'until';
export const PERSON = 'person';

/** The line that a press on an alert's card stands for; undefined for one that it has not, or that lacks what it asks for. Pure. */
export function lineOf(
  { action, code }: Pick<Press, 'action' | 'code'>,
  fields: Readonly<Record<string, readonly string[]>>,
  alert: Alert,
): string | undefined {
  const { id } = alert;
  const given = (name: string) => word((fields[name] ?? []).join(' '));
  switch (action) {
    case 'ack':
      return `alert ack ${id}`;
    case 'silence-1h':
      return `alert silence ${id} 1h`;
    case 'silence-4h':
      return `alert silence ${id} 4h`;
    case 'silence': {
      const until = given(UNTIL);
      return until && `alert silence ${id} ${until}`;
    }
    case 'assign': {
      const person = given(PERSON);
      return person && `alert assign ${id} ${person}`;
    }
    case 'escalate':
      return `alert escalate ${id}`;
    case 'explain':
      return `alert why ${id}`;
    case 'offer':
      return /^\d{1,2}$/.test(code) ? alert.offers[Number(code)]?.line : undefined;
    default:
      return undefined;
  }
}

/** Whether the alert's own card shows what comes of it. */
export function isShownThere(action: Press['action']): boolean {
  return ['ack', 'silence-1h', 'silence-4h', 'silence', 'assign', 'escalate'].includes(action);
}

/** A value that can be nothing but a value, whatever is in it. */
function word(value: string): string | undefined {
  const text = normalise(value).slice(0, 200);
  if (text === '') return undefined;
  return /^[\w@][\w@:.-]*$/.test(text) ? text : written({ text, quoted: true });
}
