import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import type { Argv, ExecStep, Outcome } from '../../src/core/types.ts';
import { outcome, perform, runnerArgv } from '../../src/hosts/runner.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { kill, processes, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const SHELLS: readonly Argv[] = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']];
const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];
/** Appends a line to a file: an effect that can be counted. */
const effect = (file: string, then: string): Argv => sh(`echo done >>"$1"; ${then}`, file);
const count = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);

let sshd: Sshd;
let ssh: Ssh;
let deaf: Promise<Outcome>;

async function call(shell: Argv, id: string, argv: Argv, options: { limit?: number; stdin?: string; over?: Ssh } = {}): Promise<Outcome> {
  const limit = options.limit ?? 20_000;
  const [, ...script] = runnerArgv(id, limit, argv);
  const exec = await (options.over ?? ssh).exec([...shell, ...script], { timeoutMs: 30_000, cap: 300_000, stdin: options.stdin ?? '' });
  if (exec.kind === 'lost' || exec.kind === 'timeout') throw new Error(exec.kind);
  return outcome(exec, limit, 0);
}

function step(argv: Argv, timeoutMs = 20_000): ExecStep {
  return { kind: 'exec', on: { site: 'lab', host: 'real' }, why: { words: { en: 'test', zh: '测试' } }, argv, timeoutMs };
}

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'dash', 'bash', 'busybox']))('the runner in real shells over real SSH', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    ssh = sshd.ssh();
    deaf = perform(sshd.ssh(), sshd.claim(), step(sh("trap '' TERM; echo deaf; while :; do sleep 1; done"), 1000));
  });
  afterAll(() => sshd?.close());

  describe.each(SHELLS.map((shell) => ({ name: shell.join(' '), shell })))('$name', ({ shell }) => {
    it('performs a step once, and tells who asks again the same', async () => {
      const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
      const first = await call(shell, id, effect(file, 'echo out; echo err >&2; exit 7'));
      expect(first).toEqual({ kind: 'exit', code: 7, output: 'out\nerr\n', ms: 0 });
      expect(await call(shell, id, effect(file, 'echo out; echo err >&2; exit 7'))).toEqual(first);
      expect(count(file)).toBe(1);
    });

    it('performs it once for five who ask at the same time', async () => {
      const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
      const others = sshd.ssh();
      const all = await Promise.all([ssh, others, ssh, others, ssh].map((over) => call(shell, id, effect(file, 'sleep 0.3; echo out'), { over })));
      expect(all).toEqual(all.map(() => ({ kind: 'exit', code: 0, output: 'out\n', ms: 0 })));
      expect(count(file)).toBe(1);
    });

    it('keeps every argument as it is, gives stdin, and leaves the umask alone', async () => {
      const words = ['', ' ', '*', '$HOME', '`id`', '$(id)', "'", '"', '\\', '\n', '-rf', '!', '#', 'ü 中 \u202e', '\x1b[0m', '{a,b}', '~', '; exit 9'];
      const said = await call(shell, sshd.claim(), sh('cat; umask; for w; do printf "<%s>" "$w"; done', ...words), { stdin: 'given\n' });
      const mask = await ssh.exec(sh('umask'), { timeoutMs: 5000, cap: 100 });
      expect(said).toMatchObject({ code: 0, output: `given\n${mask.kind === 'exit' ? mask.stdout : ''}${words.map((word) => `<${word}>`).join('')}` });
    });

    it('ends what takes too long, and tells who asks again the same', async () => {
      const id = sshd.claim();
      const all = await Promise.all([1, 2].map(() => call(shell, id, sh('echo some; exec sleep 60'), { limit: 1000 })));
      for (const one of all) expect(one).toMatchObject({ kind: 'timeout', afterMs: 1000, output: expect.stringContaining('some\n') });
    });

    it('keeps head and tail of 3 MB', async () => {
      const said = await call(shell, sshd.claim(), sh('echo begin; yes 0123456 | head -c 3000000; echo end; exit 3'));
      expect(said).toMatchObject({ kind: 'exit', code: 3, cut: 3_000_010 - 262_144 });
      if (said.kind !== 'exit') return;
      expect(said.output).toHaveLength(262_144);
      expect(said.output.startsWith('begin\n')).toBe(true);
      expect(said.output.endsWith('end\n')).toBe(true);
    });

    it('tells a step that went on after the connection was cut by its true end', async () => {
      const [id, file, own] = [sshd.claim(), join(sshd.dir, crypto.randomUUID()), sshd.ssh()];
      const before = sshd.sessions();
      const cut = call(shell, id, effect(file, 'sleep 1; echo went on; exit 9'), { over: own }).catch((error: unknown) => String(error));
      await until('the effect', () => count(file) === 1);
      sshd.cut(sshd.sessions().filter((pid) => !before.includes(pid)));
      expect(await cut).toBe('Error: lost');
      expect(await call(shell, id, effect(file, 'exit 1'))).toEqual({ kind: 'exit', code: 9, output: 'went on\n', ms: 0 });
      expect(count(file)).toBe(1);
    });

    it('knows a step whose host rebooted meanwhile', async () => {
      const id = sshd.claim();
      const claim =
        'if [ -w /var/lib ]; then b=/var/lib/hostler; else b=$HOME/.local/state/hostler; fi; mkdir -p "$b/spool/$1"; cd "$b/spool/$1"; echo 1 1 old >run; echo some >out';
      await ssh.exec(sh(claim, id), { timeoutMs: 5000, cap: 1000 });
      expect(await call(shell, id, ['echo', 'never'])).toEqual({ kind: 'rebooted', output: 'some\n' });
    });

    it('says that it does not know when it was killed itself', async () => {
      const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
      const first = call(shell, id, effect(file, 'exec sleep 30')).catch((error: unknown) => error);
      await until('the effect', () => count(file) === 1);
      kill(processes('cmdline', (text) => text.includes(id)));
      await first;
      expect(await call(shell, id, effect(file, 'exit 0'))).toMatchObject({ kind: 'gone' });
      expect(count(file)).toBe(1);
    });
  });

  it('asks again, rather than calling it a failure, when the runner is killed', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    const first = perform(ssh, id, step(effect(file, 'exec sleep 30'))).catch((error: unknown) => error);
    await until('the effect', () => count(file) === 1);
    kill(processes('cmdline', (text) => text.includes(id)));
    const error = await first;
    expect(error instanceof HostError && error.trouble).toBe('lost');
    expect(await perform(ssh, id, step(effect(file, 'exit 0')))).toMatchObject({ kind: 'gone' });
  });

  it('calls it a timeout even when it took a SIGKILL', async () => {
    expect(await deaf).toMatchObject({ kind: 'timeout', afterMs: 1000, output: expect.stringContaining('deaf\n') });
  });

  it('tells a signal of the step from a status', async () => {
    expect(await perform(ssh, sshd.claim(), step(sh('kill -SEGV $$')))).toMatchObject({ kind: 'signal', signal: 'SEGV' });
    expect(await perform(ssh, sshd.claim(), step(['no-such-program']))).toMatchObject({ kind: 'exit', code: 127 });
  });
});
