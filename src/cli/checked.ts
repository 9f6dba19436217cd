import type { Checked } from '../core/chat.ts';
import { type Lang, speak } from '../core/words.ts';

/** What was tried, a line each, and under what is not good how to mend it. */
export function checkedLines(found: readonly Checked[], lang: Lang): string {
  const lines = found.flatMap(({ what, good, found: value, mend }) => [
    `${good ? '✓' : '✗'} ${speak(what, lang)}${value ? `: ${speak(value, lang)}` : ''}`,
    ...(good || !mend ? [] : [`  → ${speak(mend, lang)}`]),
  ]);
  return `${lines.join('\n')}\n`;
}
