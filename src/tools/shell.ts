import type { Argv } from '../core/types.ts';

/** A POSIX shell script of our own, with its words as `$1`, `$2`, …; nothing but words comes from outside. Its name stands in its first line. */
export function shell(name: string, body: string, ...words: readonly string[]): Argv {
  return ['sh', '-c', `#${name}\n${body}`, 'sh', ...words];
}
