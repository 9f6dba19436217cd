import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from './support/imports.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'hostler-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('shows how to add a command with one that works as it stands', () => {
  const [, path, code] = /This is all of `(commands\/[^`]+)`:\n\n```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  for (const name of ['src', 'commands', 'jobs', 'config', 'package.json', 'tsconfig.json']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, path ?? ''), code ?? '');
  const env = { ...process.env, HOSTLER_HOME: join(folder, 'home') };
  const output = execFileSync(process.execPath, ['src/bin.js', 'say', '--lab', '--as', 'carol', 'host kernel @web'], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(output).toMatch(/web1 +6\.1/);
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.', '--noEmit'], { cwd: folder, encoding: 'utf8' });
}, 90_000);

it('names every dependency with its reason', () => {
  const { dependencies, optionalDependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const table = readme.slice(readme.indexOf('## Dependencies'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }))
    expect(table, name).toContain(name.startsWith('@types/') ? '@types/' : name);
});

it('gives the very lines that make the least privileges on Proxmox', async () => {
  const { familiesOf, pbsLines, pveumLines } = await import('../src/hosts/privileges.ts');
  for (const line of [...pveumLines(familiesOf('pve', 9)), ...pbsLines(familiesOf('pbs', 4))]) expect(readme).toContain(`   ${line}\n`);
});

it('names every command', async () => {
  const { loadCommands } = await import('../src/registry.ts');
  const section = readme.slice(readme.indexOf('## Commands'), readme.indexOf('## Add a command'));
  for (const path of (await loadCommands()).keys()) for (const word of path.split(' ')) expect(section, path).toMatch(new RegExp(`\\b${word}\\b`));
});

it('shows only command lines of the five minutes that are understood', async () => {
  const [{ loadCommands }, { parse }] = await Promise.all([import('../src/registry.ts'), import('../src/core/parse.ts')]);
  const commands = await loadCommands();
  const lines = [...readme.matchAll(/npx hostler say --as \w+ "([^"]+)"/g)].map(([, line]) => line ?? '');
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(commands.has(parse(line, commands).path), line).toBe(true);
});
