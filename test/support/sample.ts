import { afterEach } from 'vitest';

/** Whether everything is tried: all points, all runs. */
export const THOROUGH = process.env.HOSTLER_THOROUGH === '1';

const given = process.env.HOSTLER_SEED;
/** As given, else the day in UTC as a number: other points every day. */
const SEED = given === undefined ? Number(new Date().toISOString().slice(0, 10).replaceAll('-', '')) : Number(given);
if (!Number.isInteger(SEED)) throw new Error(`HOSTLER_SEED=${given} is not a whole number`);
const taken: string[] = [];

afterEach(({ task }) => {
  if (taken.length > 0 && task.result?.state === 'fail') console.error(`to repeat: HOSTLER_SEED=${SEED} (${taken.join('; ')}); all: HOSTLER_THOROUGH=1`);
});

/** Numbers from 0 to 1 that look random, and are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A third of the points in their order, at least 6, always the first and the last; all of them with HOSTLER_THOROUGH=1. What fails says how to repeat it. */
export function sample<T>(points: readonly T[], name: string): readonly T[] {
  const wanted = Math.max(6, Math.ceil(points.length / 3));
  if (THOROUGH || points.length <= wanted) return points;
  const next = random([...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, SEED));
  const inner = points.slice(1, -1).map((_, i) => ({ at: i + 1, rank: next() }));
  const kept = new Set([
    0,
    points.length - 1,
    ...inner
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, wanted - 2)
      .map(({ at }) => at),
  ]);
  taken.push(`${kept.size} of ${points.length} ${name}`);
  return points.filter((_, i) => kept.has(i));
}

/** For fast-check: a third of the runs, with a seed that it prints itself when one fails; HOSTLER_SEED gives it that seed again. */
export function fewer(all: number): { readonly numRuns: number; readonly seed?: number } {
  return { numRuns: THOROUGH ? all : Math.ceil(all / 3), ...(given === undefined ? {} : { seed: SEED }) };
}
