import { chownSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Argv, Probe } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { confirmed, confirmState } from '../../src/tools/confirm.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

const sh = (script: string, ...words: string[]): Argv => ['sh', '-c', script, 'sh', ...words];
const why = say({ en: 'try', zh: '尝试' });

/** Changes a file to the given text and keeps that only where it is `good`; else the old text comes back. */
const change = (file: string) =>
  command({
    summary: { en: 'Change a file, confirmed', zh: '确认式修改文件' },
    examples: ['try bad real'],
    risk: 'low',
    args: { text: host(), host: host() },
    async plan({ text }, look) {
      const [one] = look.hosts;
      if (!one) throw new Error('no host');
      const on = { site: one.site, host: one.name };
      const probe: Probe = { what: why, on: one.name, argv: ['cat', file], is: 'good' };
      return {
        summary: say({ en: 'change', zh: '修改' }),
        steps: confirmed({
          on,
          id: look.ticket,
          save: [file, `${file}.d`, `${file}.new`],
          restore: sh('echo "$2" >>"$1.log"', file, `it's $HOME "back" %n`),
          afterS: 3,
          act: [{ kind: 'exec', on, why, argv: sh('echo "$2" >"$1"; rm -rf "$1.d"; mkdir -p "$1.new/x"', file, text) }],
          probes: [probe],
        }),
        facts: [],
        locks: [{ name: `${one.site}/${one.name}` }],
        risk: 'low',
        undo: { impossible: why },
      };
    },
  });

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'setsid', ...SYSTEMD]))('a change that must prove itself', () => {
  let sshd: Sshd;
  let machine: SystemdHost;
  let bots: Record<'plain' | 'systemd', { bot: RealBot; file: string }>;
  beforeAll(async () => {
    [sshd, machine] = await Promise.all([startSshd(), startSystemd()]);
    const file = join(sshd.dir, 'file');
    bots = {
      plain: { bot: await realBot({ real: hostOf(sshd) }, {}, { try: change(file) }), file },
      systemd: { bot: await realBot({ real: hostOf(machine) }, {}, { try: change('/root/file') }), file: join(machine.root, 'root/file') },
    };
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    for (const { bot } of Object.values(bots ?? {})) await bot.close();
    await sshd?.close();
    await machine?.close();
  });

  it.each(['plain', 'systemd'] as const)(
    'is kept when it does, put back when not, and on cancel (%s)',
    async (kind) => {
      const { bot, file } = bots[kind];
      const text = () => readFileSync(file, 'utf8').trim();
      writeFileSync(file, 'first\n');
      mkdirSync(`${file}.d`);
      writeFileSync(`${file}.d/secret`, 'inner', { mode: 0o600 });
      symlinkSync('nowhere', `${file}.d/link`);
      chownSync(`${file}.d/secret`, 12, 34);
      const good = await bot.says('alice', 'try good real');
      expect(good.ticket?.state, good.text).toBe('done');
      expect(good.text).toContain('kept: all 2 probes were good');
      expect(text()).toBe('good');
      expect(existsSync(`${file}.d`)).toBe(false);
      expect(existsSync(`${file}.new/x`)).toBe(true);

      rmSync(`${file}.new`, { recursive: true });
      mkdirSync(`${file}.d`);
      writeFileSync(`${file}.d/secret`, 'inner', { mode: 0o600 });
      symlinkSync('nowhere', `${file}.d/link`);
      chownSync(`${file}.d/secret`, 12, 34);
      const bad = await bot.says('alice', 'try bad real');
      expect(bad.ticket?.state, bad.text).toBe('failed');
      expect(bad.text).toContain('put back');
      expect(text()).toBe('good');
      expect(existsSync(`${file}.new`)).toBe(false); // it was not there
      const { mode, uid, gid } = statSync(`${file}.d/secret`);
      expect([mode & 0o777, uid, gid, readlinkSync(`${file}.d/link`)]).toEqual([0o600, 12, 34, 'nowhere']);
      expect(readFileSync(`${file}.log`, 'utf8')).toBe(`it's $HOME "back" %n\n`);

      const begun = await bot.says('alice', 'try worse real', { until: (card) => card.buttons.some(({ id }) => id === 'keep') });
      expect(begun.text).toContain('goes back by itself');
      await bot.presses('alice', begun, 'cancel');
      await until('it is put back', () => text() === 'good');

      const kept = await bot.says('alice', 'try other real', { until: (card) => card.buttons.some(({ id }) => id === 'keep') });
      const end = await bot.presses('bob', kept, 'keep', { until: (card) => card.ticket?.state === 'done' });
      expect(end.text).toContain('kept by Bob before it had proven itself');
      expect(text()).toBe('other');
      rmSync(`${file}.log`);
    },
    60_000,
  );

  it('is left alone when systemd starts the unit for a boot in the same boot, and put back whole by it when its timer was stopped', async () => {
    const on = { site: 'east', host: 'real' };
    const steps = confirmed({ on, id: 'T9', save: ['/root/nine'], restore: sh('cat /root/nine >/root/used'), afterS: 120, act: [], probes: [] });
    const [arm = sh('false')] = steps.flatMap((step) => (step.kind === 'exec' ? [step.argv] : []));
    const ssh = machine.ssh();
    const runs = async (argv: Argv) => {
      const done = await ssh.exec(argv, { timeoutMs: 60_000, cap: 10_000 });
      return done.kind === 'exit' ? `${done.stdout}${done.stderr}`.trim() : done.kind;
    };
    await runs(sh('echo old >/root/nine'));
    await runs(arm);
    const pulled = 'systemctl daemon-reload; systemctl start sysinit.target; systemctl start hostler-revert-T9.service';
    const state = confirmState('T9').argv;
    await runs(sh(`echo new >/root/nine; ${pulled}`));
    expect([await runs(state), await runs(['cat', '/root/nine'])]).toEqual(['armed', 'new']);
    await runs(sh(`systemctl stop hostler-revert-now-T9.timer; ${pulled}`));
    expect([await runs(state), await runs(['cat', '/root/nine', '/root/used'])]).toEqual(['reverted 0', 'old\nold']);
    expect(await runs(sh('ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants | grep -c revert-T9'))).toBe('0');
  });
});
