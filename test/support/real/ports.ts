import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Below what the kernel hands out by itself, so that nothing but a test of ours comes upon one before it is used. */
const FIRST = 20_000;
const COUNT = 10_000;
const FOLDER = join(tmpdir(), 'hostler-ports');
const mine: string[] = [];
process.once('exit', () => {
  for (const file of mine) rmSync(file, { force: true });
});

/** A port nobody listens on, and no other test will be given while this process lives: a server may be long in taking it. */
export async function freePort(): Promise<number> {
  mkdirSync(FOLDER, { recursive: true });
  for (let tries = 0; tries < 1000; tries++) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (reserve(join(FOLDER, String(port))) && (await isFree(port))) return port;
  }
  throw new Error('no port is free');
}

/** A file with our process id in it; one whose process is gone counts for nothing. */
function reserve(file: string): boolean {
  for (const again of [true, false]) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      mine.push(file);
      return true;
    } catch {
      if (!again || isAlive(file)) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

function isAlive(file: string): boolean {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch {
    return false;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
