import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConsoleFile } from '../../src/home.ts';
import type { Sshd } from './sshd.ts';
import { pause } from './stats.ts';

/** A bot in a process of its own, as `hostler start` starts it. */
export interface BotProcess {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  /** The socket of its private Redis. */
  readonly redis: string;
  close(): Promise<void>;
}

const BIN = new URL('../../src/bin.js', import.meta.url).pathname;

/** Starts a bot: with one real host, or without `sshd` with the practice fleet. */
export function startBot(home: string, sshd?: Sshd): Promise<BotProcess> {
  return startBotWith(home, sshd && configFor(sshd));
}

/** Starts a bot with a configuration; undefined: the practice fleet. */
export async function startBotWith(home: string, config: unknown): Promise<BotProcess> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'config.yaml');
  if (config !== undefined) writeFileSync(file, JSON.stringify(config), { mode: 0o600 }); // YAML 1.2 reads JSON
  const given = config === undefined ? [] : ['--config', file];
  const child = spawn(process.execPath, [BIN, 'start', '--port', '0', ...given], {
    env: { ...process.env, HOSTLER_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(hard);
  };
  for (let i = 0; i < 400 && child.exitCode === null; i++) {
    const found = readConsoleFile(home);
    if (found) return { pid: found.pid, url: found.url, token: found.token, redis: join(home, 'redis', 'redis.sock'), close };
    await pause(50);
  }
  await close();
  throw new Error(`the bot did not start: ${said.trim()}`);
}

/** One site, one host, one person who may do everything. */
function configFor({ access, fingerprint }: Sshd): unknown {
  const { name, address, port, user, key } = access;
  return {
    practice: true,
    limits: { person: 100_000, room: 100_000 },
    sites: { here: {} },
    hosts: { [name]: { site: 'here', address, port, user, key, hostKey: fingerprint } },
    people: { alice: { name: 'Alice', roles: ['operator'] } },
    roles: { operator: { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] } },
    approvals: [{ from: 'medium', roles: ['operator'] }],
  };
}
