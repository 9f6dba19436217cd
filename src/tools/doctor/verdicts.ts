import type { Finding, Verdict } from '../../core/check.ts';
import type { Host } from '../../core/command.ts';
import { matches } from '../../core/policy.ts';
import { type Said, say } from '../../core/words.ts';

/** What is wrong, one by one; nothing: all is well. */
export function found(...findings: readonly (Omit<Finding, 'check' | 'host'> | undefined)[]): Verdict {
  return { findings: findings.filter((finding) => finding !== undefined) };
}

/** All is well. */
export const GOOD: Verdict = { findings: [] };

/** The check is not for this host, and why. */
export function skip(en: string, zh: string, values?: Said['with']): Verdict {
  return { skipped: say({ en, zh }, values) };
}

/** A program the check asks is not on the host. */
export function without(program: string): Verdict {
  return skip('there is no {program}', '没有 {program}', { program });
}

/** Whether a list of the configuration means a host: `*`, a name, `@tag`, `site:name`. */
export function isMeant(patterns: readonly string[], host: Host): boolean {
  return patterns.some((pattern) => pattern === '*' || matches(pattern, host));
}
