import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { said, unwatched, type Watched, type Word, watch, words } from '../../src/core/watchdog.ts';

const URL = 'https://hostler.example.org';
const AFTER = 90_000;
const WAYS = ['ntfy', 'mail'];

/** A watchdog over looks: what each way was told, where `takes` says whether it can be told now. */
function run(looks: readonly { readonly at: number; readonly up: boolean }[], takes: (word: Word) => boolean = () => true) {
  let state: Watched = unwatched(URL);
  const told: Word[] = [];
  for (const { at, up } of looks) {
    state = watch(state, up ? undefined : 'no answer', at);
    for (const word of words(state, WAYS, AFTER)) {
      if (!takes(word)) continue;
      state = said(JSON.parse(JSON.stringify(state)), word); // as after a restart
      told.push(word);
    }
  }
  return { told, state };
}

const every30s = (ups: string) => [...ups].map((up, i) => ({ at: 1_000_000 + i * 30_000, up: up === '+' }));

describe('a watchdog', () => {
  it('says nothing of a silence that is shorter than it waits', () => {
    expect(run(every30s('++---+++--+')).told).toEqual([]);
  });

  it('says by every way once that the bot is silent, and once that it is back, from when to when', () => {
    const { told, state } = run(every30s('+-------++++'));
    expect(told.map(({ way, kind }) => `${kind} ${way}`)).toEqual(['down ntfy', 'down mail', 'back ntfy', 'back mail']);
    expect(told[0]).toMatchObject({ from: 1_030_000, to: 1_120_000, why: 'no answer' });
    expect(told[2]).toMatchObject({ from: 1_030_000, to: 1_240_000 });
    expect(state).toMatchObject({ told: [] });
    expect(state.back).toBeUndefined();
  });

  it('tries again what could not be said, and says by no way that it is back which never heard that it was away', () => {
    const late = run(every30s('-------+'), ({ way, to }) => way === 'ntfy' || to > 1_150_000);
    expect(late.told.map(({ way, kind }) => `${kind} ${way}`)).toEqual(['down ntfy', 'down mail', 'back ntfy', 'back mail']);
    const never = run(every30s('-------++'), ({ way }) => way === 'ntfy');
    expect(never.told.map(({ way, kind }) => `${kind} ${way}`)).toEqual(['down ntfy', 'back ntfy']);
  });

  it('counts a silence anew after it was not looking for long, but forgets no alarm', () => {
    const day = 86_400_000;
    expect(
      run([
        { at: 0, up: false },
        { at: day, up: false },
      ]).told,
    ).toEqual([]);
    const alarmed = run([
      { at: 0, up: false },
      { at: AFTER, up: false },
      { at: day, up: false },
      { at: day + 1000, up: true },
    ]);
    expect(alarmed.told.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ...['down', 'down'].map((kind) => [kind, 0, AFTER]),
      ...['back', 'back'].map((kind) => [kind, 0, day + 1000]),
    ]);
  });

  it('says that it is away again to who could not be told that it was back only once they were', () => {
    const looks = every30s('-----+-----');
    const { told } = run(looks, ({ kind, way, to }) => kind === 'down' || way === 'mail' || to > 1_300_000);
    expect(told.filter(({ way }) => way === 'ntfy').map(({ kind }) => kind)).toEqual(['down']);
    expect(told.filter(({ way }) => way === 'mail').map(({ kind }) => kind)).toEqual(['down', 'back', 'down']);
  });

  it('never says the same twice in a row by a way', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ gap: fc.integer({ min: 1, max: 59_000 }), up: fc.boolean(), deaf: fc.boolean() }), { maxLength: 60 }), (steps) => {
        const looks = steps.map(({ up }, i) => ({ at: steps.slice(0, i + 1).reduce((sum, { gap }) => sum + gap, 0), up }));
        let turn = 0;
        const { told } = run(looks, () => !(steps[turn++ % steps.length]?.deaf ?? false));
        for (const way of WAYS) {
          const kinds = told.filter((word) => word.way === way).map(({ kind }) => kind);
          expect(kinds).toEqual(kinds.map((_, i) => (i % 2 === 0 ? 'down' : 'back')));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
