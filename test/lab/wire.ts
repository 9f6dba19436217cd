import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client } from 'ssh2';
import { onTestFinished } from 'vitest';
import { type Lab, startLab } from '../../src/lab/index.ts';

/** What a command came to over the wire. */
export interface Answer {
  readonly out: string;
  readonly err: string;
  readonly exit: number | null;
}

/** A lab that goes away with the test. */
export async function newLab(seed = 1, pace = 0.2): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'lab-'));
  const lab = await startLab({ seed, dir, pace });
  onTestFinished(async () => {
    await lab.close();
    rmSync(dir, { recursive: true });
  });
  return lab;
}

/** Connects to a host of the lab. */
export function connect(lab: Lab, name: string, readyTimeout = 3000): Promise<Client> {
  const host = lab.config.hosts[name];
  if (!host) throw new Error(`no host ${name}`);
  const client = new ssh2.Client();
  onTestFinished(() => void client.destroy());
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client));
    client.on('error', reject);
    client.connect({
      sock: connectSocket({ port: host.port, host: host.address, noDelay: true }),
      username: host.user,
      privateKey: readFileSync(host.key.slice('file:'.length)),
      readyTimeout,
    });
  });
}

/** Runs a command string on a connection. */
export function exec(client: Client, command: string, input?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      let out = '';
      let err = '';
      let exit: number | null = null;
      channel.on('data', (chunk: Buffer) => {
        out += chunk.toString('utf8');
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString('utf8');
      });
      channel.on('exit', (code: number | null) => {
        exit = code;
      });
      channel.on('close', () => resolve({ out, err, exit }));
      if (input !== undefined) channel.end(input);
    });
  });
}

/** Quotes words for a POSIX shell. */
export function quote(...words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}

/** A call of the on-host runner. */
export function hostlerRun(...words: readonly string[]): string {
  return quote('sh', '-c', 'mkdir "$1" && exec "$@"\n', 'hostler-run', ...words);
}

/** Asks again until the answer is the wished one. */
export async function eventually(ask: () => Promise<boolean> | boolean, ms = 4000): Promise<void> {
  const until = Date.now() + ms;
  while (!(await ask())) {
    if (Date.now() > until) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
