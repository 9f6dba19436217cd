import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseMemory } from '../../src/tools/mem/look.ts';
import { keptText, setAll, valuesOf } from '../../src/tools/mem/sysfs.ts';
import { needs } from '../support/real/have.ts';

let dir = '';
const file = (name: string) => join(dir, name);
const text = (name: string) => readFileSync(file(name), 'utf8').trim();
const runs = ([program, ...args]: readonly [string, ...string[]]) => spawnSync(program, args, { encoding: 'utf8' });
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hostler-mem-'));
  for (const name of ['compressor', 'max_pool_percent', 'enabled']) writeFileSync(file(name), `old ${name}\n`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it('writes all values, and reads them back in the same order', () => {
  const settings = [
    [file('compressor'), 'lz4'],
    [file('enabled'), 'Y'],
  ] as const;
  expect(runs(setAll(settings)).status).toBe(0);
  expect([text('compressor'), text('enabled')]).toEqual(['lz4', 'Y']);
  expect(runs(valuesOf(settings.map(([path]) => path)).argv).stdout).toBe('lz4 Y\n');
});

it('puts back what it wrote when a later value cannot be written', () => {
  const done = runs(
    setAll([
      [file('compressor'), 'lz4'],
      [file('max_pool_percent'), '25'],
      [file('zpool'), 'z3fold'],
      [file('enabled'), 'Y'],
    ]),
  );
  expect(done.status).toBe(1);
  expect(done.stderr).toContain('zpool is not there');
  expect([text('compressor'), text('max_pool_percent'), text('enabled')]).toEqual(['old compressor', 'old max_pool_percent', 'old enabled']);
});

it.skipIf(!needs(['systemd-tmpfiles']))('is set again at boot by what systemd reads then', () => {
  const kept = file('kept.conf');
  writeFileSync(kept, keptText([[file('enabled'), 'Y']]));
  execFileSync('systemd-tmpfiles', ['--create', kept]);
  expect(text('enabled')).toMatch(/^Y/);
});

it('knows memory from what is not', () => {
  expect(() => parseMemory('== page 4096\n')).toThrow('MemTotal');
  const found = parseMemory(
    '== page 16384\n== kubelet\n== /proc/meminfo\nMemTotal:  1000 kB\nMemAvailable:  500 kB\n\n== /sys/kernel/mm/ksm/run\n1\n\n== /proc/vmstat\noom_kill 3\n',
  );
  expect(found).toMatchObject({ total: 1024000, available: 512000, pageSize: 16384, kubelet: true, oomKills: 3, some: undefined, swaps: [] });
  expect(found.ksm.get('run')).toBe('1');
  expect(found.zswapParameters.size).toBe(0);
});
