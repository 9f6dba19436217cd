import type { Undo } from './types.ts';
import { quoted, type Said, say } from './words.ts';

/** How a plan is undone: the command line to type, or why there is none. */
export function undoWords(undo: Undo): Said {
  if ('impossible' in undo) return say({ en: 'no: {why}', zh: '不能：{why}' }, { why: undo.impossible });
  return say({ en: '`{line}`', zh: '`{line}`' }, { line: undoLine(undo) });
}

/** The bare command line that undoes a plan, or why there is none. */
export function undoLine(undo: Undo): Said {
  if ('impossible' in undo) return undoWords(undo);
  const values = Object.values(undo.input).flat();
  return quoted([undo.command, ...values.map((value) => quoteWord(String(value)))].join(' '));
}

function quoteWord(word: string): string {
  return /^[\w@:./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
