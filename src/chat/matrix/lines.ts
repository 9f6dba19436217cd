import { normalise } from '../../core/normalise.ts';
import { PRESSES } from '../../core/types.ts';
import { ELEMENTS, PRESSED } from '../elements.ts';
import type { MatrixEvent } from './events.ts';

/** What must be known to tell a line for the bot from others. */
export interface Ears {
  /** The bot's account id. */
  readonly user: string;
  /** Its display name; may be empty. */
  readonly name: string;
  readonly families: readonly string[];
  /** Nobody but the bot and one person is in the room. */
  readonly alone: boolean;
}

/** What follows the word of a press. */
const NAMED = new RegExp(`^(?:${PRESSED})(?:\\s|$)`);
const WORDS = PRESSES.map((action) => ELEMENTS[action].word);

/** The plain text of a message a person wrote now: no notice, no edit, no quote of what it replies to. Undefined for any other event. */
export function written({ type, content }: MatrixEvent): string | undefined {
  const { msgtype, body, 'm.relates_to': relation, 'm.new_content': edited } = content;
  if (type !== 'm.room.message' || msgtype !== 'm.text' || body === undefined) return undefined;
  if (relation?.rel_type === 'm.replace' || edited !== undefined) return undefined;
  return relation?.['m.in_reply_to'] ? body.replace(/^(?:>[^\n]*(?:\n|$))+\n?/, '') : body;
}

/** What a message says to the bot, without prefix and mention: `vm list`. Undefined when it is not for the bot. */
export function lineOf(event: MatrixEvent, ears: Ears): string | undefined {
  const text = written(event);
  if (text === undefined) return undefined;
  const line = normalise(text);
  if (line === '') return undefined;
  const called = afterMention(line, event, ears);
  if (called !== undefined) return bang(called, true, ears) ?? 'help';
  return bang(line, ears.alone, ears);
}

/** What stands behind the prefix. `own`: it is for the bot in any case, so that the prefix may be left out. */
function bang(line: string, own: boolean, { families }: Ears): string | undefined {
  const [, mark = '', word = '', rest = ''] = /^(!?)\s?(\S*)\s*(.*)$/s.exec(line) ?? [];
  if (mark === '') return own ? line || undefined : undefined;
  const first = word.toLowerCase();
  if (first === 'ops') return rest || 'help';
  const pressed = WORDS.includes(first) && NAMED.test(rest);
  return own || pressed || families.includes(first) ? `${word} ${rest}`.trim() || undefined : undefined;
}

/** The line behind the bot's name, when it begins with it: `@bot:server vm list`, `Hostler: vm list`, a pill. */
function afterMention(line: string, { content }: MatrixEvent, { user, name }: Ears): string | undefined {
  const local = user.slice(1, user.indexOf(':'));
  const meant = content['m.mentions']?.user_ids?.includes(user) ?? (content.formatted_body ?? '').includes(`https://matrix.to/#/${user}`);
  const link = /^\[[^\]]*\]\(https:\/\/matrix\.to\/#\/([^)]*)\)/.exec(line);
  if (link) return link[1] !== undefined && decoded(link[1]) === user ? trimmed(line.slice(link[0].length)) : undefined;
  for (const one of [user, `@${name}`, `@${local}`, name, local].filter((text) => text.length > 1).map(normalise)) {
    if (!line.toLowerCase().startsWith(one.toLowerCase())) continue;
    const after = line.slice(one.length);
    if (/^\s*[:,]/.test(after) && !/^:\S*\.\S/.test(after)) return trimmed(after);
    if (/^(\s|$)/.test(after) && (meant || one === user)) return trimmed(after);
  }
  return undefined;
}

function trimmed(text: string): string {
  return text.replace(/^\s*[:,]?\s*/, '').trim();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\?.*$/, ''));
  } catch {
    return text;
  }
}
