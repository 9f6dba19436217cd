import { quote } from '../core/quote.ts';
import type { Argv } from '../core/types.ts';

/** An argv as the one string SSH can carry: the only way a command line is made. */
export function commandLine(argv: Argv): string {
  return argv.map(quote).join(' ');
}
