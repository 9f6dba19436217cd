import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Access, Ssh } from '../../../src/hosts/ssh.ts';
import { which } from './have.ts';
import { freePort } from './ports.ts';
import { childrenOf, kill, ownFolders, ownProcesses, processes, runs, start, stop, until } from './processes.ts';

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A real OpenSSH server on loopback that lets its own user in. */
export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** A folder of its own, removed at the end, and in it the client key that is let in. */
  readonly dir: string;
  readonly key: string;
  /** A host key's fingerprint, as `ssh-keygen -lf` prints it. */
  fingerprint(type?: KeyType): string;
  /** A line of known_hosts. */
  knownHost(type?: KeyType): string;
  access(more?: Partial<Access>): Access;
  /** A name under which a step is claimed, never used before; what is kept under it is removed at the end. */
  claim(): string;
  /** A connection that is closed at the end. */
  ssh(more?: Partial<Access>): Ssh;
  /** Processes that serve one connection each. */
  sessions(): number[];
  /** Cuts connections as a dying network does: nobody says goodbye, and what was begun goes on. */
  cut(sessions: readonly number[]): void;
  log(): string;
  /** Kills the listener and what serves its connections; what was begun goes on. */
  kill(): Promise<void>;
  /** Starts it again after `kill`: the same port, the same keys. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a key pair with ssh-keygen; the file of the private half. */
export function newKey(dir: string, name: string, type: KeyType = 'ed25519', passphrase = ''): string {
  const file = join(dir, name);
  runs('ssh-keygen', '-q', '-t', type, '-N', passphrase, '-C', name, '-f', file);
  return file;
}

export interface SshdOptions {
  readonly hostKeys?: readonly KeyType[];
  /** Public keys that are let in besides its own, by file. */
  readonly clientKeys?: readonly string[];
  /** More lines for sshd_config. */
  readonly also?: string;
  /** A program that runs sshd: its arguments end where sshd's begin. Default: a mount namespace of its own where that can be had. */
  readonly within?: readonly [string, ...string[]];
  /** With processes of its own: it sees no others, it is the first, and all of them go with it. Root only. */
  readonly alone?: true;
}

/** Starts an sshd on a free port with host keys of these types. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const program = which('sshd') ?? 'sshd';
  const dir = mkdtempSync(join(tmpdir(), 'hostler-sshd-'));
  const types = options.hostKeys ?? ['ed25519'];
  const mark = crypto.randomUUID();
  const key = newKey(dir, 'id');
  const hostKeys = new Map(types.map((type) => [type, newKey(dir, `host_${type}`, type)]));
  const log = join(dir, 'log');
  writeFileSync(join(dir, 'authorized'), [`${key}.pub`, ...(options.clientKeys ?? [])].map((file) => readFileSync(file, 'utf8')).join(''));
  const within = options.within ?? (options.alone ? ownProcesses() : ownFolders());
  if (process.getuid?.() === 0 && !within) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  mkdirSync(join(dir, 'home'));
  const port = await freePort();
  const lines = [
    `ListenAddress 127.0.0.1:${port}`,
    ...[...hostKeys.values()].map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${join(dir, 'authorized')}`,
    `PidFile none`,
    `UsePAM no`,
    `StrictModes no`,
    `PasswordAuthentication no`,
    `KbdInteractiveAuthentication no`,
    `PermitRootLogin yes`,
    `LogLevel VERBOSE`,
    `SetEnv HOSTLER_TEST=${mark} HOME=${join(dir, 'home')}`,
    options.also ?? '',
  ];
  writeFileSync(join(dir, 'config'), `${lines.join('\n')}\n`);
  writeFileSync(log, '');
  const argv = [program, '-D', '-f', join(dir, 'config'), '-E', log] as const;
  const begin = () => start(within ? [...within, ...argv] : argv);
  let child = begin();
  const listener = () => processes('cmdline', (text) => isSshd(text) && text.includes('[listener]') && text.includes(join(dir, 'config')))[0] ?? 0;
  const opened: Ssh[] = [];
  let claims = 0;
  const fileOf = (type: KeyType = types[0] ?? 'ed25519') => hostKeys.get(type) ?? '';
  const sshd: Sshd = {
    port,
    user: userInfo().username,
    dir,
    key,
    fingerprint: (type) => /SHA256:\S+/.exec(runs('ssh-keygen', '-lf', `${fileOf(type)}.pub`))?.[0] ?? '',
    knownHost: (type) =>
      `[127.0.0.1]:${port} ${readFileSync(`${fileOf(type)}.pub`, 'utf8')
        .split(' ')
        .slice(0, 2)
        .join(' ')}\n`,
    access: (more) => ({
      name: 'real',
      address: '127.0.0.1',
      port,
      user: sshd.user,
      key: `file:${key}`,
      pinned: { fingerprints: [sshd.fingerprint()] },
      sudo: false,
      ...more,
    }),
    claim: () => `real-${mark}-${claims++}`,
    ssh(more) {
      const ssh = new Ssh(sshd.access(more));
      opened.push(ssh);
      return ssh;
    },
    sessions: () => childrenOf(listener()),
    cut: (sessions) => kill(sessions.flatMap((pid) => [pid, ...childrenOf(pid).filter((child) => processes('cmdline', isSshd).includes(child))])),
    log: () => readFileSync(log, 'utf8'),
    async kill() {
      const sessions = sshd.sessions();
      kill([listener()].filter(Boolean));
      await stop(child);
      sshd.cut(sessions);
    },
    async restart() {
      child = begin();
      await until('sshd listens again', () => answers(port));
    },
    async close() {
      await Promise.all(opened.map((ssh) => ssh.close()));
      await sshd.kill();
      kill(processes('environ', (text) => text.includes(`HOSTLER_TEST=${mark}`)));
      rmSync(dir, { recursive: true, force: true });
      const shared = process.getuid?.() === 0 && !within ? claims : 0;
      for (let i = 0; i < shared; i++) rmSync(`/var/lib/hostler/spool/real-${mark}-${i}`, { recursive: true, force: true });
    },
  };
  try {
    await until('sshd listens', () => answers(port));
  } catch (error) {
    const said = sshd.log();
    await sshd.close();
    throw new Error(`sshd does not start: ${said}`, { cause: error });
  }
  return sshd;
}

function isSshd(cmdline: string): boolean {
  return cmdline.startsWith('sshd: ');
}

/** Whether a server on loopback greets whoever connects. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('data', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
