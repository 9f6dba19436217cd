import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { unwatched, type Watched } from '../core/watchdog.ts';

const watched: z.ZodType<Watched> = z.object({
  format: z.literal(1),
  url: z.string(),
  at: z.number(),
  down: z.object({ since: z.number(), why: z.string() }).exactOptional(),
  told: z.array(z.string()),
  back: z.object({ from: z.number(), to: z.number(), left: z.array(z.string()) }).exactOptional(),
});

/** Where a watchdog keeps what it knows of a bot, where nothing else is said. */
export function stateFile(home: string, url: string): string {
  return join(home, `watchdog-${createHash('sha256').update(url).digest('hex').slice(0, 8)}.json`);
}

/** What was known of this bot; nothing where there is no such file, or it cannot be read. */
export function readWatched(file: string, url: string): Watched {
  try {
    const state = watched.parse(JSON.parse(readFileSync(file, 'utf8')));
    return state.url === url ? state : unwatched(url);
  } catch {
    return unwatched(url);
  }
}

/** Keeps it; a full disk keeps nobody from being alarmed. */
export function writeWatched(file: string, state: Watched): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch (error) {
    process.stderr.write(`${new Date().toISOString()} ${file}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
