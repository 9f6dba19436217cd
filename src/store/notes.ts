import type { Note } from '../core/audit.ts';
import { key } from './redis.ts';

/** The stream of what happened: an entry for every change, with its notes as JSON. Only ever added to, but for what is in the chain: that the desk that writes it trims. */
export const STREAM = key('audit');
/** How far the chain goes: a hash. */
export const HEAD = key('audithead');
/** The format of the stream's entries. */
export const NOTES_FORMAT = 1;

/**
 * Lua that adds notes, if there are any, to the stream: two arguments of the script from this one on, as `noting` gives them. The stream is no key of
 * the script: a server asks for all rights on those, and most parts may do nothing to the stream but add.
 */
export function xadd(first: number): string {
  return `if ARGV[${first + 1}] ~= '' then redis.call('XADD', ARGV[${first}], '*', 'format', '${NOTES_FORMAT}', 'notes', ARGV[${first + 1}]) end`;
}

/** The arguments for `xadd`. */
export function noting(notes: readonly Note[]): [string, string] {
  return [STREAM, notes.length === 0 ? '' : JSON.stringify(notes)];
}
