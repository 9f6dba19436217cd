import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import type { Argv } from '../../src/core/types.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { closeAll, portOf, until } from '../support/real/processes.ts';
import { newKey, type Sshd, startSshd } from '../support/real/sshd.ts';

const LIMITS = { timeoutMs: 20_000, cap: 200_000 };
const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'ss']))('commands on a real OpenSSH server', () => {
  let sshd: Sshd;
  let ssh: Ssh;
  beforeAll(async () => {
    sshd = await startSshd();
    ssh = sshd.ssh();
  });
  afterAll(() => sshd?.close());

  it.each([0, 1, 7, 124, 137, 255])('reports exit status %d', async (code) => {
    expect(await ssh.exec(sh(`exit ${code}`), LIMITS)).toEqual({ kind: 'exit', code, stdout: '', stderr: '', cut: 0 });
  });

  it.each(['KILL', 'TERM', 'SEGV'])('reports the end by SIG%s as a signal, not as a status', async (signal) => {
    const exec = await ssh.exec(sh(`echo before; kill -${signal} $$`), LIMITS);
    expect(exec).toMatchObject({ kind: 'signal', signal, stdout: 'before\n' });
  });

  it('keeps stdout and stderr apart, gives stdin, and a plain environment', async () => {
    const exec = await ssh.exec(sh('cat; echo trouble >&2; echo "$LC_ALL $PATH"'), { ...LIMITS, stdin: 'given 给\n' });
    expect(exec).toMatchObject({ kind: 'exit', stdout: 'given 给\nC /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n', stderr: 'trouble\n' });
  });

  it('gives a large stdin, also to who does not read it', async () => {
    const stdin = 'x'.repeat(3_000_000);
    expect(await ssh.exec(['wc', '-c'], { ...LIMITS, stdin })).toMatchObject({ kind: 'exit', stdout: '3000000\n' });
    expect(await ssh.exec(sh('exit 3'), { ...LIMITS, stdin })).toMatchObject({ kind: 'exit', code: 3 });
  });

  it('survives output that is no text', async () => {
    const exec = await ssh.exec(sh("printf 'a\\377\\000\\033b'; head -c 10000 /dev/urandom >&2"), LIMITS);
    expect(exec).toMatchObject({ kind: 'exit', code: 0, stdout: 'a\uFFFD\0\x1bb', cut: 0 });
  });

  it('keeps head and tail of 5 MB and says how much is missing', async () => {
    const exec = await ssh.exec(sh('echo begin; yes 012345678 | head -c 5000000; echo end'), { ...LIMITS, cap: 100_000 });
    if (exec.kind !== 'exit') throw new Error(exec.kind);
    expect(exec.cut).toBe(5_000_010 - 100_000);
    expect(exec.stdout.startsWith('begin\n012345678\n')).toBe(true);
    expect(exec.stdout.endsWith('012345678\nend\n')).toBe(true);
    expect(exec.stdout).toContain(`… ${exec.cut} bytes left out …`);
  });

  it('runs thirty at once over one connection, where the server allows ten', async () => {
    const before = sshd.log().split('Accepted publickey').length;
    const all = await Promise.all(Array.from({ length: 30 }, (_, i) => ssh.exec(sh('sleep 0.1; echo "$1"', String(i)), LIMITS)));
    expect(all.map((exec) => exec.kind === 'exit' && exec.stdout.trim())).toEqual(all.map((_, i) => String(i)));
    expect(sshd.log().split('Accepted publickey')).toHaveLength(before);
    expect(sshd.sessions()).toHaveLength(1);
  });

  it('gives up in time, and goes on when commands left behind use up the channels', async () => {
    const own = sshd.ssh();
    const before = sshd.sessions().length;
    for (let i = 0; i < 2; i++) {
      const hung = await Promise.all(Array.from({ length: 8 }, () => own.exec(sh('echo some; exec sleep 300'), { ...LIMITS, timeoutMs: 400 })));
      expect(hung).toEqual(hung.map(() => ({ kind: 'timeout', stdout: 'some\n', stderr: '', cut: 0 })));
    }
    const after = await Promise.all(Array.from({ length: 8 }, () => own.exec(['echo', 'well'], LIMITS)));
    expect(after.map((exec) => exec.kind === 'exit' && exec.stdout)).toEqual(after.map(() => 'well\n'));
    await until('the full connection is closed', () => sshd.sessions().length <= before + 1);
  });

  it('tells a connection lost in the middle from an end, and opens another', async () => {
    const own = sshd.ssh();
    const before = sshd.sessions();
    const exec = own.exec(sh('echo begun; exec sleep 60'), LIMITS);
    await until('the session', () => sshd.sessions().length > before.length);
    await new Promise((resolve) => setTimeout(resolve, 300));
    sshd.cut(sshd.sessions().filter((pid) => !before.includes(pid)));
    expect(await exec).toMatchObject({ kind: 'lost' });
    expect(await own.exec(['echo', 'again'], LIMITS)).toMatchObject({ kind: 'exit', stdout: 'again\n' });
  });
});

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('logging in to a real OpenSSH server', () => {
  let sshd: Sshd;
  let first: Sshd;
  const mute: Server = createServer();
  let silence: Promise<{ met: unknown; seconds: number }>;
  beforeAll(async () => {
    first = await startSshd();
    const { dir } = first;
    const extra = [newKey(dir, 'rsa', 'rsa'), newKey(dir, 'ecdsa', 'ecdsa'), newKey(dir, 'locked', 'ed25519', 'open sesame'), newKey(dir, 'stranger')];
    sshd = await startSshd({ clientKeys: extra.slice(0, 3).map((file) => `${file}.pub`) });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const began = Date.now();
    silence = trouble({ port: portOf(mute.address()) }).then((met) => ({ met, seconds: Math.round((Date.now() - began) / 1000) }));
  });
  afterAll(async () => {
    mute.close();
    await closeAll(sshd, first);
  });

  const hello = (more: Parameters<Sshd['ssh']>[0]) => sshd.ssh(more).exec(['echo', 'hello'], LIMITS);
  const trouble = (more: Parameters<Sshd['ssh']>[0]) =>
    hello(more).then(
      (exec) => exec,
      (error: unknown) => (error instanceof HostError ? error.trouble : error),
    );

  it.each(['rsa', 'ecdsa'])('takes a client key of type %s', async (type) => {
    expect(await hello({ key: `file:${first.dir}/${type}` })).toMatchObject({ kind: 'exit', stdout: 'hello\n' });
  });

  it('takes an encrypted key with its passphrase from the environment, and says what is wrong with a wrong one', async () => {
    process.env.HOSTLER_TEST_PASSPHRASE = 'open sesame';
    process.env.HOSTLER_TEST_WRONG = 'open barley';
    const key = `file:${first.dir}/locked`;
    expect(await hello({ key, passphrase: 'env:HOSTLER_TEST_PASSPHRASE' })).toMatchObject({ kind: 'exit', stdout: 'hello\n' });
    expect(await trouble({ key, passphrase: 'env:HOSTLER_TEST_WRONG' })).toBe('auth');
    expect(await trouble({ key, passphrase: 'env:HOSTLER_TEST_NONE' })).toBe('auth');
    expect(await trouble({ key })).toBe('auth');
  });

  it('tells a key that is not let in from a host that is not there', async () => {
    expect(await trouble({ key: `file:${first.dir}/stranger` })).toBe('auth');
    expect(await trouble({ key: `file:${first.dir}/none` })).toBe('auth');
    expect(await trouble({ port: await freePort() })).toBe('unreachable');
    await until('refused connections are closed', () => sshd.sessions().length <= 3);
  });

  it('gives up on a port that accepts and never speaks', async () => {
    const { met, seconds } = await silence;
    expect(met).toBe('timeout');
    expect(seconds).toBeLessThanOrEqual(12);
  });
});
