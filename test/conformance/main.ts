import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { conformance, type Report } from './report.ts';

/** `--http FILE --cli FILE --json OUT [--only 1,2]`; exit status 1 when any exchange is different. */
async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { http: text, cli: text, json: text, only: text } });
  if (values.http === undefined && values.cli === undefined) throw new Error('say which recordings: --http FILE --cli FILE [--json OUT] [--only INDEX,INDEX]');
  const file = (name: string | undefined): unknown => (name === undefined ? [] : JSON.parse(readFileSync(name, 'utf8')));
  const only = values.only?.split(',').map(Number);
  const dir = mkdtempSync(join(tmpdir(), 'hostler-conformance-'));
  try {
    const report = await conformance({ http: file(values.http), cli: file(values.cli), dir, ...(only === undefined ? {} : { only }) });
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${lines(report).join('\n')}\n`);
    return report.summary.http.different > 0 ? 1 : 0;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A line for each, aligned. */
function lines({ http, cli, summary }: Report): string[] {
  const cut = (line: string, most: number) => (line.length > most ? `${line.slice(0, most - 1)}…` : line);
  return [
    ...http.map(({ index, method, path, verdict, reason }) =>
      `http ${pad(index)} ${verdict.padEnd(9)} ${method.padEnd(6)} ${cut(path, 70).padEnd(70)} ${reason}`.trimEnd(),
    ),
    ...cli.map(({ index, command, verdict, class: kind, sentence }) =>
      `cli  ${pad(index)} ${verdict.padEnd(9)} ${kind.padEnd(16)} ${cut(command, 60).padEnd(60)} ${sentence}`.trimEnd(),
    ),
    ...summary.recorder.map(({ why, http: a, cli: b }) => `recorder  ${why}: ${[...a.map((i) => `http ${i}`), ...b.map((i) => `cli ${i}`)].join(', ')}`),
    `summary   http ${told(summary.http)}`,
    `summary   cli ${told(summary.cli)}`,
  ];
}

function told(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

function pad(index: number): string {
  return String(index).padStart(3);
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
