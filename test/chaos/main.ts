import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findServer } from '../../src/store/server.ts';
import { which } from '../support/real/have.ts';
import { type RunOptions, run } from './run.ts';
import { scratch } from './scratch.ts';

/** What this machine must have. */
const NEEDED = ['sshd', 'ssh-keygen', 'unshare', 'nsenter', 'setpriv'];

/** What was asked for on the command line. Throws in words. */
function asked(): RunOptions & { readonly json: string | undefined } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { iterations: text, seed: text, json: text, side: text, worlds: text, only: text, verbose: { type: 'boolean', default: false } },
  });
  const number = (name: 'iterations' | 'seed' | 'side' | 'worlds', usual: number, least: number): number => {
    const given = values[name] ?? String(usual);
    if (!/^\d{1,9}$/.test(given) || Number(given) < least) throw new Error(`--${name} takes a number from ${least}`);
    return Number(given);
  };
  const missing = [...NEEDED.filter((name) => which(name) === undefined), ...(findServer() === undefined ? ['redis-server'] : [])];
  if (missing.length > 0) throw new Error(`there is no ${missing.join(', no ')}`);
  if (process.getuid?.() !== 0) throw new Error('chaos must be run as root: its machines have processes and folders of their own');
  return {
    ...{ iterations: number('iterations', 200, 1), seed: number('seed', 1, 0) },
    ...{ side: number('side', 10, 1), worlds: number('worlds', 3, 1) },
    only: (values.only ?? '').split(',').filter(Boolean),
    ...{ json: values.json, verbose: values.verbose, tell: (line) => void process.stderr.write(`${line}\n`) },
  };
}

/** Plays it all in a folder of its own, and leaves nothing behind, whatever way it ends. Returns the exit status. */
async function chaos({ json, ...options }: ReturnType<typeof asked>): Promise<number> {
  const { clean } = scratch('chaos');
  try {
    const report = await run(options);
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (json === undefined) process.stdout.write(text);
    else writeFileSync(json, text);
    return report.good ? 0 : 1;
  } finally {
    await clean();
  }
}

try {
  process.exitCode = await chaos(asked());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
process.stdout.write('', () => process.exit());
