import type { Lang, Said } from '../core/words.ts';
import { speak } from '../core/words.ts';

/** The language of this shell: Chinese when its locale says so. */
export function shellLang(): Lang {
  return /^zh/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? 'zh' : 'en';
}

/** Prints a line for people. */
export const tell = (text: string): void => void process.stdout.write(`${text}\n`);

/** What the command line says to who typed it, not in a chat: on standard error, with the exit status it means. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exit: number;
  constructor(said: Said, exit = 2) {
    super(speak(said, shellLang()));
    this.exit = exit;
  }
}
