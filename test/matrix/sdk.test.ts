import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/imports.ts';

const run = promisify(execFile);
const MODULES = join(ROOT, 'node_modules');
const BROKEN = '@matrix-org/matrix-sdk-crypto-nodejs';

/** A house in which the SDK is a dependency of a dependency, and its native library was not downloaded. */
let house = '';
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'hostler-sdk-'));
  const modules = join(house, 'node_modules');
  mkdirSync(join(modules, BROKEN), { recursive: true });
  writeFileSync(join(modules, BROKEN, 'package.json'), JSON.stringify({ name: BROKEN, version: '0.4.0', main: 'index.js' }));
  writeFileSync(join(modules, BROKEN, 'index.js'), "throw new Error('Failed to load native binding');\n");
  for (const name of readdirSync(MODULES)) if (!['@matrix-org', 'matrix-bot-sdk'].includes(name)) symlinkSync(join(MODULES, name), join(modules, name));
  cpSync(join(MODULES, 'matrix-bot-sdk'), join(modules, 'matrix-bot-sdk'), { recursive: true, filter: (file) => !/\.map$|\.d\.ts$/.test(file) });
  writeFileSync(join(house, 'package.json'), '{"type":"module"}');
  cpSync(join(ROOT, 'src/chat/matrix/sdk.ts'), join(house, 'sdk.ts'));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

const node = (script: string) => run(process.execPath, ['--input-type=module', '-e', script], { cwd: house, timeout: 20_000 });

describe('matrix-bot-sdk without its native library', () => {
  it('cannot be loaded as it is', async () => {
    await expect(node("await import('matrix-bot-sdk')")).rejects.toThrow(/Failed to load native binding/);
  });

  it('can be loaded with the stand-in', async () => {
    const { stdout } = await node(`
      const { matrixSdk } = await import('./sdk.ts');
      const { MatrixClient, LogService } = matrixSdk();
      console.log(typeof new MatrixClient('http://localhost', 'x').doRequest, typeof LogService.setLogger, matrixSdk() === matrixSdk());
    `);
    expect(stdout.trim()).toBe('function function true');
  });
});
