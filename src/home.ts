import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The folder of this instance's data: `HOSTLER_HOME`, or `~/.hostler`. Only its owner may look into it. */
export function homeFolder(): string {
  const folder = resolve(process.env.HOSTLER_HOME || join(homedir(), '.hostler'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const consoleFile = z.object({ url: z.string(), token: z.string(), pid: z.number() });
/** Where a running bot's console is, and what lets the terminal in. */
export type ConsoleFile = z.infer<typeof consoleFile>;

export function writeConsoleFile(home: string, content: ConsoleFile): void {
  const file = join(home, 'console.json');
  writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** The console of the bot that runs with this home; undefined when none does. */
export function readConsoleFile(home: string): ConsoleFile | undefined {
  try {
    const found = consoleFile.parse(JSON.parse(readFileSync(join(home, 'console.json'), 'utf8')));
    return isAlive(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

export function removeConsoleFile(home: string): void {
  rmSync(join(home, 'console.json'), { force: true });
}

const sessionFile = z.object({ url: z.string(), token: z.string(), person: z.string(), until: z.number() });
/** Where a person is signed in from this home, as whom, and until when (milliseconds since the epoch). */
export type SessionFile = z.infer<typeof sessionFile>;

export function writeSessionFile(home: string, content: SessionFile): void {
  const file = join(home, 'session.json');
  rmSync(file, { force: true }); // whatever rights it had, the new one is its owner's alone from the first byte
  writeFileSync(file, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
}

/** The session of this home; undefined when nobody is signed in, or it is over. */
export function readSessionFile(home: string): SessionFile | undefined {
  try {
    const found = sessionFile.parse(JSON.parse(readFileSync(join(home, 'session.json'), 'utf8')));
    return found.until > Date.now() ? found : undefined;
  } catch {
    return undefined;
  }
}

export function removeSessionFile(home: string): void {
  rmSync(join(home, 'session.json'), { force: true });
}

export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Makes this process the only bot with this home. Throws, naming the other, when there is one. Returns how to let go. */
export function claimHome(home: string): () => void {
  const file = join(home, 'bot.pid');
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid !== process.pid && isAlive(pid))
      throw new Error(`a bot runs with ${home} already (process ${pid}); stop it, or give this one another HOSTLER_HOME`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
