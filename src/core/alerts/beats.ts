import type { Severity } from '../check.ts';
import type { Beats } from '../ports.ts';
import type { SettleNeeds } from '../settle.ts';
import { dayAndClock, duration } from '../time.ts';
import { type Said, say } from '../words.ts';
import type { Signal } from './alert.ts';
import { takeSignals } from './intake.ts';
import { fits } from './match.ts';
import type { Heartbeat } from './routing.ts';
import { spoken } from './spoken.ts';

/** Something that must be heard of every so often. Spans in milliseconds. */
export interface Expected {
  readonly name: string;
  readonly everyMs: number;
  /** How long whoever listens must have listened before silence means anything. */
  readonly graceMs: number;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly title: Said;
  /** What is said of it when it was last heard then, or never (milliseconds since the epoch). */
  text(heardAt: number | undefined): Said;
}

/** What is known of what is expected: by name, in milliseconds since the epoch. */
export interface Known {
  readonly heard: Readonly<Record<string, number>>;
  /** Since when it is expected. */
  readonly named: Readonly<Record<string, number>>;
  /** What is said to be late already, since when. */
  readonly late: Readonly<Record<string, number>>;
}

/** Longest time that a bot which was away itself waits for those that beat more seldom than that, in milliseconds. */
const GRACE = 300_000;

/** Since when each of these is late (milliseconds since the epoch), by name. `listening`: since when somebody listens. Pure. */
export function overdue(expected: readonly Expected[], { heard, named }: Omit<Known, 'late'>, listening: number, now: number): ReadonlyMap<string, number> {
  return new Map(
    expected.flatMap(({ name, everyMs, graceMs }) => {
      const since = Math.max(heard[name] ?? 0, named[name] ?? now) + everyMs;
      return now > since && now > listening + graceMs ? [[name, since] as const] : [];
    }),
  );
}

/** What is to be said by a source now: what is late and was not said to be, and what was and is no more. Pure. */
export function changes(source: string, expected: readonly Expected[], known: Known, listening: number, now: number): readonly Signal[] {
  const late = overdue(expected, known, listening, now);
  const silent = overdue(expected, known, Number.NEGATIVE_INFINITY, now); // whoever has just begun to listen does not know better
  const begun = expected.flatMap((one): Signal[] => {
    const since = late.get(one.name);
    if (since === undefined || one.name in known.late) return [];
    return [{ ...said(source, one, known), status: 'firing', startsAt: since }];
  });
  const ended = Object.entries(known.late).flatMap(([name, startsAt]): Signal[] => {
    if (silent.has(name)) return [];
    const one = expected.find((other) => other.name === name);
    const about = one ? said(source, one, known) : { source, fingerprint: name, severity: 'notice' as const, title: name, labels: {} };
    return [{ ...about, status: 'resolved', startsAt, endsAt: Math.max(startsAt, known.heard[name] ?? now) }];
  });
  return [...begun, ...ended];
}

function said(source: string, { name, severity, labels, title, text }: Expected, { heard }: Known) {
  return { source, fingerprint: name, severity, ...spoken(title, text(heard[name])), labels };
}

/** Has it said what came late, and what came again. What could not be said is said the next time. */
export async function tellLate(source: string, expected: readonly Expected[], beats: Beats, needs: SettleNeeds): Promise<void> {
  const now = Date.now();
  const names = expected.map(({ name }) => name);
  const late = await beats.late();
  if (names.length === 0 && Object.keys(late).length === 0) return;
  const known = { named: await beats.named(names, now), heard: await beats.all(), late };
  for (const signal of changes(source, expected, known, needs.since, now)) {
    await takeSignals(source, [signal], now, needs);
    await beats.setLate(signal.fingerprint, signal.status === 'firing' ? signal.startsAt : undefined);
  }
}

/** Says which heartbeats of the configuration do not come. */
export async function tendBeats(needs: SettleNeeds): Promise<void> {
  const { heartbeats } = (await needs.rules()).routing;
  await tellLate('beat', heartbeats.map(expectedBeat), needs.beats, needs);
}

/** The heartbeats that a signal counts as: it is then no alert. `says`: as of `saysOf`. */
export function beatsOf(says: ReadonlyMap<string, readonly string[]>, heartbeats: readonly Heartbeat[]): readonly string[] {
  return heartbeats.flatMap(({ name, match }) => (match && Object.keys(match).length > 0 && fits(match, says) ? [name] : []));
}

function expectedBeat({ name, everyMs, severity, labels }: Heartbeat): Expected {
  const span = duration(everyMs);
  return {
    ...{ name, everyMs, severity, graceMs: Math.min(everyMs, GRACE), labels: { ...labels, beat: name } },
    title: say({ en: '{name} is not heard of', zh: '收不到 {name} 的心跳' }, { name }),
    text: (at) =>
      at === undefined
        ? say({ en: 'expected every {span}, and never heard', zh: '应每 {span}一次，但从未收到' }, { span })
        : say({ en: 'expected every {span}, last heard {at}', zh: '应每 {span}一次，最后收到于 {at}' }, { span, at: utc(at) }),
  };
}

/** With its day: it may be long ago when it is read. */
const utc = (at: number) => `${dayAndClock(at)} UTC`;
