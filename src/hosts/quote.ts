import type { Argv } from '../core/types.ts';

/** One word for a POSIX shell, so that it reads exactly this text. Throws on NUL, which no argument can hold. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('an argument cannot hold a NUL character');
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** An argv as the one string SSH can carry: the only way a command line is made. */
export function commandLine(argv: Argv): string {
  return argv.map(quote).join(' ');
}
