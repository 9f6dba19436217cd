import { stoodStill } from './clock.ts';
import { reattached, type Spread, spread, tally } from './figures.ts';
import { type Counter, counts, type Finding, judge } from './judge.ts';
import { readLines } from './program.ts';
import { playRound, type RoundEnd } from './round.ts';
import { FAULTS, type Plan, type Round, schedule } from './schedule.ts';
import { tellRound } from './tell.ts';
import { startWorld } from './world.ts';

export interface RunOptions extends Plan {
  readonly worlds: number;
  readonly verbose: boolean;
  tell(text: string): void;
}

/** What is printed at the end. `good`: every counter is 0. */
export interface Report extends Record<Counter, number> {
  readonly good: boolean;
  readonly iterations: number;
  readonly seed: number;
  readonly reattachMs: Spread;
  readonly stopMs: Spread;
  readonly [more: string]: unknown;
}

/** Plays the whole schedule in worlds side by side, and judges it. */
export async function run(options: RunOptions): Promise<Report> {
  const began = Date.now();
  const rounds = schedule(options);
  const [slow, swift] = [rounds.filter((round) => round.slow), rounds.filter((round) => !round.slow)];
  const ended: RoundEnd[] = [];
  const findings: Finding[] = [];
  const surprises: string[] = [];
  const lanes = [...Array.from({ length: Math.min(options.worlds, swift.length) }, () => swift), ...(slow.length > 0 ? [slow] : [])];
  const lane = async (queue: Round[], n: number) => {
    if (queue.length === 0) return;
    const world = await startWorld(`w${n}`, options.side);
    const mine: RoundEnd[] = [];
    try {
      for (let round = queue.shift(); round; round = queue.shift()) {
        const end = await playRound(world, round, `s${options.seed}`);
        mine.push(end);
        ended.push(end);
        await tellRound(options, end, ended, began);
      }
      const lines = readLines(world.effects); // once more, as late as can be: what is done twice may be done late
      for (const { requests, locks } of mine) findings.push(...judge({ requests, lines, locks }));
      surprises.push(...world.surprises().map(({ name, how, said }) => `${name} ${how}: ${said}`));
    } finally {
      await world.close();
    }
  };
  await Promise.all(lanes.map(lane));
  return report(options, ended, findings, surprises, Date.now() - began);
}

/** Everything that is printed at the end. */
function report({ iterations, seed }: RunOptions, ended: readonly RoundEnd[], findings: readonly Finding[], surprises: readonly string[], ms: number): Report {
  const requests = ended.flatMap((one) => one.requests);
  const waits = ended.flatMap((one) => reattached(one.requests, one.faults));
  const stops = requests.flatMap(({ stopMs }) => stopMs ?? []);
  return {
    good: findings.length === 0,
    ...{ iterations, seed, ...counts(findings) },
    reattachMs: spread(waits.map(({ ms }) => ms)),
    stopMs: spread(stops),
    reattachByFault: Object.fromEntries(FAULTS.map((kind) => [kind, spread(waits.filter((wait) => wait.alone && wait.kind === kind).map(({ ms }) => ms))])),
    ends: tally(requests.map(({ end }) => end ?? 'none')),
    passedUnknown: requests.filter(({ end, doubts }) => end !== 'unknown' && doubts !== undefined).length,
    kinds: tally(requests.map(({ kind }) => kind)),
    faults: tally(ended.flatMap((one) => one.faults.map(({ kind }) => kind))),
    findings,
    surprises,
    stoodStillS: Math.round(stoodStill() / 1000),
    elapsedS: Math.round(ms / 1000),
  };
}
