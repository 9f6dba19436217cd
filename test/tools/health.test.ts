import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { speak } from '../../src/core/words.ts';
import { hardware, parseHardware } from '../../src/tools/hardware.ts';
import { complaints } from '../../src/tools/health/verdict.ts';
import { type Health, health, parseHealth, parseThrottled } from '../../src/tools/health.ts';
import { renamed } from '../../src/tools/hostname.ts';
import { parseOutage } from '../../src/tools/machine/power.ts';

/** What a script of ours prints on this very machine. */
function here({ argv: [program, ...words] }: { argv: readonly [string, ...string[]] }): string {
  return execFileSync(program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
}

const WELL: Health = {
  ...{ cpus: 4, load: [0.1, 0.1, 0.1], pressure: { cpu: 0, memory: 0, io: 0 }, disks: [], inodes: [], failed: [], hottest: 40, throttled: undefined },
  ...{ memory: { total: 8e9, available: 6e9, swap: 0, swapFree: 0 }, kernel: [], synced: true, rebootRequired: false, unread: [] },
};
const said = (health: Health) => complaints('web1', health).map(({ bad, what }) => `${bad ? 'BAD ' : ''}${speak(what, 'en')}`);

describe('health', () => {
  it('is read from a real machine', () => {
    const found = parseHealth(here(health()));
    expect(found.cpus).toBe(Number(execFileSync('nproc', { encoding: 'utf8' })));
    expect(found.memory.total).toBe(1024 * Number(/MemTotal:\s+(\d+)/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]));
    expect(found.disks.map(({ target }) => target)).toContain('/');
    expect(found.pressure.cpu).toBeGreaterThanOrEqual(0);
  });

  it('sees in the kernel log what was killed for want of memory', () => {
    // A line that Linux 6.18 printed when a group of processes went over its limit.
    const line =
      'Memory cgroup out of memory: Killed process 13913 (tail) total-vm:23140kB, anon-rss:20352kB, file-rss:1580kB, shmem-rss:0kB, UID:0 pgtables:84kB oom_score_adj:0';
    const { kernel } = parseHealth(`== memory\nMemTotal: 1 kB\n== kernel\nreadable\n${line}\n`);
    expect(kernel).toEqual([{ kind: 'oom', line }]);
    expect(said({ ...WELL, kernel: kernel ?? [] })[0]).toMatch(/^BAD 1 killed for want of memory: .*\(tail\)/);
  });

  it('never takes a log that cannot be read, or no answer, for being well', () => {
    expect(parseHealth('== memory\nMemTotal: 1 kB\n== kernel\n').kernel).toBeUndefined();
    expect(() => parseHealth('')).toThrow('no /proc/meminfo');
    expect(parseHealth('== memory\nMemTotal: 1 kB\n== disks\n/dev/vda1 100 1 99 1% /\n').unread).toEqual([]);
    const { unread } = parseHealth('== memory\nMemTotal: 1 kB\n== disks\n== unread\nfailed\n');
    expect(said({ ...WELL, unread })).toEqual(['which units failed cannot be read', 'how full disks are cannot be read']);
  });

  it('has nothing to say of a host that is well, and the worst first of one that is not', () => {
    expect(said(WELL)).toEqual([]);
    const full = { target: '/', size: 100, used: 96 };
    expect(said({ ...WELL, synced: false, rebootRequired: true, disks: [full], failed: ['nginx.service'] })).toEqual([
      'BAD / is 96 % full',
      'BAD failed: nginx.service',
      'the clock is not synchronised',
      'a reboot is needed',
    ]);
    expect(said({ ...WELL, disks: [{ ...full, used: 84 }] })).toEqual([]);
    expect(said({ ...WELL, load: [9, 9, 9], hottest: 85 })).toEqual(['load 9.0 on 4 CPUs', '85 °C']);
  });

  it('decodes what limited a Raspberry Pi, bit by bit', () => {
    expect(parseThrottled('throttled=0x0')).toEqual({ now: [], since: [] });
    expect(parseThrottled('throttled=0x50005')).toEqual({ now: ['under-voltage', 'throttled'], since: ['under-voltage', 'throttled'] });
    expect(parseThrottled('throttled=0x80000')).toEqual({ now: [], since: ['soft temperature limit'] });
    expect(parseThrottled('VCHI initialization failed')).toBeUndefined();
  });
});

it('hardware is read from a real machine', () => {
  const found = parseHardware(here(hardware()));
  expect(found.cpu.get('CPU(s)')).toBe(execFileSync('nproc', ['--all'], { encoding: 'utf8' }).trim());
  expect(found.cpu.get('Model name')).toBeTruthy();
  expect(found.memory).toBeGreaterThan(0);
  for (const { name, size } of found.disks) expect([name, size > 0]).toEqual([expect.stringMatching(/^\w+$/), true]);
});

it('what is announced and who is logged in', () => {
  const text = '== scheduled\nUSEC=1795300000000000\nWARN_WALL=1\nMODE=reboot\n== people\nroot     pts/0        2026-11-21 20:00 (192.0.2.5)\n';
  expect(parseOutage(text)).toEqual({ scheduled: { mode: 'reboot', at: 1_795_300_000_000 }, people: ['root (192.0.2.5)'] });
  expect(parseOutage('== scheduled\n== people\n')).toEqual({ scheduled: undefined, people: [] });
});

describe('hosts(5) after a renaming', () => {
  it.each([
    ['127.0.1.1\tweb1.example.org web1', '127.0.1.1\twww1.example.org www1'],
    ['127.0.1.1 web1 # web1 of the shop', '127.0.1.1 www1 # web1 of the shop'],
    ['127.0.1.1 web10 web1', '127.0.1.1 web10 www1'],
    ['192.0.2.1 web1', '192.0.2.1 web1'],
    ['# 127.0.1.1 web1', '# 127.0.1.1 web1'],
  ])('%j', (before, after) => {
    expect(renamed(`127.0.0.1 localhost\n${before}\n`, 'web1', 'www1')).toBe(`127.0.0.1 localhost\n${after}\n`);
    expect(renamed(`127.0.0.1 localhost\n${after}\n`, 'www1', 'web1')).toBe(`127.0.0.1 localhost\n${before}\n`);
  });
});
