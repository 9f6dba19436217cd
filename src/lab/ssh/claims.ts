import { setImmediate } from 'node:timers/promises';
import type { Call } from '../program.ts';
import { run } from '../run.ts';
import type { Claim, Machine } from '../world/machine.ts';
import { kept } from './tail.ts';

const TIMED_OUT = 124;

/** The words of the on-host runner, if argv is a call of it. */
export function runnerWords(
  argv: readonly string[],
): { readonly id: string; readonly limit: string; readonly argv: readonly [string, ...string[]] } | undefined {
  const [sh, c, , marker, id, limit, program, ...rest] = argv;
  if (sh !== 'sh' || c !== '-c' || marker !== 'hostler-run' || id === undefined || limit === undefined || program === undefined) return undefined;
  return { id, limit, argv: [program, ...rest] };
}

/** Runs a step under its ID at most once on this host, and prints its stored end to whoever asks. */
export async function runClaimed(id: string, limit: number, call: Call, print: (bytes: Buffer | string) => void): Promise<number> {
  const { machine } = call;
  const claim = machine.claims.get(id) ?? start(id, limit, call);
  if (claim.bootId === machine.bootId) await claim.ended;
  const { size, shown } = claim.output();
  print(claim.exit === undefined ? `hostler-run 1 rebooted - ${size}\n` : `hostler-run 1 exit ${claim.exit} ${size}\n`);
  print(shown);
  return 0;
}

function start(id: string, limit: number, call: Call): Claim {
  const { machine } = call;
  const output = kept();
  const time = new AbortController();
  const drop = machine.timers.after(limit * 1000, () => time.abort());
  // The caller's own signal is left out on purpose: a lost connection does not end the step.
  const signal = AbortSignal.any([machine.boot.signal, time.signal]);
  const claim: Claim = {
    bootId: machine.bootId,
    output: () => ({ size: output.size(), shown: output.shown() }),
    ended: Promise.resolve(),
    exit: undefined,
  };
  const write = (text: string) => {
    if (!signal.aborted) output.write(text);
  };
  const ended = finish(machine, claim, { ...call, signal, out: write, err: write, ready: () => setImmediate(undefined) }, time.signal).finally(drop);
  const whole: Claim = Object.assign(claim, { ended });
  machine.claims.set(id, whole);
  return whole;
}

async function finish(machine: Machine, claim: Claim, call: Call, time: AbortSignal): Promise<void> {
  const { signal: boot } = machine.boot;
  const stopped = new Promise<number>((resolve) => call.signal.addEventListener('abort', () => resolve(TIMED_OUT), { once: true }));
  const exit = await Promise.race([run(call), stopped]);
  if (boot.aborted) return;
  claim.exit = time.aborted ? TIMED_OUT : exit;
}
