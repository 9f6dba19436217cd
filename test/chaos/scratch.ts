import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { letGo } from './supervised.ts';

/**
 * Has everything made in a folder of its own; whatever is started can be told by it. A process of its own removes all that, whatever way this one ends.
 * `clean`: removes it now, and resolves when it is gone.
 */
export function scratch(name: 'chaos' | 'storm'): { clean(): Promise<void> } {
  const root = mkdtempSync(join(tmpdir(), `hostler-${name}-`));
  process.env.TMPDIR = root;
  const reaper = spawn(process.execPath, [fileURLToPath(new URL('reaper.ts', import.meta.url)), root], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => reaper.once('exit', () => resolve()));
  const clean = () => {
    letGo();
    reaper.stdin.end();
    return gone;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => clean().finally(() => process.exit(130)));
  return { clean };
}
