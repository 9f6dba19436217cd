import type { Severity } from '../check.ts';

/** Words that makers use, by what they mean here. */
const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['critical', 'crit', 'error', 'err', 'page', 'fatal', 'emergency', 'emerg', 'alert', 'disaster', 'high'],
  warning: ['warning', 'warn', 'unknown', 'medium', 'average', 'minor', 'major'],
  notice: ['notice', 'info', 'information', 'informational', 'none', 'low', 'ok', 'debug'],
};

const MEANT: ReadonlyMap<string, Severity> = new Map([
  ...WORDS.critical.map((word): [string, Severity] => [word, 'critical']),
  ...WORDS.warning.map((word): [string, Severity] => [word, 'warning']),
  ...WORDS.notice.map((word): [string, Severity] => [word, 'notice']),
]);

/** What a source's own word for how bad it is means here; undefined for one that is not known. */
export function severityOf(word: string | undefined): Severity | undefined {
  return word === undefined ? undefined : MEANT.get(word.trim().toLowerCase());
}
