import type { Call } from '../program.ts';
import { directories, readFile } from './files.ts';

/** `cat` on the files the host has, and on standard input. */
export async function cat(call: Call): Promise<number> {
  const words = call.argv.slice(1);
  const end = words.indexOf('--');
  const files = words.filter((word, index) => index !== end && (word === '-' || !word.startsWith('-') || (end >= 0 && index > end)));
  let exit = 0;
  for (const file of files.length > 0 ? files : ['-']) {
    if (file === '-') {
      call.out(await call.input());
      continue;
    }
    const text = readFile(call.machine, file);
    if (text !== undefined) {
      call.out(text);
      continue;
    }
    call.err(`cat: ${file}: ${directories(call.machine).has(file) ? 'Is a directory' : 'No such file or directory'}\n`);
    exit = 1;
  }
  return exit;
}
