import type { Claim, Machine } from '../world/machine.ts';
import { HALF } from './kept.ts';

/** How much of the end of long output is shown of a step that still runs. */
const GLIMPSE = 2048;

type Print = (bytes: Buffer | string) => void;

/** Says what became of a step, and its output from a byte on. */
export function tell(machine: Machine, claim: Claim | undefined, from: number, print: Print): void {
  head(machine, claim, print);
  const state = stateOf(machine, claim);
  const size = claim?.output.size() ?? 0;
  for (const [start, end] of ranges(size, from, state === 'running')) {
    if (claim === undefined || start >= end) continue;
    const bytes = claim.output.read(start, end);
    print(`out ${start} ${bytes.length}\n`);
    print(bytes);
    print('\n');
  }
  end(claim, state, claim?.end && claim.bootId !== undefined ? claim.end.at - claim.at : state === 'running' ? Date.now() - (claim?.at ?? 0) : 0, print);
}

/** Says how a stop went. */
export function tellStop(machine: Machine, claim: Claim, tookMs: number, print: Print): void {
  head(machine, claim, print);
  end(claim, stateOf(machine, claim), tookMs, print);
}

/** A word for where a step is; `none` where nothing was begun. */
export function stateOf(machine: Machine, claim: Claim | undefined): string {
  if (claim === undefined) return 'none';
  return claim.end?.state ?? (claim.bootId === machine.bootId ? 'running' : 'rebooted');
}

function head(machine: Machine, claim: Claim | undefined, print: Print): void {
  print(`hostler-run 2 ${machine.bootId} ${claim?.bootId === undefined ? '-' : 'unit'}\n`);
}

function end(claim: Claim | undefined, state: string, ms: number, print: Print): void {
  print(`end ${state} ${claim?.end?.code ?? '-'} ${claim?.output.size() ?? 0} ${ms}\n`);
}

function ranges(size: number, from: number, running: boolean): readonly (readonly [number, number])[] {
  if (running)
    return [
      [from, Math.min(size, HALF)],
      [size > HALF ? size - GLIMPSE : size, size],
    ];
  if (size <= 2 * HALF) return [[from, size]];
  return [
    [from, HALF],
    [size - HALF, size],
  ];
}
