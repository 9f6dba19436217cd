import type { Machine } from './world/machine.ts';

/** One run of a program on a practice host. */
export interface Call {
  readonly argv: readonly [string, ...string[]];
  readonly machine: Machine;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves when more output can be taken; for programs that print a lot. */
  readonly ready: () => Promise<void>;
  /** Everything sent to standard input. */
  readonly input: () => Promise<string>;
  /** Aborted when the program is to end: time is up, the host went down, nobody listens. */
  readonly signal: AbortSignal;
}

/** An emulated program: writes what the real one would and answers its exit status. */
export type Program = (call: Call) => number | Promise<number>;

/** Notes a run that changes something, so that runs can be counted. */
export function effect(call: Call, ...words: readonly string[]): void {
  call.machine.effects.push(words.join(' '));
}

/** Ends a program with a message on standard error. */
export function fail(call: Call, message: string, exit = 1): number {
  call.err(`${message}\n`);
  return exit;
}
