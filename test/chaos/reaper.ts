import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kill } from '../support/real/processes.ts';

/**
 * Removes what a run of chaos, or of a storm, has left, whatever way it ended: waits for the end of its input, which is the end of the run, then
 * kills every process that has the run's folder among its arguments or in its environment, and removes the folder.
 */
const [root = ''] = process.argv.slice(2);

function left(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => ['cmdline', 'environ'].some((file) => text(join('/proc', name, file)).includes(root)))
    .map(Number);
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.on('end', async () => {
  if (!/hostler-(chaos|storm)-/.test(root)) return;
  for (let pids = left(), tries = 0; pids.length > 0 && tries < 50; pids = left(), tries++) {
    kill(pids);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
