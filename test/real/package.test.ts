import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostler-package-'));
const env = { ...process.env, HOSTLER_HOME: join(folder, 'home'), LC_ALL: 'C' };
const run = (cwd: string, program: string, ...args: string[]) => execFileSync(program, args, { cwd, env, encoding: 'utf8', timeout: 90_000 });

let source = '';
beforeAll(() => {
  // A copy, so that packing does not leave `dist` behind in the work tree.
  source = join(folder, 'source');
  cpSync(ROOT, source, { recursive: true, filter: (path) => !/\/(node_modules|\.git|dist)$/.test(path) });
  symlinkSync(join(ROOT, 'node_modules'), join(source, 'node_modules'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  it('runs where it is installed, from JavaScript alone', () => {
    run(source, 'npm', 'pack', '--silent');
    const tarball = readdirSync(source).find((name) => name.endsWith('.tgz')) ?? '';
    const elsewhere = join(folder, 'elsewhere', 'node_modules', 'hostler');
    execFileSync('mkdir', ['-p', elsewhere]);
    run(elsewhere, 'tar', 'xzf', join(source, tarball), '--strip-components=1');
    expect(readdirSync(elsewhere).sort()).toEqual(expect.arrayContaining(['README.md', 'config', 'dist', 'package.json', 'src']));
    // Its dependencies, as an install would put them beside it.
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (!name.startsWith('.') && name !== 'hostler') symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'elsewhere', 'node_modules', name));
    }
    const bin = join(elsewhere, 'src/bin.js');
    expect(run(folder, process.execPath, bin, '--version').trim()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(run(folder, process.execPath, bin, 'config', 'check', join(elsewhere, 'config/example.yaml'))).toContain('is good');
    expect(run(folder, process.execPath, bin, 'say', '--lab', '--as', 'alice', 'vm list')).toContain('shop');
  }, 120_000);

  it('works without the practice fleet, but for what is made of it', () => {
    rmSync(join(source, 'src/lab'), { recursive: true });
    const bin = join(source, 'src/bin.js');
    expect(run(source, process.execPath, bin, 'config', 'check', 'config/example.yaml')).toContain('is good');
    for (const args of [['start'], ['lab'], ['say', '--lab', 'vm list']]) {
      expect(() => run(source, process.execPath, bin, ...args), args.join(' ')).toThrow(/no practice fleet/);
    }
    writeFileSync(join(source, 'no-lab.json'), JSON.stringify({ extends: './tsconfig.json', include: ['src', 'commands', 'jobs', 'config'] }));
    run(source, process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'no-lab.json', '--noEmit');
  }, 60_000);
});
