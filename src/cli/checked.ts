import { readFileSync } from 'node:fs';
import { linesOf } from '../../config/load.ts';
import { policyOf } from '../../config/policy.ts';
import { routingOf } from '../../config/routing.ts';
import type { Config } from '../../config/schema.ts';
import { strangeAlerts } from '../core/alerts/strange.ts';
import type { Checked } from '../core/chat.ts';
import { lint } from '../core/lint.ts';
import { type Lang, speak } from '../core/words.ts';
import { loadCommands, loadSources } from '../registry.ts';

/** What was tried, a line each, and under what is not good how to mend it. */
export function checkedLines(found: readonly Checked[], lang: Lang): string {
  const lines = found.flatMap(({ what, good, found: value, mend }) => [
    `${good ? '✓' : '✗'} ${speak(what, lang)}${value ? `: ${speak(value, lang)}` : ''}`,
    ...(good || !mend ? [] : [`  → ${speak(mend, lang)}`]),
  ]);
  return `${lines.join('\n')}\n`;
}

/** What is strange about the policy and the alerts of a valid configuration file, a line each with where it stands; `good` without errors. */
export async function lintLines(file: string, config: Config, lang: Lang): Promise<{ readonly text: string; readonly good: boolean }> {
  const accounts = (person: string) => Object.entries(config.people[person]?.accounts ?? {}).flatMap(([chat, ids]) => ids.map((id) => `${chat} ${id}`));
  // In practice people speak by their own ids.
  const commands = await loadCommands();
  const kinds = (await loadSources()).map(({ id }) => id);
  const chats = Object.keys(config.chats).length > 0;
  const found = [...lint(policyOf(config), commands, config.practice ? undefined : accounts), ...strangeAlerts(routingOf(config), commands, kinds, chats)];
  const lineOf = found.length > 0 ? linesOf(readFileSync(file, 'utf8')) : () => 0;
  const lines = found.map(({ severity, path, what }) => `${severity === 'error' ? '✗' : '!'} ${file}:${lineOf(path)}: ${path}: ${speak(what, lang)}\n`);
  return { text: lines.join(''), good: found.every(({ severity }) => severity !== 'error') };
}
