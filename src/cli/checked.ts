import { readFileSync } from 'node:fs';
import { linesOf } from '../../config/load.ts';
import { policyOf } from '../../config/policy.ts';
import type { Config } from '../../config/schema.ts';
import type { Checked } from '../core/chat.ts';
import { lint } from '../core/lint.ts';
import { type Lang, speak } from '../core/words.ts';
import { loadCommands } from '../registry.ts';

/** What was tried, a line each, and under what is not good how to mend it. */
export function checkedLines(found: readonly Checked[], lang: Lang): string {
  const lines = found.flatMap(({ what, good, found: value, mend }) => [
    `${good ? '✓' : '✗'} ${speak(what, lang)}${value ? `: ${speak(value, lang)}` : ''}`,
    ...(good || !mend ? [] : [`  → ${speak(mend, lang)}`]),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What is strange about the policy of a valid configuration file, a line each with where it stands; `good` without errors. */
export async function lintLines(file: string, config: Config, lang: Lang): Promise<{ readonly text: string; readonly good: boolean }> {
  const accounts = (person: string) => Object.entries(config.people[person]?.accounts ?? {}).flatMap(([chat, ids]) => ids.map((id) => `${chat} ${id}`));
  // In practice people speak by their own ids.
  const found = lint(policyOf(config), await loadCommands(), config.practice ? undefined : accounts);
  const lineOf = found.length > 0 ? linesOf(readFileSync(file, 'utf8')) : () => 0;
  const lines = found.map(({ severity, path, what }) => `${severity === 'error' ? '✗' : '!'} ${file}:${lineOf(path)}: ${path}: ${speak(what, lang)}\n`);
  return { text: lines.join(''), good: found.every(({ severity }) => severity !== 'error') };
}
