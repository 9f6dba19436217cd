import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv, ExecStep, Outcome } from '../../src/core/types.ts';
import { expireSpools, perform, recheck } from '../../src/hosts/runner.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { kill, processes, until } from '../support/real/processes.ts';
import { SHELLS, ShellSsh, shellPath } from '../support/real/shells.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';
import { watching } from '../support/watch.ts';

const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];
const step = (argv: Argv, more: Partial<ExecStep> = {}): ExecStep => ({
  ...{ kind: 'exec', on: { site: 'lab', host: 'real' }, why: { words: { en: 'test', zh: '测试' } }, argv, timeoutMs: 20_000 },
  ...more,
});
/** A program that goes on for a minute, and by whose arguments it is found. */
const LOOP = 'n=0; while [ $n -lt 60 ]; do n=$((n + 1)); sleep 1; done';

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'dash', 'bash', 'busybox', 'unshare', 'root']))('stopping without control groups', () => {
  // Most of it is waiting: each shell has a machine of its own, beside the others.
  describe.each(SHELLS)('%s', { concurrent: true }, (shell) => {
    describe('alone on its machine', { concurrent: false }, () => {
      let sshd: Sshd;
      let ssh: Ssh;
      let mark: string;
      const alive = () => processes('cmdline', (text) => text.includes(`\0${mark}\0`) && !text.includes('hostler-run'));
      /** Begins a program that gets a mark as its first argument, and stops it when so many processes have the mark. */
      async function stopped(script: string, count: number): Promise<Outcome> {
        mark = crypto.randomUUID();
        const stop = new AbortController();
        const ended = perform(ssh, sshd.claim(), step(sh(script, mark, LOOP)), watching({ stop: stop.signal }));
        await until('its processes', () => alive().length >= count);
        stop.abort();
        return ended;
      }
      beforeAll(async () => {
        sshd = await startSshd({ alone: true });
        ssh = new ShellSsh(sshd.access(), shellPath(sshd.dir, shell));
      });
      afterAll(async () => {
        kill(alive());
        await ssh?.close();
        await sshd?.close();
      });

      it('ends a program at once that heeds TERM, and keeps what it said', async () => {
        const began = Date.now();
        const ended = await stopped(`trap 'echo bye' TERM; echo hello; n=0; while [ $n -lt 9 ]; do n=$((n + 1)); sleep 0.1; done`, 1);
        expect(ended).toMatchObject({ kind: 'stopped', output: expect.stringMatching(/^hello\n(Terminated\n)?bye\n$/) });
        expect(Date.now() - began).toBeLessThan(4000);
        expect(alive()).toEqual([]);
      });

      it('ends one that does not, its children, and those that left their parents and sessions', async () => {
        const run = 'sh -c "$2" sh "$1"';
        const many = `trap '' TERM HUP; (${run} & ); setsid ${run} & (trap "" HUP; exec setsid ${run}) & (setsid sh -c '${run} & ${run}' sh "$1" "$2" & ); ${run}`;
        expect(await stopped(many, 6)).toMatchObject({ kind: 'stopped' });
        expect(alive()).toEqual([]);
      });

      it('does not call it stopped when one left without a trace, and names it; then tells when it has gone', async () => {
        mark = crypto.randomUUID();
        const [id, stop] = [sshd.claim(), new AbortController()];
        const one = step(sh(`(setsid env -i "$(command -v sh)" -c 'echo x; while :; do /bin/sleep 1; done >/dev/null 2>&1' sh "$1" & ); ${LOOP}`, mark));
        const ended = perform(ssh, id, one, watching({ stop: stop.signal }));
        await until('its processes', () => alive().length >= 2);
        stop.abort();
        expect(await ended).toMatchObject({ kind: 'unproven', alive: [expect.stringContaining(mark)] });
        expect(alive()).toHaveLength(1);
        expect(await recheck(ssh, id, one, true)).toMatchObject({ kind: 'unproven', alive: [expect.stringContaining(mark)] });
        kill(alive());
        expect(await recheck(ssh, id, one, true)).toMatchObject({ kind: 'stopped' });
        expect(await recheck(ssh, id, one, false)).toMatchObject({ kind: 'stopped' });
      });

      it('ends a fork bomb', async () => {
        const bomb = `trap '' TERM; b() { [ $1 = 0 ] || { b $(($1 - 1)) & b $(($1 - 1)) & }; sleep 0.1; [ $1 = 0 ] || b $(($1 - 1)); sleep 60; }; b 5`;
        expect(await stopped(bomb, 100)).toMatchObject({ kind: 'stopped' });
        expect(alive()).toEqual([]);
      });

      it('never begins one that was stopped before', async () => {
        const [id, file] = [sshd.claim(), join(sshd.dir, crypto.randomUUID())];
        const one = step(sh('echo done >>"$1"', file));
        expect(await recheck(ssh, id, one, true)).toMatchObject({ kind: 'stopped' });
        expect(await perform(ssh, id, one, watching())).toMatchObject({ kind: 'stopped' });
        expect(existsSync(file)).toBe(false);
      });

      it('either never begins it or ends it, when both are asked at once', async () => {
        for (let i = 0; i < 5; i++) {
          mark = crypto.randomUUID();
          const [id, one] = [sshd.claim(), step(sh(LOOP, mark))];
          const both = await Promise.all([perform(ssh, id, one, watching()), recheck(ssh, id, one, true)]);
          expect(both.map((end) => end?.kind)).toEqual(['stopped', 'stopped']);
          expect(alive()).toEqual([]);
        }
      });

      it('says how it had ended when it had', async () => {
        const [id, one] = [sshd.claim(), step(sh('echo out; exit 7'))];
        const ended = await perform(ssh, id, one, watching());
        expect(ended).toMatchObject({ kind: 'exit', code: 7, output: 'out\n' });
        expect(await recheck(ssh, id, one, true)).toEqual(ended);
      });

      it('may be asked by several at once, and again', async () => {
        mark = crypto.randomUUID();
        const [id, one] = [sshd.claim(), step(sh(LOOP, mark))];
        const first = perform(ssh, id, one, watching());
        await until('its process', () => alive().length >= 1);
        const all = await Promise.all([1, 2, 3].map(() => recheck(ssh, id, one, true)));
        expect([...all, await first, await recheck(ssh, id, one, true)].map((end) => end?.kind)).toEqual(Array.from({ length: 5 }, () => 'stopped'));
        expect(alive()).toEqual([]);
      });

      it('leaves the processes of other steps alone', async () => {
        const [id, own] = [sshd.claim(), crypto.randomUUID()];
        const enough = join(sshd.dir, own);
        const wait = step(sh(`exec sh -c 'until [ -e "$2" ]; do sleep 0.1; done' sh "$1" "$2"`, own, enough));
        const others = [`${id}0`, `0${id}`].map((other) => perform(ssh, other, wait, watching()));
        await until('the others', () => processes('cmdline', (text) => text.includes(`\0${own}\0`) && !text.includes('hostler-run')).length === 2);
        mark = crypto.randomUUID();
        const one = step(sh(LOOP, mark));
        const ended = perform(ssh, id, one, watching());
        await until('its process', () => alive().length === 1);
        expect(await recheck(ssh, id, one, true)).toMatchObject({ kind: 'stopped' });
        expect(await ended).toMatchObject({ kind: 'stopped' });
        writeFileSync(enough, '');
        for (const other of await Promise.all(others)) expect(other).toMatchObject({ kind: 'exit', code: 0 });
      });

      it('forgets what ended long ago, and nothing else', async () => {
        const [running, ended, young, rebooted] = [sshd.claim(), sshd.claim(), sshd.claim(), sshd.claim()];
        mark = crypto.randomUUID();
        const going = perform(ssh, running, step(sh(LOOP, mark)), watching());
        await until('its process', () => alive().length === 1);
        for (const id of [ended, young]) await perform(ssh, id, step(sh('exit 0')), watching());
        const inSpool = (script: string) => ssh.exec(sh(`cd /var/lib/hostler/spool && ${script}`), { timeoutMs: 5000, cap: 10_000 });
        await inSpool(
          `mkdir ${rebooted} 'a b' && echo '# old' >${rebooted}/step && ln -s /etc link && touch 'a b/exit' && for f in ${running} ${ended} ${rebooted} 'a b'; do touch -t 202001010000 "$f"; done`,
        );
        expect(await expireSpools(ssh, 'real', 7)).toBe(2);
        const left = await inSpool('ls');
        const names = left.kind === 'exit' ? left.stdout.split('\n') : [];
        expect(names).toEqual(expect.arrayContaining([running, young, 'a b', 'link']));
        expect(names).not.toEqual(expect.arrayContaining([ended]));
        expect(names).not.toEqual(expect.arrayContaining([rebooted]));
        expect(readFileSync('/etc/passwd', 'utf8')).not.toBe('');
        expect(await recheck(ssh, running, step(sh('exit 0')), true)).toMatchObject({ kind: 'stopped' });
        await going;
        await inSpool("rm -r 'a b' link");
      });
    });
  });

  it('asks for no stop after the point of no return', { concurrent: true }, async ({ onTestFinished }) => {
    const sshd = await startSshd({ alone: true });
    onTestFinished(() => sshd.close());
    const ended = await perform(sshd.ssh(), sshd.claim(), step(sh('sleep 1; exit 4'), { stop: 'never' }), watching({ stop: AbortSignal.abort() }));
    expect(ended).toMatchObject({ kind: 'exit', code: 4 });
  });
});
