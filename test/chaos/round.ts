import { now } from './clock.ts';
import { type Happened, inflict } from './faults.ts';
import { locksLeft } from './locks.ts';
import { type Played, play } from './play.ts';
import type { Round } from './schedule.ts';
import type { World } from './world.ts';

/** What a round came to. */
export interface RoundEnd {
  readonly round: Round;
  readonly world: World;
  readonly requests: readonly Played[];
  readonly faults: readonly Happened[];
  readonly locks: readonly string[];
  readonly ms: number;
}

/** A request that has not ended this long after the last fault is stuck, in milliseconds. */
const STUCK = 90_000;

/** Plays a round: its requests side by side, and its faults among them; then nothing may be left. */
export async function playRound(world: World, round: Round, prefix: string): Promise<RoundEnd> {
  const began = Date.now();
  let quietSince = Number.POSITIVE_INFINITY;
  const faults = Promise.all(round.iterations.map(({ fault }) => inflict(world, fault))).then((all) => {
    quietSince = now();
    return all;
  });
  const deadline = () => quietSince + STUCK;
  const requests = (await Promise.all(round.iterations.map((iteration, slot) => play(world, iteration, slot, prefix, deadline)))).flat();
  const happened = await faults;
  return { round, world, requests, faults: happened, locks: await locksLeft(world.door), ms: Date.now() - began };
}
