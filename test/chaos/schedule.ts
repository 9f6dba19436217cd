import { type Prng, prng } from '../../src/lab/prng.ts';

/** What people ask for. `pair`: two requests that want the same lock; the last three are cancelled in the middle. */
export const KINDS = ['short', 'long', 'approved', 'many', 'pair', 'nap', 'stubborn', 'brood'] as const;
export type Kind = (typeof KINDS)[number];
/** Kinds that are asked to stop. */
export const CANCELLED: readonly Kind[] = ['nap', 'stubborn', 'brood'];

/** What goes wrong. `repeats` and `none` harm nothing, and have rounds of their own, as a control; so have `pause` and `halfOpen`, as they take long. */
export const FAULTS = [
  'worker',
  'desk',
  'gateway',
  'redis',
  'term',
  'pause',
  'drop',
  'halfOpen',
  'stall',
  'refuse',
  'sshd',
  'sessions',
  'repeats',
  'none',
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Milliseconds after the round's begin. */
  readonly at: number;
  /** How long what was killed stays down, or how long the network fault lasts, in milliseconds. */
  readonly for: number;
  /** Which of the two workers, or of the two hosts. */
  readonly which: 0 | 1;
}

/** One request (two for a pair) and the fault that comes with it. */
export interface Iteration {
  readonly n: number;
  readonly kind: Kind;
  readonly fault: Fault;
  /** Milliseconds after the round's begin. */
  readonly askAt: number;
  /** How often the same event is sent: 1, 2 or 5 times. */
  readonly copies: number;
  /** How long a long program works, in fifths of a second. */
  readonly ticks: number;
  /** Milliseconds from the program's begin until somebody presses cancel. */
  readonly cancelAfter: number;
}

/** What a world goes through at once. Slow rounds hold up others, and have a world of their own. */
export interface Round {
  readonly n: number;
  readonly slow: boolean;
  readonly iterations: readonly Iteration[];
}

const KIND_WEIGHTS: Readonly<Record<Kind, number>> = { short: 22, long: 28, approved: 12, many: 10, pair: 10, nap: 8, stubborn: 6, brood: 4 };
const FAULT_WEIGHTS: Readonly<Record<FaultKind, number>> = {
  worker: 22,
  desk: 10,
  gateway: 10,
  redis: 10,
  term: 8,
  pause: 3,
  drop: 8,
  halfOpen: 5,
  stall: 4,
  refuse: 4,
  sshd: 5,
  sessions: 5,
  repeats: 4,
  none: 2,
};
/** Faults that hold up everything around them. */
const SLOW: readonly FaultKind[] = ['pause', 'halfOpen'];
/** Faults begin within this time of the round's begin, in milliseconds. */
const WITHIN = 4000;
/** Longer than a lease, which lasts 15 s. */
const PAUSE: readonly [number, number] = [16_000, 20_000];

type Weights<K> = (name: K) => number;

export interface Plan {
  readonly iterations: number;
  readonly seed: number;
  /** Iterations side by side in a world. */
  readonly side: number;
  /** Only these kinds or faults; none named: all. */
  readonly only: readonly string[];
}

/** The whole schedule. Pure: the same seed gives the same schedule. */
export function schedule({ iterations, seed, side, only }: Plan): Round[] {
  const kinds = pickFrom(KINDS, KIND_WEIGHTS, only);
  const faults = pickFrom(FAULTS, FAULT_WEIGHTS, only);
  const all = Array.from({ length: iterations }, (_, n) => iteration(n, prng(seed, `iteration ${n}`), kinds, faults));
  const those = (...kinds: readonly FaultKind[]) => all.filter(({ fault }) => kinds.includes(fault.kind));
  const calm = those('none', 'repeats');
  const slow = SLOW.map((kind) => those(kind));
  const rest = all.filter((one) => ![calm, ...slow].some((some) => some.includes(one)));
  const rounds = [...slow.flatMap((some) => chunks(some, side, true)), ...[calm, rest].flatMap((some) => chunks(some, side, false))];
  return rounds.map((round, n) => ({ ...round, n }));
}

/** The weights, 0 for all that are not named, unless none is. */
function pickFrom<K extends string>(names: readonly K[], weights: Readonly<Record<K, number>>, only: readonly string[]): Weights<K> {
  const named = names.some((name) => only.includes(name));
  return (name) => (named && !only.includes(name) ? 0 : weights[name]);
}

function chunks(iterations: readonly Iteration[], side: number, slow: boolean): { slow: boolean; iterations: Iteration[] }[] {
  const count = Math.ceil(iterations.length / side);
  return Array.from({ length: count }, (_, i) => ({
    slow,
    iterations: iterations.slice(Math.round((i * iterations.length) / count), Math.round(((i + 1) * iterations.length) / count)),
  }));
}

function iteration(n: number, random: Prng, kinds: Weights<Kind>, faults: Weights<FaultKind>): Iteration {
  const kind = weighted(KINDS, kinds, random);
  const faultKind = weighted(FAULTS, faults, random);
  const askAt = random.int(0, 1500);
  const copies = faultKind === 'repeats' ? random.pick([2, 5]) : random.pick([1, 1, 1, 2, 5]);
  const at = moment(faultKind, askAt, random);
  const fault: Fault = { kind: faultKind, at, for: faultKind === 'pause' ? random.int(...PAUSE) : lasts(faultKind, random), which: random.pick([0, 1]) };
  return { n, kind, fault, askAt, copies, ticks: random.int(SLOW.includes(faultKind) ? 8 : 3, 15), cancelAfter: random.int(200, 2500) };
}

/** Most faults come at any moment; a gateway dies while it is being asked, and the slow ones come while what was asked for is under way. */
function moment(kind: FaultKind, askAt: number, random: Prng): number {
  if (kind === 'gateway') return Math.max(0, askAt + random.int(-10, 40));
  if (SLOW.includes(kind)) return askAt + random.int(100, 1200);
  return random.int(0, WITHIN);
}

function lasts(kind: FaultKind, random: Prng): number {
  if (kind === 'halfOpen' || kind === 'stall' || kind === 'refuse') return random.int(1000, 6000);
  return random.int(0, 1500);
}

function weighted<K extends string>(names: readonly [K, ...K[]], weights: Weights<K>, random: Prng): K {
  let left = random.next() * names.reduce((sum, name) => sum + weights(name), 0);
  for (const name of names) {
    left -= weights(name);
    if (left < 0) return name;
  }
  return names[0];
}
