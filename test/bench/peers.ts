import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Client } from 'ssh2';
import type { Sshd } from './sshd.ts';

/** A bare ssh2 connection over a socket without Nagle's algorithm. */
export interface Bare {
  /** Runs a command line; resolves with how many bytes it printed. */
  exec(line: string): Promise<number>;
  close(): void;
}

/** Logs in with ssh2 alone. */
export function bareSsh2({ access, keyFile }: Sshd): Promise<Bare> {
  const client = new Client();
  const exec = (line: string) =>
    new Promise<number>((resolve, reject) => {
      client.exec(line, (error, channel) => {
        if (error) return reject(error);
        let bytes = 0;
        channel.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        channel.stderr.resume();
        channel.on('close', () => resolve(bytes));
        channel.end();
      });
    });
  return new Promise((resolve, reject) => {
    const sock = connect({ host: access.address, port: access.port, noDelay: true });
    sock.once('error', reject);
    client.once('error', reject);
    client.once('ready', () => resolve({ exec, close: () => client.end() }));
    client.connect({ sock, username: access.user, privateKey: readFileSync(keyFile) });
  });
}

/** Runs OpenSSH's client; its output goes nowhere. */
export function openSsh(sshd: Sshd, options: readonly string[], command: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('ssh', [...sshd.client, ...options, sshd.access.address, ...command], { stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ssh ended with ${code}`))));
  });
}

/** OpenSSH with a master connection that stays open: every call is a new process over it. */
export async function controlMaster(sshd: Sshd, socket: string): Promise<{ exec(line: string): Promise<void>; close(): Promise<void> }> {
  const share = ['-o', `ControlPath=${socket}`];
  await openSsh(sshd, [...share, '-o', 'ControlMaster=yes', '-o', 'ControlPersist=120'], ['true']);
  return {
    exec: (line) => openSsh(sshd, share, [line]),
    close: () => openSsh(sshd, [...share, '-O', 'exit'], []).catch(() => undefined),
  };
}
