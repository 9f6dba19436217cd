import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostError, Later } from '../../src/core/errors.ts';
import type { Argv, ExecStep, Outcome } from '../../src/core/types.ts';
import { perform, recheck } from '../../src/hosts/runner.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { kill, processes, until } from '../support/real/processes.ts';
import { SHELLS, ShellSsh, shellPath } from '../support/real/shells.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';
import { watching } from '../support/watch.ts';

const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];
/** Appends a line to a file: an effect that can be counted. */
const effect = (file: string, then: string): Argv => sh(`echo done >>"$1"; ${then}`, file);
const count = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
const timeless = (outcome: Outcome) => ('ms' in outcome ? { ...outcome, ms: 0 } : outcome);

let sshd: Sshd;
let ssh: Ssh;
let deaf: Promise<Outcome>;

function step(argv: Argv, timeoutMs = 20_000, stdin?: string): ExecStep {
  return { kind: 'exec', on: { site: 'lab', host: 'real' }, why: { words: { en: 'test', zh: '测试' } }, argv, timeoutMs, ...(stdin ? { stdin } : {}) };
}

const spool = (inner: string) => `if [ -w /var/lib ]; then b=/var/lib/hostler; else b=$HOME/.local/state/hostler; fi; ${inner}`;

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'dash', 'bash', 'busybox']))('the runner in real shells over real SSH', () => {
  beforeAll(async () => {
    sshd = await startSshd();
    ssh = sshd.ssh();
    deaf = perform(sshd.ssh(), sshd.claim(), step(sh("trap '' TERM; echo deaf; while :; do sleep 1; done"), 1000), watching());
  });
  afterAll(() => sshd?.close());

  describe.each(SHELLS)('%s', (shell) => {
    let path: string;
    let own: Ssh[];
    const connect = () => {
      const made = new ShellSsh(sshd.access(), path);
      own.push(made);
      return made;
    };
    let over: Ssh;
    const run = (id: string, argv: Argv, limit?: number, stdin?: string, via = over) => perform(via, id, step(argv, limit, stdin), watching());
    beforeAll(() => {
      own = [];
      path = shellPath(sshd.dir, shell);
      over = connect();
    });
    afterAll(() => Promise.all(own.map((one) => one.close())));

    it('performs a step once, and tells who asks again the same', async () => {
      const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
      const first = await run(id, effect(file, 'echo out; echo err >&2; exit 7'));
      expect(first).toMatchObject({ kind: 'exit', code: 7, output: 'out\nerr\n' });
      expect(await run(id, effect(file, 'echo out; echo err >&2; exit 7'))).toEqual(first);
      expect(await recheck(over, id, step(['false']), false)).toEqual(first);
      expect(count(file)).toBe(1);
    });

    it('performs it once for five who ask at the same time', async () => {
      const [id, file, others] = [sshd.claim(), join(sshd.dir, crypto.randomUUID()), connect()];
      const argv = effect(file, 'cat; sleep 0.3; echo out');
      const all = await Promise.all([over, others, over, others, over].map((via) => run(id, argv, undefined, 'given\n', via)));
      expect(all.map(timeless)).toEqual(all.map(() => ({ kind: 'exit', code: 0, output: 'given\nout\n', ms: 0 })));
      expect(count(file)).toBe(1);
    });

    it('keeps every argument as it is, gives stdin, and leaves umask, folder and signals alone', async () => {
      const words = [
        '',
        ' ',
        '*',
        '$HOME',
        '`id`',
        '$(id)',
        "'",
        "''",
        '"',
        '\\',
        '\n',
        '-rf',
        '!',
        '#',
        'ü 中 あ \u202e',
        '\x1b[0m',
        '\x7f',
        '{a,b}',
        '~',
        '; exit 9',
      ];
      const self = 'cat; umask; pwd';
      const ignored = 'grep "^SigIgn" /proc/self/status';
      const said = await run(sshd.claim(), sh(`${self}; ${ignored}; for w; do printf "<%s>" "$w"; done`, ...words), undefined, 'given\n');
      const plain = await over.exec(sh(self), { timeoutMs: 5000, cap: 1000, stdin: 'given\n' });
      const expected = `${plain.kind === 'exit' ? plain.stdout : ''}SigIgn:\t${'0'.repeat(16)}\n${words.map((word) => `<${word}>`).join('')}`;
      expect(said).toMatchObject({ code: 0, output: expected });
    });

    it('leaves nothing of what it was given on the host', async () => {
      const [id, mark] = [sshd.claim(), crypto.randomUUID()];
      expect(await run(id, sh('cat >/dev/null'), undefined, `${mark}\n`)).toMatchObject({ kind: 'exit', code: 0 });
      const found = await ssh.exec(sh(spool(`grep -rl "$1" "$b" /run/hostler /dev/shm "/run/user/$(id -u)"`), mark), { timeoutMs: 5000, cap: 1000 });
      expect(found).toMatchObject({ stdout: '' });
    });

    it('ends what takes too long, and tells who asks again the same', async () => {
      const id = sshd.claim();
      const all = await Promise.all([1, 2].map(() => run(id, sh('echo some; exec sleep 60'), 1000)));
      for (const one of all) expect(one).toEqual({ kind: 'timeout', afterMs: 1000, output: 'some\n' });
    });

    it('keeps head and tail of 3 MB', async () => {
      const said = await run(sshd.claim(), sh('echo begin; yes 0123456 | head -c 3000000; echo end; exit 3'));
      expect(said).toMatchObject({ kind: 'exit', code: 3 });
      if (said.kind !== 'exit') return;
      expect(said.cut).toBe(3_000_010 - said.output.length);
      expect(said.output.length).toBeGreaterThan(262_144 - 16); // whole lines only: no secret is cut in two
      expect(new Set(said.output.split('\n'))).toEqual(new Set(['begin', '0123456', 'end', '']));
      expect(said.output.startsWith('begin\n')).toBe(true);
      expect(said.output.endsWith('end\n')).toBe(true);
    });

    it('tells a step that went on after the connection was cut by its true end, with every byte once', async () => {
      const [id, file, own] = [sshd.claim(), join(sshd.dir, crypto.randomUUID()), connect()];
      const before = sshd.sessions();
      const watch = watching();
      const numbers = 'i=0; while [ $i -lt 6000 ]; do i=$((i + 1)); echo "$i"; [ $((i % 1000)) != 0 ] || sleep 0.6; done; exit 9';
      const cut = perform(own, id, step(effect(file, numbers)), watch);
      await until('progress', () => watch.seen.length > 0);
      sshd.cut(sshd.sessions().filter((pid) => !before.includes(pid)));
      const output = Array.from({ length: 6000 }, (_, i) => `${i + 1}\n`).join('');
      expect(timeless(await cut)).toEqual({ kind: 'exit', code: 9, output, ms: 0 });
      expect(await run(id, effect(file, 'exit 1'))).toMatchObject({ kind: 'exit', code: 9, output });
      expect(count(file)).toBe(1);
    });

    it('knows a step whose host rebooted meanwhile, and does not begin it again', async () => {
      const claims = ['mkdir go; echo 1 1 old group 1 1 1 1 >run; echo some >out', 'echo "# old" >step'];
      for (const claim of claims) {
        const id = sshd.claim();
        await ssh.exec(sh(spool(`mkdir -p "$b/spool/$1"; cd "$b/spool/$1"; ${claim}`), id), { timeoutMs: 5000, cap: 1000 });
        expect(await run(id, ['echo', 'never'])).toMatchObject({ kind: 'rebooted' });
        expect(await recheck(over, id, step(['echo', 'never']), true)).toMatchObject({ kind: 'rebooted' });
      }
    });

    it('knows the claims of the version before: their end, or that they ran', async () => {
      const file = join(sshd.dir, crypto.randomUUID());
      const earlier = async (files: string) => {
        const id = sshd.claim();
        const claim = `mkdir -p "$b/spool/$1"; cd "$b/spool/$1"; read -r boot </proc/sys/kernel/random/boot_id; ${files}`;
        await ssh.exec(sh(spool(claim), id), { timeoutMs: 5000, cap: 1000 });
        return run(id, effect(file, 'exit 0'));
      };
      expect(await earlier('echo "1 1 $boot" >run; echo some >out; echo 7 >exit')).toMatchObject({ kind: 'exit', code: 7, output: 'some\n' });
      expect(await earlier('echo "999999999 1 $boot" >run; echo some >out')).toMatchObject({ kind: 'gone' });
      expect(count(file)).toBe(0);
    });

    it('says that it does not know when all of it was killed', async () => {
      const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
      const first = run(id, effect(file, 'exec sleep 30'));
      first.catch(() => undefined);
      await until('the effect', () => count(file) === 1);
      kill(processes('cmdline', (text) => text.includes(id)));
      kill(processes('environ', (text) => text.includes(`HOSTLER_RUN=${id}\0`)));
      expect(await run(id, effect(file, 'exit 0'))).toMatchObject({ kind: 'gone' });
      expect(count(file)).toBe(1);
    });
  });

  it('says that a step runs as long as something of it does, keeper or not', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    perform(ssh, id, step(effect(file, 'exec sleep 30')), watching()).catch(() => undefined);
    await until('the effect', () => count(file) === 1);
    const named = () => processes('environ', (text) => text.includes(`HOSTLER_RUN=${id}\0`));
    kill(processes('cmdline', (text) => text.includes(`${id}/step`)));
    expect(await recheck(ssh, id, step(['false']), false)).toBe(undefined);
    expect(named()).toHaveLength(1);
    kill(named());
    await until('its end', async () => (await recheck(ssh, id, step(['false']), false))?.kind === 'gone');
  });

  it('keeps a step that is not known to have begun from ever beginning, when it is asked what became of it', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    expect(await recheck(ssh, id, step(['true']), false, true)).toMatchObject({ kind: 'gone' });
    expect(await recheck(ssh, id, step(['true']), false, false)).toMatchObject({ kind: 'unreachable' });
    expect(await perform(ssh, id, step(effect(file, 'exit 0')), watching())).toMatchObject({ kind: 'stopped' });
    expect(count(file)).toBe(0);
  });

  it('asks again, rather than calling it a failure, when what answers is killed', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    const first = perform(ssh, id, step(effect(file, 'sleep 1; exit 6')), watching()).catch((error: unknown) => error);
    await until('the effect', () => count(file) === 1);
    kill(processes('cmdline', (text) => text.includes('hostler-run\0start\0') && text.includes(id)));
    const error = await first;
    expect(error instanceof HostError && error.trouble).toBe('lost');
    expect(await perform(ssh, id, step(effect(file, 'exit 0')), watching())).toMatchObject({ kind: 'exit', code: 6 });
    expect(count(file)).toBe(1);
  });

  it('only follows what was begun, and never begins it', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    expect(await perform(ssh, id, step(effect(file, 'exit 0')), watching({ started: true }))).toMatchObject({ kind: 'gone' });
    expect(count(file)).toBe(0);
  });

  it('tells how far it has come, and leaves it running when asked to', async () => {
    const [id, file, leave] = [sshd.claim(), join(sshd.dir, crypto.randomUUID()), new AbortController()];
    const watch = watching({ leave: leave.signal });
    const left = perform(ssh, id, step(effect(file, 'head -c 200000 /dev/zero; echo 中中; sleep 4; exit 5')), watch).catch((error: unknown) => error);
    await until('progress', () => watch.seen.length > 0);
    const began = Date.now();
    leave.abort();
    expect(await left).toBeInstanceOf(Later);
    expect(Date.now() - began).toBeLessThan(500);
    expect(watch.seen[0]).toMatchObject({ size: 200_007, tail: expect.stringMatching(/^\0+中中\n$/), boot: expect.stringMatching(/^[-0-9a-f]{36}$/) });
    const again = watching({ started: true });
    expect(await perform(ssh, id, step(effect(file, 'exit 0')), again)).toMatchObject({ kind: 'exit', code: 5 });
    expect(count(file)).toBe(1);
  });

  it('does not begin a step whose input did not come whole', async () => {
    const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
    const { startArgv } = await import('../../src/hosts/script.ts');
    const argv = startArgv({ id, limit: 20, from: 0, hold: 1, stdin: 10, argv: effect(file, 'cat') });
    expect(await ssh.exec(argv, { timeoutMs: 5000, cap: 1000, stdin: 'half' })).toMatchObject({
      stdout: expect.stringMatching(/^hostler-run 2 \S+ -\nend none - 0 0\n$/),
    });
    expect(count(file)).toBe(0);
    expect(await perform(ssh, id, step(effect(file, 'cat'), 20_000, 'whole'), watching())).toMatchObject({ kind: 'exit', code: 0, output: 'whole' });
  });

  it('keeps looks waiting for none of many long steps', async () => {
    const busy = sshd.ssh();
    const all = [1, 2, 3, 4, 5, 6].map(() => perform(busy, sshd.claim(), step(['sleep', '3']), watching()));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = Date.now();
    await busy.exec(['true'], { timeoutMs: 5000, cap: 100 });
    expect(Date.now() - began).toBeLessThan(500);
    for (const one of await Promise.all(all)) expect(one).toMatchObject({ kind: 'exit', code: 0 });
  });

  it('keeps head and tail of 31 MB that come in two parts', async () => {
    const said = await perform(
      ssh,
      sshd.claim(),
      step(sh('echo begin; yes 0123456 | head -c 30000000; sleep 3; yes 0123456 | head -c 1000000; echo end')),
      watching(),
    );
    expect(said).toMatchObject({ kind: 'exit', code: 0 });
    if (said.kind !== 'exit') return;
    expect(said.cut).toBe(31_000_010 - said.output.length);
    expect(said.output.length).toBeGreaterThan(262_144 - 16);
    expect([said.output.slice(0, 6), said.output.slice(-4)]).toEqual(['begin\n', 'end\n']);
    expect(new Set(said.output.split('\n'))).toEqual(new Set(['begin', '0123456', 'end', '']));
  });

  it('calls it a timeout even when it took a SIGKILL', async () => {
    expect(await deaf).toEqual({ kind: 'timeout', afterMs: 1000, output: 'deaf\n' });
  });

  it('tells a signal of the step from a status, and leaves no process of its own', async () => {
    const ids = [sshd.claim(), sshd.claim()];
    expect(await perform(ssh, ids[0] ?? '', step(sh('kill -SEGV $$')), watching())).toMatchObject({ kind: 'signal', signal: 'SEGV' });
    expect(await perform(ssh, ids[1] ?? '', step(['no-such-program'], 47_000), watching())).toMatchObject({ kind: 'exit', code: 127 });
    await until('no process', () => processes('cmdline', (text) => ids.some((id) => text.includes(id)) || text === 'sleep\x0047\0').length === 0);
  });
});
