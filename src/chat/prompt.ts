import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { FlatCard } from '../core/flatten.ts';
import type { ConsoleClient } from './client.ts';
import { CallError, Gone } from './client.ts';
import { EXIT, type Follow, press, type Screen, say } from './terminal.ts';

/** Most lines of history kept between calls. */
const KEPT = 500;

/** A prompt with history and completion: each line is said, and its card followed. Ends at end of input, `exit` or `quit`. */
export async function prompt(client: ConsoleClient, as: string, historyFile: string, screen: Screen, follow: Follow): Promise<number> {
  const lines = createInterface({
    input: process.stdin,
    output: process.stdout,
    history: readHistory(historyFile),
    historySize: KEPT,
    removeHistoryDuplicates: true,
    prompt: `${as}> `,
    completer: async (line: string): Promise<[string[], string]> => {
      const { from, choices } = await client.complete(as, line);
      return [choices.map(({ text }) => `${text} `), line.slice(from)];
    },
  });
  lines.on('history', (history) => writeFileSync(historyFile, [...history].reverse().join('\n'), { mode: 0o600 }));
  /** Says a line; what it lacks is asked for, and the whole of it said then. */
  const ask = async (line: string): Promise<number> => {
    let last: FlatCard | undefined;
    const came = await say(client, as, line, screen, { ...follow, ended: (card) => (last = card) });
    const fill = last?.buttons.find(({ press }) => press.action === 'fill');
    if (!fill?.asks || follow.json || !process.stdin.isTTY) return came;
    const fields: Record<string, string[]> = {};
    for (const { name, label, choices = [], many } of fill.asks) {
      for (const [i, { text, hint }] of choices.entries()) screen.write(`${String(i + 1).padStart(4)}  ${text}  ${hint}\n`);
      const typed = (await lines.question(`${label}: `)).trim();
      if (typed === '') return came;
      const words = many ? typed.split(/\s+/) : [typed];
      fields[name] = words.map((word) => choices.find(({ text }) => text === word)?.text ?? choices[Number(word) - 1]?.text ?? word);
    }
    return press(client, as, { code: fill.press.ticket, action: 'fill', fields }, screen, follow);
  };
  let exit = 0;
  let over = false;
  lines.on('close', () => (over = true)); // lines read before the end of input are still said
  lines.prompt();
  for await (const line of lines) {
    if (/^\s*(exit|quit)\s*$/.test(line)) break;
    if (line.trim() !== '') {
      try {
        exit = await ask(line);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        exit = error instanceof Gone ? EXIT.noBot : EXIT.refused;
        screen.write(`${error.message}\n`);
      }
    }
    if (!over) lines.prompt();
  }
  lines.close();
  return exit;
}

function readHistory(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).reverse();
  } catch {
    return [];
  }
}
