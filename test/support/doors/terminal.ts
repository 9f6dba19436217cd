import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlatCard } from '../../../src/core/flatten.ts';
import { writeConsoleFile } from '../../../src/home.ts';
import { bot } from '../bot.ts';
import { Folder } from '../processes.ts';
import { codeOn, type Door, until } from './door.ts';
import { seenOf } from './web.ts';

/** The command line as people type it, each call a process. */
export async function terminalDoor(): Promise<Door> {
  const world = await bot();
  const folder = new Folder();
  const home = mkdtempSync(join(tmpdir(), 'hostler-terminal-'));
  writeConsoleFile(home, { url: world.url, token: world.token, pid: process.pid });
  const cards = (out: string): FlatCard[] =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  /** Calls it, and takes the last card it prints. */
  const call = async (...args: string[]) => {
    const { out, err } = await folder.calls([...args, '--json'], { home });
    const last = cards(out).at(-1);
    if (!last) throw new Error(`no card was printed: ${err}`);
    return seenOf(last);
  };
  return {
    name: 'terminal',
    world,
    async says(who, line, wanted) {
      if (!wanted) return call('say', '--as', who, line);
      const program = folder.hostler(['say', '--as', who, '--json', '--wait', line], { home });
      return until(`${wanted}`, () =>
        cards(program.out.slice(0, program.out.lastIndexOf('\n') + 1))
          .map(seenOf)
          .findLast(({ text }) => wanted.test(text)),
      );
    },
    async fills(who, line, values) {
      const { id } = await call('say', '--as', who, line);
      return call('press', '--as', who, id, 'fill', ...Object.entries(values).flatMap(([name, value]) => ['--with', `${name}=${value}`]));
    },
    presses: (who, card, action, fields = {}) => {
      const name = ['approve', 'reject'].includes(action) ? codeOn(card.text) : card.id;
      return call('press', '--as', who, name, action, ...Object.entries(fields).flatMap(([field, value]) => ['--with', `${field}=${value}`]));
    },
    types: (who, _card, line) => call('say', '--as', who, line),
    finds: (who, wanted) => until(`${wanted}`, async () => (await world.cards(who)).map(seenOf).find(({ text }) => wanted.test(text))),
    async pushes(who, card, action, fields = {}) {
      await call('press', '--as', who, card.id, action, ...Object.entries(fields).flatMap(([field, value]) => ['--with', `${field}=${value}`]));
    },
    thread: () => undefined,
    async sees(who, card) {
      const found = (await world.cards(who)).find(({ id }) => id === card.id);
      return found && seenOf(found).text;
    },
    repeats: async () => 1, // a terminal says a thing once
    calls: async () => 0,
    async close() {
      await folder.close();
      await world.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
