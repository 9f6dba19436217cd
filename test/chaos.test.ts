import { describe, expect, it } from 'vitest';
import { reattached } from './chaos/figures.ts';
import { type Counter, counts, type Evidence, judge, type Observed } from './chaos/judge.ts';
import type { Line } from './chaos/program.ts';
import { FAULTS, KINDS, schedule } from './chaos/schedule.ts';

const good: Observed = { tag: 't1', kind: 'long', machines: ['a'], tickets: 1, seen: true, end: 'done', cameTo: ['done in 2 s'], vainPresses: 0 };
const lines = (...all: readonly string[]): Line[] =>
  all.map((text) => {
    const [tag = '', host = '', what = ''] = text.split(' ');
    return { tag, host, what };
  });
const once = lines('t1 a begin', 't1 a end');
const stopped: Observed = { ...good, kind: 'nap', end: 'cancelled', cameTo: ['stopped'], cancel: { alive: 0 } };
const pair: readonly Observed[] = [
  { ...good, tag: 'x', rival: 'y' },
  { ...good, tag: 'y', rival: 'x' },
];

/** The counters that this evidence hits. */
function hit(evidence: Partial<Evidence>): Counter[] {
  const findings = judge({ requests: [good], lines: once, locks: [], ...evidence });
  return [...new Set(findings.map(({ counter }) => counter))];
}

describe('the judge of chaos', () => {
  it.each<[string, Partial<Evidence>]>([
    ['an effect that happened once', {}],
    ['two hosts', { requests: [{ ...good, machines: ['a', 'b'], cameTo: ['', ''] }], lines: [...once, ...lines('t1 b begin', 't1 b end')] }],
    ['a refusal without effect', { requests: [{ ...good, end: 'refused', cameTo: [''] }], lines: [] }],
    ['a failure that says that nothing was done', { requests: [{ ...good, end: 'failed', cameTo: ['not done: unreachable'] }], lines: [] }],
    ['a stop in the middle', { requests: [stopped], lines: lines('t1 a begin') }],
    ['a stop before the begin', { requests: [{ ...stopped, cameTo: ['not begun'] }], lines: [] }],
    ['two with the same lock, one after the other', { requests: pair, lines: lines('y a begin', 'y a end', 'x a begin', 'x a end') }],
    ['the lines of others', { lines: [...once, ...lines('t2 a begin', 't2 b end')] }],
  ])('finds nothing in %s', (_, evidence) => {
    expect(hit(evidence)).toEqual([]);
  });

  it.each<[Counter, string, Partial<Evidence>]>([
    ['lost', 'done without effect', { lines: [] }],
    ['lost', 'done, begun and not ended', { lines: lines('t1 a begin') }],
    ['lost', 'done, with an effect on one of two hosts', { requests: [{ ...good, machines: ['a', 'b'], cameTo: ['', ''] }] }],
    ['lost', 'taken, and never seen again', { requests: [{ ...good, seen: false, end: undefined, cameTo: [''] }], lines: [] }],
    ['lost', 'a step that says done in a request that failed', { requests: [{ ...good, end: 'failed' }], lines: [] }],
    ['lost', 'a press of which nothing came', { requests: [{ ...good, vainPresses: 1 }] }],
    ['doubled', 'an effect twice', { lines: [...once, ...once] }],
    ['doubled', 'begun twice and ended once', { lines: [...once, ...lines('t1 a begin')] }],
    ['doubled', 'an effect twice in a request that failed', { requests: [{ ...good, end: 'failed', cameTo: [''] }], lines: lines('t1 a begin', 't1 a begin') }],
    ['doubled', 'an effect where nobody wanted it', { lines: [...once, ...lines('t1 b begin')] }],
    ['doubled', 'two tickets of one event', { requests: [{ ...good, tickets: 2 }] }],
    ['stuck', 'no end', { requests: [{ ...good, end: undefined }] }],
    ['stuck', 'a door that takes nothing', { requests: [{ ...good, tickets: 0, seen: false, end: undefined, cameTo: [] }], lines: [] }],
    ['unknown', 'an unknown outcome', { requests: [{ ...good, end: 'unknown', cameTo: [''] }] }],
    ['leakedLocks', 'a lock that is left', { locks: ['east/a1/program:effect'] }],
    ['falseProof', 'processes that outlive their proven end', { requests: [{ ...stopped, cancel: { alive: 2 } }], lines: lines('t1 a begin') }],
    ['inconsistent', 'refused and begun', { requests: [{ ...good, end: 'refused', cameTo: [''] }], lines: lines('t1 a begin') }],
    ['inconsistent', 'not done and begun', { requests: [{ ...good, end: 'failed', cameTo: ['not done: unreachable'] }], lines: lines('t1 a begin') }],
    ['inconsistent', 'cancelled and gone through', { requests: [stopped] }],
    ['overlapped', 'two at once under one lock', { requests: pair, lines: lines('x a begin', 'y a begin', 'x a end', 'y a end') }],
  ])('counts %s for %s', (counter, _, evidence) => {
    expect(hit(evidence)).toEqual([counter]);
    expect(counts(judge({ requests: [good], lines: once, locks: [], ...evidence }))[counter]).toBe(1);
  });
});

describe('the schedule of chaos', () => {
  const plan = { iterations: 300, seed: 7, side: 10, only: [] };

  it('is the same for the same seed, and another for another', () => {
    expect(schedule(plan)).toEqual(schedule(plan));
    expect(schedule({ ...plan, seed: 8 })).not.toEqual(schedule(plan));
  });

  it('has each iteration once, and every kind of request and of fault', () => {
    const all = schedule(plan).flatMap(({ iterations }) => iterations);
    expect(all.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, n) => n));
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(new Set(all.map(({ fault }) => fault.kind))).toEqual(new Set(FAULTS));
  });

  it('leaves out what is not asked for', () => {
    const all = schedule({ ...plan, only: ['nap', 'redis', 'drop'] }).flatMap(({ iterations }) => iterations);
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(['nap']));
    expect(new Set(all.map(({ fault }) => fault.kind))).toEqual(new Set(['redis', 'drop']));
  });
});

describe('the time until life is seen again', () => {
  const played = (...changes: readonly (readonly [number, string])[]) => ({ changes: changes.map(([at, state]) => ({ at, state })) });
  const fault = (begin: number, end: number) => ({ kind: 'worker', begin, end }) as const;

  it('runs from the end of the fault to the first change of a card in the middle of it', () => {
    expect(reattached([played([100, 'running'], [900, 'running'], [1500, 'done'])], [fault(200, 700)])).toEqual([{ kind: 'worker', ms: 200, alone: true }]);
  });

  it('is not known of requests that were not running, nor where another fault came between', () => {
    expect(reattached([played([100, 'planning'], [900, 'done'])], [fault(200, 700)])).toEqual([]);
    expect(reattached([played([100, 'running'], [900, 'done'])], [fault(200, 300), fault(500, 800)])).toEqual([{ kind: 'worker', ms: 100, alone: false }]);
  });
});
