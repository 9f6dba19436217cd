import { Later } from './errors.ts';
import type { Run, StepNeeds } from './once.ts';
import type { Entry, Outcome, Probe, Probed, ProveStep } from './types.ts';
import { say } from './words.ts';

/** What a host says of a change that was to prove itself, at the end: it stays, or everything is as it was. */
export const KEPT = 'kept';
export const PUT_BACK = 'reverted 0';

/** Longest that what somebody said, or a lost right, goes unheard while probes are asked, in milliseconds. */
const HEED = 250;

/**
 * Asks all probes again and again, and tells the journal what they found, until all are good at once twice in a row (what was remembered of the old way
 * is forgotten with the first, see `confirm-stands`), somebody says to keep it, one says that it is over, or the
 * time is. What was said before this began is about something else.
 */
export async function prove(
  step: ProveStep,
  entry: Entry | undefined,
  write: (entry: Entry) => Promise<void>,
  run: Run,
  needs: Pick<StepNeeds, 'hosts'>,
): Promise<Outcome> {
  const since = entry?.state === 'started' ? entry.since : (entry?.at ?? Date.now());
  // Who went before may have had another clock; from here on it may be set as it likes.
  const before = Math.min(step.forMs, Math.max(0, Date.now() - since));
  const began = performance.now();
  const ms = () => Math.round(before + performance.now() - began);
  let found: readonly Probed[] =
    (entry?.state === 'started' ? entry.seen.probes : undefined) ?? step.probes.map(({ what }) => ({ what, good: false, said: NO_ANSWER }));
  const probes = () => ({ probes: found });
  const tell = (now: readonly Probed[]) => write({ state: 'started', at: Date.now(), since, seen: { boot: '', size: 0, tail: '', probes: now } });
  /** What ends it whatever the probes say; undefined while nothing does. */
  const end = (): Outcome | undefined => {
    if (run.leave.aborted || !run.held()) throw new Later(run.leave.aborted ? 0 : 1000);
    if (run.stop.aborted) return { kind: 'skipped', ...probes() };
    const kept = run.kept?.(since);
    if (kept !== undefined) return { kind: 'met', ms: ms(), kept, ...probes() };
    return ms() >= step.forMs ? { kind: 'timeout', afterMs: step.forMs, output: '', ...probes() } : undefined;
  };
  if (entry?.state !== 'started') await tell(found);
  for (let times = 0; ; ) {
    const asked = askAll(step.probes, needs);
    for (let came: readonly Probed[] | undefined; came === undefined; ) {
      const ended = end();
      if (ended) return ended;
      came = await Promise.race([asked, pause(HEED)]);
      found = came ?? found;
    }
    const now = await asked;
    times = now.every(({ good }) => good) ? times + 1 : 0;
    if (times === GOOD) return { kind: 'met', ms: ms(), probes: now };
    if (now.some(({ over }) => over)) return { kind: 'timeout', afterMs: ms(), output: '', probes: now };
    await tell(now);
    for (const until = performance.now() + step.everyMs; performance.now() < until; await pause(Math.min(HEED, until - performance.now()))) {
      const ended = end();
      if (ended) return ended;
    }
  }
}

/** How often in a row all must be good. */
const GOOD = 2;
const NO_ANSWER = say({ en: 'no answer yet', zh: '尚无回应' });

function askAll(probes: readonly Probe[], { hosts }: Pick<StepNeeds, 'hosts'>): Promise<readonly Probed[]> {
  const all = Promise.all(probes.map((probe) => hosts.probe(probe)));
  all.catch(() => undefined); // who had to leave meanwhile does not wait for it
  return all;
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), Math.max(0, ms)));
}
