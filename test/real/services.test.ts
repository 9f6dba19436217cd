import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { machineBot } from '../support/real/machinebot.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

/** Units that are given to the machine: one that runs, one that dies at once, one that dies after a while and is started again, one that runs once, one with an alias. */
const UNITS: Readonly<Record<string, string>> = {
  'good.service': '[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target\nAlias=alsogood.service\n',
  'broken.service': '[Service]\nExecStart=/bin/sh -c "echo my disk is missing >&2; exit 7"\n',
  'flapping.service':
    '[Service]\nExecStart=/bin/sh -c "echo I come and go; sleep 1; exit 3"\nRestart=always\nRestartSec=100ms\n[Unit]\nStartLimitIntervalSec=0\n',
  'once.service': '[Service]\nType=oneshot\nExecStart=/bin/true\n',
  'static.service': '[Service]\nExecStart=/bin/sleep infinity\n',
};

describe.skipIf(!needs(SYSTEMD))('services and logs of a real systemd', () => {
  let machine: SystemdHost;
  let ssh: Ssh | undefined;
  let bot: Awaited<ReturnType<typeof machineBot>>;
  beforeAll(async () => {
    machine = await startSystemd();
    const folder = join(machine.root, 'usr/lib/systemd/system');
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(UNITS)) writeFileSync(join(folder, name), text);
    bot = await machineBot(machine);
    await systemctl('daemon-reload');
  }, BUILD_MS);
  afterAll(async () => {
    await bot?.close();
    await machine?.close();
  });

  async function on(...argv: [string, ...string[]]): Promise<string> {
    ssh ??= machine.ssh();
    const exec = await ssh.exec(argv, { timeoutMs: 20_000, cap: 100_000 });
    return exec.kind === 'exit' ? exec.stdout.trim() : exec.kind;
  }
  const systemctl = (...words: string[]) => on('systemctl', ...words);
  const states = async (unit: string) => [await systemctl('is-active', unit), await systemctl('is-enabled', unit)];

  it('start and stop, enable and disable, mask and unmask: each undone is as before', async () => {
    expect(await states('good')).toEqual(['inactive', 'disabled']);
    for (const [line, after] of [
      ['svc start good m1', ['active', 'disabled']],
      ['svc enable good m1', ['inactive', 'enabled']],
      ['svc mask good m1', ['inactive', 'masked']],
    ] as const) {
      const card = await bot.done(line);
      expect(await states('good'), line).toEqual(after);
      await bot.done(`undo ${card.id}`);
      expect(await states('good'), `undo of ${line}`).toEqual(['inactive', 'disabled']);
    }
    expect((await bot.done('svc stop good m1')).text).toContain('does not run on m1; nothing was done');
  }, 60_000);

  it('restarts under an alias, lets one that runs once be over, and says what the journal says where one fails or does not stay', async () => {
    await systemctl('enable', '--now', 'good');
    const before = await systemctl('show', '-P', 'MainPID', 'good');
    const [restarted, broken, flapping] = await Promise.all([
      bot.done('svc restart alsogood m1'),
      bot.done('svc restart broken m1', 'failed'),
      bot.done('svc start flapping m1', 'failed'),
      bot.done('svc start once m1'),
    ]);
    expect(restarted.text).toContain('restart good.service on m1');
    expect(await systemctl('show', '-P', 'MainPID', 'good')).not.toBe(before);
    expect(broken.text).toContain('my disk is missing');
    expect(flapping.text).toMatch(/started again|not active|after 2 s/);
    expect(flapping.text).toContain('I come and go');
    await systemctl('stop', 'flapping');
    expect(await states('broken')).toEqual(['failed', 'static']);
    await Promise.all([bot.done('svc reset broken m1'), bot.done('svc reload good m1')]);
    expect(await systemctl('is-active', 'broken')).toBe('inactive');
  }, 60_000);

  it.each([
    ['svc restart goood m1', /no service “goood.service” on m1[\s\S]*good/],
    ['svc start getty@ m1', /is a template/],
    ['svc enable static m1', /neither enabled nor disabled: it has no \[Install\]/],
    ['svc stop ssh m1', /not touched: the bot and everybody else reach the host by it/],
    ['svc start poweroff.target m1', /takes the whole host down/],
    ['svc stop system.slice m1', /everything that runs in it/],
    ['svc mask dbus m1', /not touched/],
  ])('%s is refused with the reason', async (line, why) => {
    expect((await bot.done(line, 'refused')).text).toMatch(why);
  });

  it('lists timers with their times', async () => {
    const card = await bot.done('svc timers m1');
    const table = card.blocks.find((block) => block.kind === 'table');
    const clean = table?.kind === 'table' ? table.rows.find(([, timer]) => timer === 'systemd-tmpfiles-clean') : undefined;
    expect(clean?.[2]).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d$/);
  });

  it('shows logs by unit, priority and pattern, and a long one as a file', async () => {
    await on('sh', '-c', 'for i in $(seq 120); do echo "<3>line $i of trouble at 0x$i"; done | systemd-cat -t talker');
    await on('sh', '-c', 'journalctl --sync; echo "all is well" | systemd-cat -t talker -p info; journalctl --sync');
    const errors = await bot.done('log show m1 --priority err --grep "line 1[0-9] of" --since 1h');
    const code = errors.blocks.find((block) => block.kind === 'code');
    expect(code?.kind === 'code' ? code.text.split('\n').map((line) => / line (\d+) /.exec(line)?.[1]) : []).toEqual([
      '10',
      '11',
      '12',
      '13',
      '14',
      '15',
      '16',
      '17',
      '18',
      '19',
    ]);
    const long = await bot.done('log show m1 --grep "of trouble"');
    const file = long.blocks.find((block) => block.kind === 'file');
    expect(file).toMatchObject({ name: 'm1-log.txt', lines: 120 });
    expect((await bot.client.file('alice', long.id)).split('\n')[119]).toMatch(/talker: line 120 of trouble/);
    expect((await bot.done('log show m1 --grep "nothing says this"')).text).toContain('no line matches');
    await on('sh', '-c', "printf 'odd \\377 end\\n' | systemd-cat -t odd; journalctl --sync");
    expect((await bot.done('log show m1 --lines 20')).text).toMatch(/odd: odd . end/);
    expect((await bot.done('svc logs broken m1')).text).toContain('my disk is missing');
    const shapes = await bot.done('log errors m1');
    expect(shapes.text).toMatch(/talker +120 .*line … of trouble at …/);
    expect((await bot.done('log boots m1')).text).toMatch(/0 +\d{4}-\d\d-\d\d/);
    expect((await bot.done('log show m1 --grep "("', 'refused')).text).toMatch(/does not take this: .*pattern/i);
  }, 30_000);

  it('frees archived journals, and no more', async () => {
    await on('journalctl', '--rotate');
    expect((await bot.done('log usage m1')).text).toMatch(/m1 +[\d.]+M/);
    const card = await bot.done('log vacuum m1 --keep 1M');
    expect(card.ticket?.state).toBe('done');
    expect(readFileSync(join(machine.root, 'etc/hostname'), 'utf8')).not.toBe('');
    expect((await bot.done('log vacuum m1 --keep 1M')).text).toContain('nothing was done');
  }, 30_000);
});
