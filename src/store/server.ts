import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { open } from './redis.ts';

/** A Redis of our own, stopped with the bot. */
export interface OwnServer {
  readonly url: string;
  /** What people should know about it. */
  readonly durable: boolean;
  readonly name: string;
  close(): Promise<void>;
}

/** The first `redis-server` or `valkey-server` on PATH. */
export function findServer(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Longest path of a Unix socket, with room for the terminating zero: unix(7). */
const LONGEST_SOCKET = 100;

/** Starts a private server in its own folder: a Unix socket, every write on disk before it is answered, nothing evicted. Started again when it dies. */
export async function startServer(program: string, folder: string): Promise<OwnServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socketFolder =
    join(folder, 'redis.sock').length < LONGEST_SOCKET ? folder : join(tmpdir(), `hostler-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`);
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(socketFolder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${socketFolder} is not ours alone; remove it`);
  const socket = join(socketFolder, 'redis.sock');
  const url = `unix://${socket}`;
  let closing = false;
  await retire(url);
  let child = launch();

  function launch(): { readonly process: ChildProcess; readonly gone: Promise<void>; over: boolean } {
    const args = ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
    const started = spawn(program, [...args, '--save', '', '--maxmemory-policy', 'noeviction', '--daemonize', 'no', '--logfile', join(folder, 'redis.log')], {
      stdio: 'ignore',
    });
    const gone = new Promise<void>((resolve) => {
      for (const end of ['exit', 'error']) started.once(end, () => resolve());
    });
    const launched = { process: started, gone, over: false };
    gone.then(() => {
      launched.over = true;
      if (!closing) setTimeout(again, 300).unref();
    });
    return launched;
  }

  function again(): void {
    if (!closing) child = launch();
  }

  async function close(): Promise<void> {
    closing = true;
    child.process.kill('SIGTERM');
    const force = setTimeout(() => child.process.kill('SIGKILL'), 5000);
    await child.gone;
    clearTimeout(force);
    if (socketFolder !== folder) rmSync(socketFolder, { recursive: true, force: true });
  }

  try {
    await answering(url, () => child.over, join(folder, 'redis.log'));
  } catch (error) {
    await close();
    throw error;
  }
  return { url, durable: true, name: program, close };
}

/** Ends the server that a bot which was killed has left behind on this socket, so that two never write one folder. */
async function retire(url: string): Promise<void> {
  for (let asked = 0; asked < 200; asked++) {
    let redis: Awaited<ReturnType<typeof open>>;
    try {
      redis = await open(url);
    } catch {
      return; // nobody answers there
    }
    await redis.shutdown('NOSAVE').catch(() => undefined); // every write is in its append-only file already
    redis.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`another Redis at ${url} does not end`);
}

async function answering(url: string, dead: () => boolean, log: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    try {
      const redis = await open(url);
      redis.disconnect();
      return;
    } catch {
      if (dead() && i > 20) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`the private Redis did not start; its log is ${log}`);
}

/** Starts the in-process server for practice: nothing survives a restart. */
export async function startInProcess(): Promise<OwnServer> {
  const { createRedisServer } = await import('js-redis-server');
  const server = await createRedisServer();
  return { url: `redis://127.0.0.1:${server.port}`, durable: false, name: 'js-redis-server', close: () => server.close() };
}
