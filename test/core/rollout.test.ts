import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { Refusal } from '../../src/core/errors.ts';
import { readRollout, stage, unfinished, waves } from '../../src/core/rollout.ts';
import type { Outcome, Plan, Rollout, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const why = say({ en: 'do it', zh: '做' });
const step = (host: string, wave?: number): Step => ({
  kind: 'exec',
  argv: ['do', host],
  on: { site: 'east', host },
  why,
  ...(wave === undefined ? {} : { wave }),
});
const plan = (steps: readonly Step[]): Plan => ({ summary: why, steps, facts: [], locks: [], risk: 'low', undo: { impossible: why } });
const numbered = (n: number) => Array.from({ length: n }, (_, i) => `h${i}`);

const part = fc.oneof(
  fc.integer({ min: 1, max: 9999 }).map(String),
  fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
);
const rollout = fc
  .record({ parts: fc.array(part, { maxLength: 5 }), maxFail: fc.nat(9999) })
  .map(({ parts, maxFail }): Rollout => ({ waves: [...parts, 'rest'], maxFail }));
const hosts = fc.integer({ min: 0, max: 60 }).map(numbered);

describe('--waves and --max-fail', () => {
  it.each([
    [undefined, undefined, undefined],
    ['rest', undefined, { waves: ['rest'], maxFail: 0 }],
    [undefined, '2', { waves: ['rest'], maxFail: 2 }],
    ['1,10%,rest', '0', { waves: ['1', '10%', 'rest'], maxFail: 0 }],
    [' 1 , 100% ,rest ', undefined, { waves: ['1', '100%', 'rest'], maxFail: 0 }],
    ['9999,rest', '9999', { waves: ['9999', 'rest'], maxFail: 9999 }],
  ])('%s and %s are read', (given, maxFail, expected) => expect(readRollout(given, maxFail)).toEqual(expected));

  it.each([
    ['', ''],
    ['1', '1'],
    ['1,2', '2'],
    ['rest,1', '1'],
    ['rest,rest', 'rest'],
    ['1,,rest', ''],
    ['0,rest', '0'],
    ['01,rest', '01'],
    ['-1,rest', '-1'],
    ['1.5,rest', '1.5'],
    ['10000,rest', '10000'],
    ['0%,rest', '0%'],
    ['101%,rest', '101%'],
    ['5 %,rest', '5 %'],
    ['%,rest', '%'],
    ['１,rest', '１'],
    ['all,rest', 'all'],
    ['1,Rest', 'Rest'],
  ])('--waves “%s” is refused, and the word named is “%s”', (given, wrong) => expect(refused(() => readRollout(given, undefined))).toEqual({ part: wrong }));

  it.each(['', 'x', '-1', '1.5', '10%', '10000', ' 1', '0x1'])('--max-fail “%s” is refused, and named', (maxFail) =>
    expect(refused(() => readRollout('rest', maxFail))).toEqual({ maxFail }),
  );

  it('reads whatever is well formed as it was written', () => {
    fc.assert(
      fc.property(rollout, (one) => {
        expect(readRollout(one.waves.join(','), String(one.maxFail))).toEqual(one);
      }),
    );
  });

  it('reads or refuses anything at all, and never lets through a wave of no size', () => {
    const word = fc.oneof(part, fc.constant('rest'), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), fc.oneof(fc.constant(undefined), fc.string({ maxLength: 4 })), (parts, maxFail) => {
        try {
          const read = readRollout(parts.join(','), maxFail);
          for (const one of read?.waves.slice(0, -1) ?? []) expect(Number(one.replace('%', ''))).toBeGreaterThan(0);
          expect(read?.waves.at(-1)).toBe('rest');
          expect(Number.isInteger(read?.maxFail)).toBe(true);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }),
    );
  });

  function refused(read: () => unknown) {
    try {
      read();
    } catch (error) {
      if (error instanceof Refusal) return error.said.with;
      throw error;
    }
    return 'read';
  }
});

describe('waves', () => {
  it.each([
    [10, ['1', '10%', 'rest'], [1, 1, 8]],
    [11, ['10%', 'rest'], [2, 9]], // rounded up
    [3, ['1%', 'rest'], [1, 2]],
    [4, ['50%', '50%', 'rest'], [2, 2]],
    [5, ['50%', '50%', 'rest'], [3, 2]],
    [2, ['5', 'rest'], [2]],
    [1, ['1', '1', 'rest'], [1]],
    [0, ['1', 'rest'], []],
    [7, ['100%', 'rest'], [7]],
    [100, ['7%', 'rest'], [7, 93]],
    [300, ['29%', 'rest'], [87, 213]],
  ])('%i hosts in %j', (n, parts, sizes) => expect(waves(numbered(n), { waves: parts, maxFail: 0 }).map((wave) => wave.length)).toEqual(sizes));

  it('have every host once, in order, none empty, and never one that is greater than was asked for', () => {
    fc.assert(
      fc.property(hosts, rollout, (all, one) => {
        const made = waves(all, one);
        expect(made.flat()).toEqual(all);
        expect(made.every((wave) => wave.length > 0)).toBe(true);
        made.forEach((wave, i) => {
          const word = one.waves[i] ?? '';
          const least = word === 'rest' ? 0 : word.endsWith('%') ? (all.length * Number.parseInt(word, 10)) / 100 : Number(word);
          if (i < made.length - 1) expect(wave.length - least, word).toBeGreaterThanOrEqual(0);
          if (word !== 'rest') expect(wave.length - least, word).toBeLessThan(1);
        });
      }),
    );
  });
});

describe('a staged plan', () => {
  const steps = fc.array(fc.tuple(fc.nat(9), fc.constantFrom(undefined, 1, 2, 3)), { maxLength: 25 }).map((all) => all.map(([h, wave]) => step(`h${h}`, wave)));

  it('is the same plan without a rollout, or without steps', () => {
    const one = plan([step('a')]);
    expect(stage(one, undefined)).toBe(one);
    const none = plan([]);
    expect(stage(none, { waves: ['rest'], maxFail: 0 })).toBe(none);
  });

  it('changes nothing but the waves: every host in one group, groups in order, and the order of its own waves kept within each', () => {
    fc.assert(
      fc.property(steps, rollout, (all, one) => {
        const staged = stage(plan(all), one);
        expect(staged.steps.map(({ wave: _, ...rest }) => rest)).toEqual(all.map(({ wave: _, ...rest }) => rest));
        if (all.length > 0) expect(staged.rollout).toEqual(one);
        const names = [...new Set(all.map(({ on }) => on.host))];
        const groups = waves(names, one);
        const groupOf = (host: string) => groups.findIndex((group) => group.includes(host));
        staged.steps.forEach((a, i) => {
          staged.steps.forEach((b, j) => {
            const [from, to] = [groupOf(a.on.host), groupOf(b.on.host)];
            const expected = from === to ? Math.sign((all[i]?.wave ?? 1) - (all[j]?.wave ?? 1)) : Math.sign(from - to);
            expect(Math.sign((a.wave ?? 1) - (b.wave ?? 1))).toBe(expected);
          });
        });
      }),
    );
  });

  it('has another digest for another rollout, and the same one in other words', () => {
    const base = plan([step('a'), step('b'), step('c')]);
    const of = (one: Plan) => digest('pkg upgrade', {}, one);
    const read = (text: string, maxFail = '0') => of(stage(base, readRollout(text, maxFail)));
    const all = [of(base), read('rest'), read('rest', '1'), read('1,rest'), read('2,rest'), read('1,1,rest'), read('50%,rest')];
    expect(new Set(all).size).toBe(all.length);
    expect(read(' 1 , rest')).toBe(read('1,rest'));
    const other = { ...base, summary: say({ en: 'other', zh: '别的' }), steps: base.steps.map((one) => ({ ...one, why: say({ en: 'other', zh: '别的' }) })) };
    expect(of(stage(other, readRollout('1,rest', '0')))).toBe(read('1,rest'));
  });
});

describe('what is not finished', () => {
  const good: Outcome = { kind: 'exit', code: 0, output: '', ms: 1 };
  const bad: Outcome = { ...good, code: 1 };
  const skipped: Outcome = { kind: 'skipped' };
  it.each<[string, Outcome[], { failed: string[]; left: string[] }]>([
    ['nothing', [good, good, good], { failed: [], left: [] }],
    ['a host that failed at its second step', [good, good, bad], { failed: ['a'], left: [] }],
    ['a host that was not begun', [good, skipped, good], { failed: [], left: ['b'] }],
    ['a host begun and not brought to its end', [good, good, skipped], { failed: ['a'], left: [] }],
    ['hosts without any outcome', [], { failed: [], left: ['a', 'b'] }],
    ['both', [bad, skipped, skipped], { failed: ['a'], left: ['b'] }],
    ['what is unknown', [{ kind: 'gone', why }, good, skipped], { failed: ['a'], left: [] }],
  ])('%s', (_, outcomes, expected) => expect(unfinished(plan([step('a'), step('b'), step('a')]), outcomes)).toEqual(expected));

  it('is each host at most once, in order, and none that did all it was to do', () => {
    const outcome = fc.constantFrom(good, bad, skipped);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), outcome), { maxLength: 20 }), (all) => {
        const { failed, left } = unfinished(
          plan(all.map(([h]) => step(`h${h}`))),
          all.map(([, came]) => came),
        );
        const names = [...new Set(all.map(([h]) => `h${h}`))];
        const done = names.filter((name) => all.every(([h, came]) => `h${h}` !== name || came === good));
        expect(names.filter((name) => failed.includes(name))).toEqual(failed);
        expect(names.filter((name) => left.includes(name))).toEqual(left);
        expect([...failed, ...left, ...done].sort()).toEqual([...names].sort());
      }),
    );
  });
});
