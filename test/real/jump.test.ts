import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/real/have.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const limits = { timeoutMs: 10_000, cap: 65_536 };

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'ssh-agent', 'ssh-add']))('a host that is not reached directly', () => {
  let gate: Sshd;
  let target: Sshd;
  beforeAll(async () => {
    gate = await startSshd();
    target = await startSshd();
  });
  afterAll(async () => {
    await gate.close();
    await target.close();
  });

  it('is reached through another, which sees only its connection', async () => {
    const done = await target.ssh({ jump: gate.access() }).exec(['echo', 'through'], limits);
    expect(done).toMatchObject({ kind: 'exit', code: 0, stdout: 'through\n' });
    expect(gate.sessions().length).toBe(1);
  });

  it('is refused when the one before it is a stranger, or does not lead there', async () => {
    const stranger = { ...gate.access(), pinned: { fingerprints: [target.fingerprint()] } };
    await expect(target.ssh({ jump: stranger }).exec(['true'], limits)).rejects.toMatchObject({ trouble: 'key' });
    await expect(target.ssh({ jump: gate.access(), port: 1 }).exec(['true'], limits)).rejects.toMatchObject({ trouble: 'unreachable' });
  });

  it('is logged in to with a key of the agent, which never leaves it', async () => {
    const socket = join(target.dir, 'agent.sock');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const before = process.env.SSH_AUTH_SOCK;
    try {
      await expect.poll(() => hasKey(socket, target.key), { timeout: 5000 }).toBe(true);
      process.env.SSH_AUTH_SOCK = socket;
      expect(await target.ssh({ key: 'agent' }).exec(['echo', 'agent'], limits)).toMatchObject({ kind: 'exit', stdout: 'agent\n' });
      delete process.env.SSH_AUTH_SOCK;
      await expect(target.ssh({ key: 'agent' }).exec(['true'], limits)).rejects.toMatchObject({ trouble: 'auth' });
    } finally {
      if (before !== undefined) process.env.SSH_AUTH_SOCK = before;
      agent.kill();
    }
  });
});

/** Gives the agent the key, once it listens. */
function hasKey(socket: string, key: string): boolean {
  try {
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
