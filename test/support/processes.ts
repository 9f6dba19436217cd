import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { open } from '../../src/store/redis.ts';
import { findServer } from '../../src/store/server.ts';
import { processesWith } from './proc.ts';

/** The command line as people start it. */
export const BIN = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A program that was started; its output is collected. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  out = '';
  err = '';
  #over = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        this.#over = true;
        resolve({ code, signal, out: this.out, err: this.err });
      });
    });
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Whether it has ended. */
  get over(): boolean {
    return this.#over;
  }

  /** Resolves when its output has these words; throws with all it said when it ends or takes too long. */
  async says(words: string, ms = 60_000): Promise<this> {
    const deadline = Date.now() + ms;
    while (!`${this.out}${this.err}`.includes(words)) {
      if (this.#over || Date.now() > deadline) throw new Error(`“${words}” was not said; it said: ${this.out}${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this;
  }

  /** Ends it, by force when it does not end within twenty seconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    if (!this.#over) this.child.kill(signal);
    const force = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    return this.ended.finally(() => clearTimeout(force));
  }
}

/** Compiled modules: of the whole run (test/compiled.ts), else shared by all programs started here and gone with the last folder. */
const ofRun = process.env.HOSTLER_TEST_COMPILED;
const compiled = { folder: ofRun ?? '', users: 0 };

function useCompiled(): void {
  if (ofRun === undefined && compiled.users++ === 0) compiled.folder = mkdtempSync(join(tmpdir(), 'hostler-compiled-'));
}

function leaveCompiled(): void {
  if (ofRun === undefined && --compiled.users === 0) rmSync(compiled.folder, { recursive: true, force: true });
}

export interface Call {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; at its end the input is closed. */
  readonly input?: string;
  readonly node?: string;
}

/** A temporary folder with the programs started in it; all is gone after `close`. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'hostler-test-'));
  readonly #programs: Program[] = [];
  readonly #closers: (() => Promise<void>)[] = [];

  constructor() {
    useCompiled();
  }

  /** A file in this folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a configuration. */
  config(name: string, content: unknown): string {
    const file = this.file(name);
    writeFileSync(file, stringify(content), { mode: 0o600 });
    return file;
  }

  /** Starts `hostler …`, with a home and a temporary folder of its own and none of our environment but PATH. */
  hostler(args: readonly string[], { home = this.file('home'), env = {}, input, node = process.execPath }: Call = {}): Program {
    const own = { HOME: this.path, TMPDIR: this.path, HOSTLER_HOME: home, NODE_COMPILE_CACHE: compiled.folder };
    return this.run(node, [BIN, ...args], { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...own, ...env }, input);
  }

  /** Runs `hostler …` to its end. */
  async calls(args: readonly string[], call: Call = {}): Promise<Ended> {
    return this.hostler(args, { input: '', ...call }).ended;
  }

  /** Starts any program, to be ended with this folder at the latest. */
  run(program: string, args: readonly string[], env?: NodeJS.ProcessEnv, input?: string): Program {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(env ? { env } : {}) });
    child.stdin.on('error', () => undefined);
    if (input !== undefined) child.stdin.end(input);
    const started = new Program(child);
    this.#programs.push(started);
    return started;
  }

  /** Starts a Redis with these settings; resolves when it answers. */
  async redis(name: string, ...settings: string[]): Promise<{ readonly url: string; readonly program: Program }> {
    const socket = this.file(`${name}.sock`);
    const program = this.run(serverProgram(), ['--port', '0', '--unixsocket', socket, '--dir', this.path, '--save', '', ...settings]);
    const url = `unix://${socket}`;
    for (let left = 200; ; left--) {
      try {
        (await open(url)).disconnect();
        return { url, program };
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    }
  }

  /** Something to close with this folder; last first. */
  closes<T extends { close(): Promise<void> }>(one: T): T {
    this.#closers.push(() => one.close());
    return one;
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.splice(0).map((program) => program.stop().catch(() => undefined)));
    for (const close of this.#closers.splice(0).reverse()) await close().catch(() => undefined);
    for (const pid of processesWith(this.path)) process.kill(pid, 'SIGKILL'); // what a bot that was killed has left
    rmSync(this.path, { recursive: true, force: true });
    leaveCompiled();
  }
}

/** The Redis server of this machine; a clear word where there is none. */
export function serverProgram(): string {
  const found = findServer();
  if (found === undefined) throw new Error('these tests need redis-server or valkey-server on PATH');
  return found;
}

/** A port that nobody listens on. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
