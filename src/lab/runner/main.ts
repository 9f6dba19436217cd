import type { Call } from '../program.ts';
import { pause } from '../timers.ts';
import { begin, expire, shut } from './claim.ts';
import { stateOf, tell, tellStop } from './tell.ts';
import { asked } from './words.ts';

/** What a call of the on-host runner has besides that of a program. */
export interface RunnerCall extends Omit<Call, 'argv'> {
  readonly print: (bytes: Buffer | string) => void;
  /** The first bytes sent to standard input: this many, fewer only where it ended before. */
  readonly bytes: (count: number) => Promise<Buffer>;
}

/** The on-host runner: claims a step under its ID, performs it at most once on this host, and tells of it. */
export async function runner(words: readonly string[], call: RunnerCall): Promise<number> {
  const what = asked(words);
  if (typeof what === 'string') {
    call.err(`hostler-run: ${what}\n`);
    return 2;
  }
  if (what.verb === 'expire') call.print(`expired ${expire(call.machine, what.days)}\n`);
  else if (what.verb === 'stop') await stop(what.id, what.grace, call);
  else {
    if (what.verb === 'start') await start(what, call);
    await follow(what.id, what.from, what.hold, call);
  }
  return 0;
}

async function start(what: { id: string; limit: number; stdin: number; argv: readonly [string, ...string[]] }, call: RunnerCall): Promise<void> {
  const { machine } = call;
  const input = what.stdin > 0 ? await call.bytes(what.stdin) : Buffer.alloc(0);
  if (machine.claims.has(what.id) || input.length < what.stdin || machine.boot.signal.aborted) return;
  begin(what.id, what.limit, { ...call, argv: what.argv, input: () => Promise.resolve(input.toString('utf8')) });
}

async function follow(id: string, from: number, holdS: number, { machine, print, signal }: RunnerCall): Promise<void> {
  const claim = machine.claims.get(id);
  if (claim && stateOf(machine, claim) === 'running' && holdS > 0) {
    const done = new AbortController();
    void claim.ended.then(() => done.abort());
    await pause(holdS * 1000, AbortSignal.any([signal, done.signal]));
  }
  tell(machine, claim, from, print);
}

async function stop(id: string, graceS: number, { machine, print }: RunnerCall): Promise<void> {
  const began = Date.now();
  const claim = machine.claims.get(id) ?? shut(machine, id);
  if (stateOf(machine, claim) === 'running') await claim.stop(graceS * 1000);
  tellStop(machine, claim, Date.now() - began, print);
}
