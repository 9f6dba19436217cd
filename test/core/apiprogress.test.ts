import { expect, it } from 'vitest';
import type { Journal } from '../../src/core/journal.ts';
import type { In } from '../../src/core/ticket.ts';
import type { ApiStep, Plan, Seen } from '../../src/core/types.ts';
import { underWay } from '../../src/core/underway.ts';
import { say, speak } from '../../src/core/words.ts';
import { asked } from '../support/ticket.ts';

const why = say({ en: 'back up', zh: '备份' });
const step = (name: string): ApiStep => ({
  kind: 'api',
  on: { site: 'east', host: 'alpha', name },
  why,
  method: 'POST',
  path: '/nodes/pve1/vzdump',
  params: {},
});
const ticket: In<'running'> = {
  ...asked,
  state: 'running',
  plan: { round: 1, digest: 'X', code: 'CX', risk: 'low', at: 0, parts: {}, waves: [{ wave: 1, sites: ['east'] }], hosts: ['alpha'] },
  votes: [],
  startedAt: 0,
  wave: 0,
  ends: {},
};

function shown(...all: readonly Seen[]): unknown[] {
  const plan: Plan = { summary: why, steps: all.map((_, i) => step(`web-${i}`)), facts: [], locks: [], risk: 'low', undo: { impossible: why } };
  const journal: Journal = Object.fromEntries(all.map((seen, i) => [i, { state: 'started' as const, at: 2000, since: 1000, seen }]));
  return underWay(plan, journal, {}, ticket).map((block) => ('label' in block ? [block.done, block.of, speak(block.label, 'en')] : block.kind));
}

it('a task whose log tells how far it is has a bar of its own', () => {
  const seen = { boot: '-', size: 20, tail: 'INFO:  21% …', task: 'UPID:x', share: 0.219 };
  expect(shown(seen)).toEqual([[0, 1, 'alpha/web-0: back up'], [21, 100, 'back up'], 'text', 'code']);
  expect(shown({ ...seen, size: 0, tail: '' })).toEqual([
    [0, 1, 'alpha/web-0: back up'],
    [21, 100, 'back up'],
  ]);
  expect(shown(seen, seen).slice(1)).toEqual([[21, 100, 'alpha/web-0: back up'], 'text', 'code', [21, 100, 'alpha/web-1: back up'], 'text', 'code']);
  const { share: _, ...silent } = seen;
  expect(shown(silent)).toEqual([[0, 1, 'alpha/web-0: back up'], 'text', 'code']);
});
