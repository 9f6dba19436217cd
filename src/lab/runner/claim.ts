import { setImmediate } from 'node:timers/promises';
import type { Call } from '../program.ts';
import { deaf, run } from '../run.ts';
import { pause } from '../timers.ts';
import type { Claim, End, Machine } from '../world/machine.ts';
import { kept } from './kept.ts';

const TERM = 143;
const KILL = 137;

/** Begins a step: it goes on until its end, its limit, a stop or a reboot, whoever listens. */
export function begin(id: string, limitS: number, call: Call): void {
  const { machine, argv } = call;
  const boot = machine.boot.signal;
  const output = kept();
  const over = new AbortController();
  const signal = AbortSignal.any([boot, over.signal]);
  const ended = new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve(), { once: true }));
  let stopping = false;
  const finish = (state: End['state'], code: number) => {
    drop();
    if (signal.aborted) return;
    claim.end = { state, code, at: Date.now() };
    over.abort();
  };
  const claim: Claim = {
    bootId: machine.bootId,
    at: Date.now(),
    output,
    ended,
    end: undefined,
    async stop(graceMs) {
      stopping = true;
      if (deaf(argv)) await pause(graceMs, signal);
      finish('stopped', deaf(argv) ? KILL : TERM);
    },
  };
  // setTimeout overflows past 2^31-1 ms; no practice lasts that long.
  const drop = machine.timers.after(Math.min(limitS * 1000, 2 ** 31 - 1), () => finish('timeout', deaf(argv) ? KILL : TERM));
  machine.claims.set(id, claim);
  const write = (text: string) => {
    if (!signal.aborted) output.write(text);
  };
  // The caller's own signal is left out on purpose: a lost connection does not end the step.
  void run({ ...call, signal, out: write, err: write, ready: () => setImmediate(undefined) }).then((code) => finish(stopping ? 'stopped' : 'exit', code));
}

/** Closes a claim for ever before anything was begun under it. */
export function shut(machine: Machine, id: string): Claim {
  const at = Date.now();
  const claim: Claim = {
    bootId: undefined,
    at,
    output: kept(),
    ended: Promise.resolve(),
    end: { state: 'stopped', code: undefined, at },
    stop: () => Promise.resolve(),
  };
  machine.claims.set(id, claim);
  return claim;
}

/** Forgets what ended, or was cut off by a reboot, at least this many days ago; how many. */
export function expire(machine: Machine, days: number): number {
  const all = machine.claims.size;
  const before = Date.now() - days * 86_400_000;
  for (const [id, claim] of machine.claims) {
    const over = claim.end !== undefined || claim.bootId !== machine.bootId;
    if (over && (claim.end?.at ?? claim.at) <= before) machine.claims.delete(id);
  }
  return all - machine.claims.size;
}
