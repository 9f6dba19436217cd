import { describe, expect, it } from 'vitest';
import { buttonsOf } from '../../src/core/buttons.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { In } from '../../src/core/ticket.ts';
import type { ExecStep, Plan, Step } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { asked } from '../support/ticket.ts';

const why = say({ en: 'do', zh: '做' });
const step = (more: Partial<ExecStep> = {}): ExecStep => ({ kind: 'exec', on: { site: 'east', host: 'a' }, why, argv: ['do'], ...more });
const plan = (...steps: Step[]): Plan => ({ summary: why, steps, facts: [], locks: [], risk: 'low', undo: { impossible: why } });
const ref = { round: 1, digest: 'X', code: 'CX', risk: 'low', at: 0, parts: { east: 'X' }, waves: [{ wave: 1, sites: ['east'] }], hosts: ['a'] } as const;
const running: In<'running'> = { ...asked, state: 'running', plan: ref, votes: [], startedAt: 0, wave: 0, ends: {} };
const begun: Journal = { 0: { state: 'intent', at: 0 } };
const labels = (whole: Plan, journal: Journal) => buttonsOf(running, whole, journal).map(({ label }) => speak(label, 'en'));

describe('the button of a run', () => {
  it('stops what can be stopped', () => {
    expect(labels(plan(step()), begun)).toEqual(['Cancel']);
    expect(labels(plan(step({ stop: 'never' })), {})).toEqual(['Cancel']); // not begun yet
  });

  it('past the point of no return stops only what comes after, and goes where nothing does', () => {
    const never = step({ stop: 'never' });
    expect(labels(plan(never, step()), begun)).toEqual(['Stop after this step']);
    expect(labels(plan(never), begun)).toEqual([]);
    expect(labels(plan(never, step({ always: true })), begun)).toEqual([]);
  });
});
