import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '../../src/hosts/hostkey.ts';
import type { Access } from '../../src/hosts/ssh.ts';
import { childrenOf } from './machine.ts';
import { pause } from './stats.ts';

/** A real sshd on loopback, with one key that may log in as the one who runs this. */
export interface Sshd {
  readonly access: Access;
  readonly keyFile: string;
  readonly fingerprint: string;
  /** Arguments for OpenSSH's client, up to the host. */
  readonly client: readonly string[];
  close(): Promise<void>;
}

/** Starts a real sshd in its own folder. Throws with what it said when it does not answer. */
export async function startSshd(program: string, folder: string): Promise<Sshd> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { username, uid } = userInfo();
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const [hostKey, keyFile, known] = [join(folder, 'host'), join(folder, 'id'), join(folder, 'known_hosts')];
  for (const file of [hostKey, keyFile]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', file], { stdio: 'ignore' });
  const port = await freePort();
  const [type = '', blob = ''] = readFileSync(`${hostKey}.pub`, 'utf8').split(' ');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${keyFile}.pub`));
  writeFileSync(known, `[127.0.0.1]:${port} ${type} ${blob}\n`);
  const config = join(folder, 'sshd_config');
  writeFileSync(config, settings(folder, hostKey, port));
  chmodSync(config, 0o600);
  let said = '';
  const child = spawn(program, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  await listening(child, join(folder, 'pid'), () => said);
  const mine = fingerprint(Buffer.from(blob, 'base64'));
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`, 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  return {
    access: { name: 'host1', address: '127.0.0.1', port, user: username, key: `file:${keyFile}`, pinned: { fingerprints: [mine] }, sudo: false },
    keyFile,
    fingerprint: mine,
    client: ['-F', 'none', '-i', keyFile, '-p', String(port), ...options.flatMap((option) => ['-o', option]), '-l', username],
    async close() {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      for (const { pid } of childrenOf(child.pid ?? 0)) process.kill(pid, 'SIGTERM'); // its sessions, which would outlive it
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** HOME is this folder, so that the times are not those of somebody's .bashrc. */
function settings(folder: string, hostKey: string, port: number): string {
  return `ListenAddress 127.0.0.1
Port ${port}
HostKey ${hostKey}
PidFile ${join(folder, 'pid')}
AuthorizedKeysFile ${join(folder, 'authorized_keys')}
UsePAM no
StrictModes no
PermitRootLogin yes
PasswordAuthentication no
MaxSessions 20
MaxStartups 100
SetEnv HOME=${folder}
LogLevel ERROR
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(child: ChildProcess, pidFile: string, said: () => string): Promise<void> {
  for (let i = 0; i < 200 && child.exitCode === null; i++) {
    try {
      if (readFileSync(pidFile, 'utf8').trim() !== '') return;
    } catch {
      // not yet
    }
    await pause(25);
  }
  child.kill('SIGTERM');
  throw new Error(`sshd did not start: ${said().trim()}`);
}
