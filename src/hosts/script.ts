import { quote } from '../core/quote.ts';
import type { Argv } from '../core/types.ts';
import { KEEPER } from './sh/keeper.ts';
import { LIBRARY } from './sh/library.ts';
import { START } from './sh/start.ts';
import { STOP } from './sh/stop.ts';
import { VERBS } from './sh/verbs.ts';

/**
 * What runs on the host, in POSIX `sh`, called as `hostler-run VERB …`; nothing need be installed there before.
 * `mkdir SPOOL/ID` is the durable claim of a step, `mkdir SPOOL/ID/go` the right to run its program, once. A keeper of its own
 * outlives every connection, and the end appears by rename, so that whoever asks, and however often, hears the same.
 */
export const SCRIPT = `lib=${quote(LIBRARY)}\nkeeping=${quote(KEEPER)}\neval "$lib"\n${START}\n${STOP}\n${VERBS}`;

/** Arguments of `start`: seconds, bytes of output already known, seconds to wait for the end, bytes of standard input. */
export interface Start {
  readonly id: string;
  readonly limit: number;
  readonly from: number;
  readonly hold: number;
  readonly stdin: number;
  readonly argv: Argv;
}

/** Begins the step unless it has begun, then answers like `followArgv`. */
export function startArgv({ id, limit, from, hold, stdin, argv }: Start): Argv {
  return script('start', id, limit, from, hold, stdin, ...argv);
}

/** Answers with state and output from a byte on, when the step has ended or `hold` seconds are over. */
export function followArgv(id: string, from: number, hold: number): Argv {
  return script('follow', id, from, hold);
}

/** Stops the step: TERM, `grace` seconds, KILL; answers what is proven. */
export function stopArgv(id: string, grace: number): Argv {
  return script('stop', id, grace);
}

/** Forgets steps that ended at least so many days ago. */
export function expireArgv(days: number): Argv {
  return script('expire', days);
}

function script(...words: readonly (string | number)[]): Argv {
  return ['sh', '-c', SCRIPT, 'hostler-run', ...words.map(String)];
}
