import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv, ExecStep, Outcome } from '../../src/core/types.ts';
import { parseAnswer } from '../../src/hosts/answer.ts';
import { perform, recheck } from '../../src/hosts/runner.ts';
import { startArgv } from '../../src/hosts/script.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { kill, until } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';
import { watching } from '../support/watch.ts';

const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];
const step = (argv: Argv, timeoutMs = 20_000): ExecStep => ({
  ...{ kind: 'exec', on: { site: 'lab', host: 'machine' }, why: { words: { en: 'test', zh: '测试' } }, argv, timeoutMs },
});
const LOOP = 'n=0; while [ $n -lt 60 ]; do n=$((n + 1)); sleep 1; done';
const CGROUPS = ['v2', 'v1', 'host'] as const;

describe.skipIf(!needs(SYSTEMD))('the runner where systemd rules', () => {
  // Most of it is waiting: the machines run side by side, and what they do, until it comes to reboots.
  describe.each(CGROUPS)('control groups: %s', { concurrent: true }, (cgroups) => {
    let host: SystemdHost;
    let ssh: Ssh;
    beforeAll(async () => {
      host = await startSystemd({ cgroups });
      ssh = host.ssh();
    }, BUILD_MS);
    afterAll(() => host?.close());

    /** Processes of the machine that have a word among their arguments, as seen from here. */
    const having = (mark: string) =>
      host.pids().filter((pid) => {
        const words = text(`/proc/${pid}/cmdline`);
        return words.includes(`\0${mark}\0`) && !words.includes('hostler-run');
      });
    const keeperOf = (id: string) => host.pids().filter((pid) => text(`/proc/${pid}/cmdline`).includes(`/${id}/step\0`));
    const count = (id: string) => text(`${host.root}/root/${id}`).split('\n').length - 1;
    const effect = (id: string, then: string) => step(sh(`echo done >>"/root/$1"; ${then}`, id));
    const systemctl = async (...args: string[]) => {
      const exec = await ssh.exec(['systemctl', ...args], { timeoutMs: 30_000, cap: 10_000 });
      return exec.kind === 'exit' ? exec.stdout.trim() : exec.kind;
    };
    const noUnit = (id: string) =>
      until('the end of the unit', async () => (await systemctl('show', '-P', 'LoadState', `hostler-${id}`)) === 'not-found', 25_000);

    /** Begins a program that gets a mark as its first argument, and stops it when so many processes have the mark. */
    async function stopped(script: string, processes: number): Promise<{ ended: Outcome; mark: string; id: string }> {
      const [mark, id, stop] = [crypto.randomUUID(), host.claim(), new AbortController()];
      const ended = perform(ssh, id, step(sh(script, mark, LOOP)), watching({ stop: stop.signal }));
      await until('its processes', () => having(mark).length >= processes);
      stop.abort();
      return { ended: await ended, mark, id };
    }

    it('begins a step in a unit of its own, once', async () => {
      const id = host.claim();
      const exec = await ssh.exec(startArgv({ id, limit: 20, from: 0, hold: 5, stdin: 5, argv: effect(id, 'cat; sleep 1; exit 7').argv }), {
        ...{ timeoutMs: 10_000, cap: 10_000, stdin: 'given', binary: true },
      });
      const answer = exec.kind === 'exit' ? parseAnswer(exec.stdout) : undefined;
      expect(answer).toMatchObject({
        contained: 'unit',
        state: 'exit',
        code: 7,
        size: 5,
        boot: text(`${host.root}/proc/sys/kernel/random/boot_id`).trim() || answer?.boot,
      });
      expect(await perform(ssh, id, effect(id, 'exit 1'), watching())).toMatchObject({ kind: 'exit', code: 7, output: 'given' });
      expect(count(id)).toBe(1);
      await noUnit(id);
    });

    it('performs it once for five who ask at the same time', async () => {
      const id = host.claim();
      const all = await Promise.all([1, 2, 3, 4, 5].map(() => perform(ssh, id, effect(id, 'sleep 0.5; exit 3'), watching())));
      for (const one of all) expect(one).toMatchObject({ kind: 'exit', code: 3 });
      expect(count(id)).toBe(1);
    });

    it('keeps every argument as it is', async () => {
      const words = ['', '$HOME', `\${HOME}`, '$$', '%h', '%%', "'", '"', '\\', '\\n', '\n', 'a b', ';', '@x', '-x', 'ü 中'];
      const said = await perform(ssh, host.claim(), step(sh('for w; do printf "<%s>" "$w"; done', ...words)), watching());
      expect(said).toMatchObject({ kind: 'exit', code: 0, output: words.map((word) => `<${word}>`).join('') });
    });

    it('tells how it ended while nobody watched, when its unit is long forgotten', async () => {
      const [id, own] = [host.claim(), host.ssh()];
      const leave = new AbortController();
      const left = perform(own, id, effect(id, 'sleep 1; echo out; exit 7'), watching({ leave: leave.signal })).catch((error: unknown) => error);
      await until('the effect', () => count(id) === 1);
      leave.abort();
      await left;
      await own.close();
      await noUnit(id);
      expect(await perform(ssh, id, effect(id, 'exit 1'), watching({ started: true }))).toMatchObject({ kind: 'exit', code: 7, output: 'out\n' });
      expect(count(id)).toBe(1);
    });

    it('ends with the step what the step leaves running', async () => {
      const [id, mark] = [host.claim(), crypto.randomUUID()];
      const one = step(sh('setsid env -i /bin/sh -c "$2" sh "$1" >/dev/null 2>&1 & sleep 0.2', mark, LOOP));
      expect(await perform(ssh, id, one, watching())).toMatchObject({ kind: 'exit', code: 0 });
      await noUnit(id);
      expect(having(mark)).toEqual([]);
    });

    it('knows the end when the keeper was killed', async () => {
      const [id, mark] = [host.claim(), crypto.randomUUID()];
      const ended = perform(ssh, id, step(sh(LOOP, mark)), watching());
      await until('its process', () => having(mark).length === 1);
      kill(keeperOf(id));
      expect(await ended).toMatchObject({ kind: 'signal', signal: 'KILL' });
      await noUnit(id);
      expect(having(mark)).toEqual([]);
    });

    it('knows the end when someone stops the unit', { concurrent: false }, async () => {
      for (const trap of ['', "trap '' TERM; "]) {
        const [id, mark] = [host.claim(), crypto.randomUUID()];
        const ended = perform(ssh, id, step(sh(`${trap}echo done >>"/root/$2"; ${LOOP}`, mark, id), 60_000), watching());
        await until('its process, with its trap set', () => having(mark).length === 1 && count(id) === 1);
        await systemctl('stop', `hostler-${id}`);
        expect(await ended).toMatchObject({ kind: 'signal', signal: trap ? 'KILL' : 'TERM' });
        expect(having(mark)).toEqual([]);
      }
    });

    it('ends what takes too long', async () => {
      const [id, mark] = [host.claim(), crypto.randomUUID()];
      const one = step(sh('echo some; setsid sh -c "$2" sh "$1" & sh -c "$2" sh "$1"', mark, LOOP), 1000);
      expect(await perform(ssh, id, one, watching())).toMatchObject({ kind: 'timeout', afterMs: 1000, output: expect.stringContaining('some\n') });
      expect(having(mark)).toEqual([]);
    });

    it('stops those that left parents, sessions and names behind, and proves it', async () => {
      const run = 'sh -c "$2" sh "$1"';
      const bare = 'setsid env -i /bin/sh -c "$2" sh "$1"';
      const { ended, mark, id } = await stopped(`trap '' TERM HUP; (${run} & ); (${bare} & ); setsid nohup ${bare} & ${run}`, 4);
      expect(ended).toMatchObject({ kind: 'stopped' });
      expect(having(mark)).toEqual([]);
      expect(await recheck(ssh, id, step(['true']), true)).toMatchObject({ kind: 'stopped' });
      await noUnit(id);
    });

    it('stops a fork bomb, and proves it', async () => {
      const bomb = `trap '' TERM; b() { [ $1 = 0 ] || { b $(($1 - 1)) & b $(($1 - 1)) & }; sleep 0.1; [ $1 = 0 ] || b $(($1 - 1)); sleep 60; }; b 5`;
      const { ended, mark } = await stopped(bomb, 100);
      expect(ended).toMatchObject({ kind: 'stopped' });
      expect(having(mark)).toEqual([]);
    });

    it.each([
      ['in good order', 'reboot'],
      ['by loss of power', 'kill'],
    ] as const)('knows a step that a reboot %s interrupted, and never runs it again', { concurrent: false }, async (_, how) => {
      const [id, own] = [host.claim(), host.ssh()];
      const one = effect(id, "trap 'exit 0' TERM; n=0; while [ $n -lt 600 ]; do n=$((n + 1)); sleep 0.1; done");
      const watch = watching();
      const ended = perform(own, id, one, watch);
      await until('progress', () => watch.seen.length > 0);
      await host[how]();
      expect(await ended).toMatchObject({ kind: 'rebooted' });
      expect(await perform(own, id, one, watching())).toMatchObject({ kind: 'rebooted' });
      expect(await recheck(own, id, one, true)).toMatchObject({ kind: 'rebooted' });
      expect(count(id)).toBe(1);
      ssh = own;
    });
  });
});

function text(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch {
    return ''; // it ended meanwhile
  }
}
