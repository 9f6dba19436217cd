import type { Block } from '../types.ts';
import { say } from '../words.ts';
import type { Alert } from './alert.ts';
import type { Malformed } from './keepers.ts';
import { short } from './rows.ts';

/** What the bot calls itself as a source, and before the source whose bodies cannot be read. */
export const SELF = 'self';
export const MALFORMED = 'malformed ';
/** Most characters of a body that are shown. */
const SHOWN = 300;

/** What the last bodies that could not be read began with: for the admin room alone, because whatever a source holds may stand in them. Pure. */
export function bodyBlocks({ top }: Pick<Alert, 'top'>, all: readonly Malformed[]): Block[] {
  const senders = top.flatMap(({ source, fingerprint }) => (source === SELF && fingerprint.startsWith(MALFORMED) ? [fingerprint.slice(MALFORMED.length)] : []));
  return senders.flatMap((sender): Block[] => {
    const last = all.find(({ source }) => source === sender);
    return last ? [{ kind: 'text', text: say({ en: 'it began: {body}', zh: '内容开头：{body}' }, { body: short(last.body, SHOWN) }) }] : [];
  });
}
