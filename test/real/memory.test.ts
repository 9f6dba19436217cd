import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { memory } from '../../src/tools/mem/look.ts';

const sysfs = (path: string) => readFileSync(path, 'utf8').trim();

// Only reads: values of this computer's kernel stay what they are.
it('reads memory, zswap and KSM of this very kernel', () => {
  const question = memory();
  const [program, ...args] = question.argv;
  const found = question.parse(execFileSync(program, args, { encoding: 'utf8' }), 0, 0);
  expect(found.total).toBe(Number(/MemTotal:\s+(\d+)/.exec(sysfs('/proc/meminfo'))?.[1]) * 1024);
  expect(found.available).toBeGreaterThan(0);
  expect(found.swappiness).toBe(Number(sysfs('/proc/sys/vm/swappiness')));
  for (const [folder, values] of [
    ['/sys/module/zswap/parameters', found.zswapParameters],
    ['/sys/kernel/mm/ksm', found.ksm],
  ] as const) {
    expect(values.size > 0).toBe(existsSync(folder));
    for (const name of ['enabled', 'compressor', 'run', 'pages_to_scan']) if (values.has(name)) expect(values.get(name)).toBe(sysfs(`${folder}/${name}`));
  }
  // What was once a parameter is none where the kernel has dropped it.
  expect(found.zswapParameters.has('zpool')).toBe(existsSync('/sys/module/zswap/parameters/zpool'));
});
