import { afterEach, describe, expect, it, vi } from 'vitest';
import { Later } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/once.ts';
import { prove } from '../../src/core/prove.ts';
import { provenBlocks, provingBlocks } from '../../src/core/proving.ts';
import type { Block, Entry, Outcome, Plan, Probe, Probed, ProveStep, Step } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';

const why = say({ en: 'try', zh: '尝试' });
const probe = (name: string): Probe => ({ what: say({ en: name, zh: name }), on: 'a', argv: ['true'] });
const step: ProveStep = { kind: 'prove', on: { site: 'east', host: 'a' }, why, probes: [probe('one'), probe('two')], forMs: 400, everyMs: 20 };

function scene(answer: (name: string, round: number) => boolean | 'over' | 'hangs', more: Partial<Run> = {}) {
  const rounds = new Map<string, number>();
  const written: Entry[] = [];
  const run: Run = {
    ticket: 'T1',
    round: 1,
    right: { lease: { name: 'l', token: 1 }, locks: 1 },
    held: () => true,
    stop: new AbortController().signal,
    leave: new AbortController().signal,
    ...more,
  };
  const ask = async ({ what }: Probe): Promise<Probed> => {
    const name = speak(what, 'en');
    const round = (rounds.get(name) ?? 0) + 1;
    rounds.set(name, round);
    const came = answer(name, round);
    if (came === 'hangs') return new Promise(() => undefined);
    return came === 'over' ? { what, good: false, said: 'gone', over: true } : { what, good: came, said: came ? '' : 'no' };
  };
  const unused = () => Promise.reject(new Error('not asked'));
  const hosts = { probe: ask, exec: unused, wait: unused, recheck: unused };
  const write = async (entry: Entry) => {
    written.push(entry);
  };
  return { written, come: (entry?: Entry) => prove(step, entry, write, run, { hosts }) };
}

describe('a change that is asked whether it holds', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('is kept when all probes are good at once, not one after the other, and twice in a row', async () => {
    const { come, written } = scene((name, round) => (name === 'one' ? ![2, 4].includes(round) : round !== 1));
    expect(await come()).toMatchObject({ kind: 'met', probes: [{ good: true }, { good: true }] });
    const told = written.flatMap((entry) => (entry.state === 'started' ? [entry.seen.probes?.map(({ good }) => good)] : []));
    expect(told).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true], // once: it may be what was remembered of the old way
      [false, true],
      [true, true],
    ]);
  });

  it('is given up when the time is over, with what was found last; also when nobody answers', async () => {
    expect(await scene((name) => name === 'one').come()).toMatchObject({
      kind: 'timeout',
      afterMs: 400,
      probes: [{ good: true }, { good: false, said: 'no' }],
    });
    expect(await scene(() => 'hangs').come()).toMatchObject({ kind: 'timeout', probes: [{ good: false }, { good: false }] });
  });

  it.each([
    ['back', -3_600_000],
    ['on', 3_600_000],
  ])('is asked on as before when the clock is set %s meanwhile, and for no longer', async (_, by) => {
    const real = Date.now;
    const setIt = () => vi.spyOn(Date, 'now').mockImplementation(() => real() + by);
    const good = scene((_name, round) => {
      if (round === 1) setIt();
      return round > 3;
    });
    expect(await good.come()).toMatchObject({ kind: 'met', probes: [{ good: true }, { good: true }] });
    vi.restoreAllMocks();
    const began = performance.now();
    const never = scene((_name, round) => {
      if (round === 1) setIt();
      return false;
    });
    expect(await never.come()).toMatchObject({ kind: 'timeout' });
    expect(performance.now() - began).toBeGreaterThan(390);
  });

  it('goes on where another left it, with the time that is left', async () => {
    const seen = { boot: '', size: 0, tail: '', probes: [] };
    expect(await scene(() => false).come({ state: 'started', at: Date.now(), since: Date.now() - 1000, seen })).toMatchObject({ kind: 'timeout' });
  });

  it('is over at once when a probe says so', async () => {
    const came = await scene((name) => (name === 'one' ? 'over' : true)).come();
    expect(came).toMatchObject({ kind: 'timeout', probes: [{ over: true }, { good: true }] });
  });

  it('is kept by who says so since it began, while probes hang, too', async () => {
    const began = Date.now();
    const kept = (since: number) => (since <= began + 5000 && since >= began ? 'bob' : undefined);
    expect(await scene(() => 'hangs', { kept }).come()).toMatchObject({ kind: 'met', kept: 'bob' });
  });

  it('ends with a cancel, and is left to another when the right is lost', async () => {
    expect(await scene(() => false, { stop: AbortSignal.abort() }).come()).toMatchObject({ kind: 'skipped' });
    await expect(scene(() => false, { held: () => false }).come()).rejects.toBeInstanceOf(Later);
    await expect(scene(() => false, { leave: AbortSignal.abort() }).come()).rejects.toBeInstanceOf(Later);
  });
});

describe('the card of a change that is to prove itself', () => {
  const act: Step = { kind: 'exec', on: step.on, why, argv: ['act'] };
  const settle: Step = { kind: 'exec', on: step.on, why, argv: ['settle'], always: true };
  const plan: Plan = { summary: why, steps: [act, step, act, settle], facts: [], locks: [], risk: 'low', undo: { impossible: why } };
  const words = (blocks: readonly Block[]) =>
    blocks.flatMap((block) => {
      if (block.kind === 'text') return [speak(block.text, 'en')];
      return block.kind === 'table' ? block.rows.map((row) => row.map((cell) => speak(cell, 'en')).join(' | ')) : [];
    });
  const probes: Probed[] = [
    { what: say({ en: 'one', zh: '一' }), good: true, said: '' },
    { what: say({ en: 'two', zh: '二' }), good: false, said: 'no answer' },
  ];
  const exit = (output: string, code = 0): Outcome => ({ kind: 'exit', code, output, ms: 1 });

  it('counts down by the times of the journal, and shows what was found', () => {
    const done: Entry = { state: 'finished', at: 0, outcome: exit('') };
    const journal = { 0: done, 1: { state: 'started', at: 1100, since: 1000, seen: { boot: '', size: 0, tail: '', probes } } as const };
    expect(words(provingBlocks({ ...plan, steps: [act, { ...step, forMs: 90_000 }] }, journal))).toEqual([
      'a goes back by itself unless it is kept within 90 s',
      'one | good',
      'two | no answer',
    ]);
    expect(words(provingBlocks(plan, { 0: { state: 'intent', at: 0 } }))).toEqual(['a goes back by itself unless the change proves itself']);
    expect(provingBlocks(plan, {})).toEqual([]);
  });

  it.each<[string, Outcome, Outcome, string[]]>([
    ['proven', { kind: 'met', ms: 2000, probes }, exit('kept\n'), ['a: kept: all 2 probes were good after 2.0 s']],
    [
      'kept by a person',
      { kind: 'met', ms: 2000, kept: 'bob', probes },
      exit('kept\n'),
      ['a: kept by Bob before it had proven itself', 'one | good', 'two | no answer'],
    ],
    [
      'not proven',
      { kind: 'timeout', afterMs: 1, output: '', probes },
      exit('reverted 0\n'),
      ['a: put back: it is as it was', 'one | good', 'two | no answer'],
    ],
    [
      'not put back',
      { kind: 'timeout', afterMs: 1, output: '', probes: [] },
      exit('reverted 3\n', 1),
      ['a: not seen to be put back whole (reverted 3); look at it before anything else is changed there'],
    ],
    ['never armed', { kind: 'skipped' }, exit('none\n'), []],
  ])('says at the end how it was: %s', (_, proven, end, expected) => {
    expect(words(provenBlocks(plan, [exit(''), proven, exit(''), end], { bob: 'Bob' }))).toEqual(expected);
  });
});
