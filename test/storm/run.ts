import { pause } from '../bench/stats.ts';
import { type Spread, spread } from '../chaos/figures.ts';
import { Approvals, type Approved } from './approvals.ts';
import { chance } from './chance.ts';
import { cpuSeconds } from './cpu.ts';
import { Ledger } from './ledger.ts';
import { type Memory, memoryOf } from './memory.ts';
import { Sender } from './sender.ts';
import { Sources } from './sources.ts';
import { isDone, wantedThere } from './stored.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import { Trouble } from './trouble.ts';
import { type Verdict, verdict } from './verdict.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly minutes: number;
  readonly perMinute: number;
  /** How long Slack is away, in minutes. */
  readonly down: number;
  readonly seed: number;
  tell(line: string): void;
}

/** People who approved: from the line to the card, from the press to the first step on the host. Times in milliseconds. */
export interface Pressing {
  readonly card: Spread;
  readonly effect: Spread;
}

/** All that was measured and found. */
export interface Report {
  readonly options: Omit<RunOptions, 'tell'>;
  readonly sent: Ledger['counts'] & { readonly fingerprints: number; readonly answer: Spread };
  readonly verdict: Verdict;
  readonly traffic: Traffic;
  readonly violations: readonly string[];
  /** Without alerts; in the storm while nothing was killed; all of it. */
  readonly calm: Pressing;
  readonly storm: Pressing;
  readonly all: Pressing;
  /** p95 from press to first step in the storm, as a share of that without. */
  readonly ratio: number;
  readonly approvals: { readonly pressed: number; readonly done: number; readonly effects: number; readonly unanswered: number; readonly again: number };
  readonly kills: number;
  readonly surprises: number;
  readonly memory: { readonly start: Memory; readonly middle: Memory; readonly end: Memory };
  /** Seconds of processor time of a minute of the storm, after the last kill. */
  readonly cpu: Memory;
  /** How long after the storm everything stood in Slack as it is stored, in seconds; null where it was not waited for. */
  readonly settledSeconds: number | null;
}

/** Every how many milliseconds somebody asks, without alerts and with them. */
const CALM_EVERY = 200;
const STORM_EVERY = 3000;
const MIDDLE = 0.7;
/** How long what a dead part held may be nobody's, in milliseconds. */
const DISTURBED = 10_000;

/** Plays it all in a world. */
export async function play(world: World, options: RunOptions): Promise<Report> {
  const { minutes, perMinute, down, seed, tell } = options;
  const ms = minutes * 60_000;
  const short = minutes < 3;
  const approvals = new Approvals(world.slack, world.lab);
  const warm = performance.now() + (short ? 1000 : 5000);
  await approvals.run(CALM_EVERY, () => performance.now() > warm);
  const first = approvals.all.length;
  const calmUntil = performance.now() + (short ? 6000 : 60_000);
  await approvals.run(CALM_EVERY, () => performance.now() > calmUntil);
  const calm = approvals.all.slice(first);
  const before = approvals.all.length;
  tell(`${calm.length} approvals without alerts`);

  const ledger = new Ledger();
  const sender = new Sender(world.hook, ledger, new Sources(chance(seed)));
  const trouble = new Trouble(world);
  const start = memoryOf(world);
  let over = false;
  const asking = approvals.run(
    STORM_EVERY,
    () => over,
    () => trouble.down,
  );
  const middle = pause(MIDDLE * ms).then(() => ({ memory: memoryOf(world), cpu: cpuOf(world), at: performance.now() }));
  const troubled = trouble.run(ms, down * 60_000);
  await sender.run(perMinute, ms);
  over = true;
  await Promise.all([troubled, asking]);
  const then = await middle;
  const used = cpuOf(world);
  const share = (60 * 1000) / (performance.now() - then.at);
  tell(`${ledger.told.size} fingerprints taken`);
  const done = await approvals.end(short ? 10_000 : 60_000, (ticket) => isDone(world.redis, ticket));
  const settledSeconds = await settled(world, short ? 5000 : 300_000);
  const end = memoryOf(world);
  const storm = approvals.all.slice(before);
  const [calmly, quietly] = [calm, storm.filter(({ pressedAt }) => !trouble.near(pressedAt, DISTURBED))].map(pressing);
  if (!calmly || !quietly) throw new Error('nothing was measured');
  return {
    options: { minutes, perMinute, down, seed },
    sent: { ...ledger.counts, fingerprints: ledger.told.size, answer: rounded(spread(ledger.answers)) },
    verdict: await verdict(world, ledger),
    traffic: trafficOf(world.slack, trouble.away),
    violations: world.slack.violations,
    ...{ calm: calmly, storm: quietly, all: pressing(storm) },
    ratio: Math.round((100 * (quietly.effect.p95 ?? Number.NaN)) / (calmly.effect.p95 ?? Number.NaN)) / 100,
    approvals: { pressed: approvals.all.length, done, effects: approvals.effects, ...approvals.counts },
    kills: trouble.kills.length,
    surprises: Object.values(world.parts).reduce((sum, { surprises }) => sum + surprises.length, 0),
    memory: { start, middle: then.memory, end },
    cpu: { desk: Math.round(10 * (used.desk - then.cpu.desk) * share) / 10, gateway: Math.round(10 * (used.gateway - then.cpu.gateway) * share) / 10 },
    settledSeconds,
  };
}

function pressing(some: readonly Approved[]): Pressing {
  return {
    card: rounded(spread(some.map(({ cardMs }) => cardMs).filter((ms) => ms > 0))),
    effect: rounded(spread(some.flatMap(({ effectMs }) => effectMs ?? []))),
  };
}

function rounded({ p50, p95, max, samples }: Spread): Spread {
  const round = (ms: number | null) => ms && Math.round(ms);
  return { p50: round(p50), p95: round(p95), max: round(max), samples };
}

function cpuOf({ parts }: World): Memory {
  return { desk: cpuSeconds(parts.desk.program.pid), gateway: cpuSeconds(parts.gateway.program.pid) };
}

/** Waits until nothing is to be shown any more; the seconds it took, null where it took too long. */
async function settled({ redis }: World, most: number): Promise<number | null> {
  const from = Date.now();
  while (Date.now() - from < most) {
    if ((await wantedThere(redis)).size === 0) return Math.round((Date.now() - from) / 1000);
    await pause(500);
  }
  return null;
}
