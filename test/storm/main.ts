import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scratch } from '../chaos/scratch.ts';
import { play, type RunOptions } from './run.ts';
import { failures, table } from './table.ts';
import { startWorld } from './world.ts';

/** What was asked for on the command line. Throws in words. */
function asked(): RunOptions & { readonly json: string | undefined } {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { minutes: text, perMinute: text, down: text, seed: text, json: text } });
  const number = (name: 'minutes' | 'perMinute' | 'down' | 'seed', usual: number, least: number): number => {
    const given = values[name] ?? String(usual);
    if (!/^\d{1,9}(\.\d{1,3})?$/.test(given) || Number(given) < least) throw new Error(`--${name} takes a number from ${least}`);
    return Number(given);
  };
  const minutes = number('minutes', 10, 0.5);
  return {
    ...{ minutes, perMinute: number('perMinute', 500, 1), down: number('down', minutes < 3 ? 0.2 : minutes / 2, 0), seed: number('seed', 1, 0) },
    ...{ json: values.json, tell: (line: string) => void process.stderr.write(`${line}\n`) },
  };
}

/** Plays it, and leaves nothing behind. Returns the exit status. */
async function storm({ json, ...options }: ReturnType<typeof asked>): Promise<number> {
  const { clean } = scratch('storm');
  try {
    const world = await startWorld();
    const report = await play(world, options);
    const wrong = failures(report);
    process.stdout.write(`${table(report)}\n${wrong.map((line) => `FAILED: ${line}\n`).join('')}`);
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...report, failures: wrong }, null, 2)}\n`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await clean();
  }
}

try {
  process.exitCode = await storm(asked());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  process.exitCode = 2;
}
process.stdout.write('', () => process.exit());
