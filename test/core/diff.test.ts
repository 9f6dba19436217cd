import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diff } from '../../src/core/diff.ts';
import { digest } from '../../src/core/digest.ts';
import type { Block, Fact, Plan, Step } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';

const words = (text: string) => say({ en: text, zh: text });
const fact = (what: string, value: string, holds = `${what} ${value}`): Fact => ({ what: words(what), value, at: 0, holds });
const step = (...argv: [string, ...string[]]): Step => ({ kind: 'exec', on: { site: 'east', host: 'a' }, why: words(argv[0]), argv });
const plan = (more: Partial<Plan> = {}): Plan => ({
  ...{ summary: words('x'), steps: [step('stop'), step('start')], facts: [fact('state', 'running'), fact('guest', 'shop')] },
  ...{ locks: [{ name: 'east/a' }], risk: 'medium', undo: { impossible: words('no') }, ...more },
});
const rows = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => (block.kind === 'facts' ? block.facts.map(([label, value]) => `${speak(label, 'en')}: ${speak(value, 'en')}`) : []));

describe('the difference between two plans', () => {
  it.each<[string, Partial<Plan>, string[]]>([
    ['a fact', { facts: [fact('state', 'stopped'), fact('guest', 'shop')] }, ['state: running → stopped']],
    ['what a fact means', { facts: [fact('state', 'running', 'other'), fact('guest', 'shop')] }, ['state: state running → other']],
    ['a fact that came and one that went', { facts: [fact('state', 'running'), fact('disk', 'full')] }, ['guest: shop: no longer so', 'disk: full: new']],
    ['steps', { steps: [step('stop'), step('wipe', '-f')] }, ['no longer: a: start (start)', 'new step: a: wipe (wipe -f)']],
    ['their order', { steps: [step('start'), step('stop')] }, ['steps: in another order']],
    ['one step more of the same', { steps: [step('stop'), step('start'), step('start')] }, ['new step: a: start (start)']],
    ['the risk', { risk: 'high' }, ['risk: medium → high']],
    ['locks', { locks: [{ name: 'east/a', shared: true }] }, ['no longer locks: east/a', 'also locks: east/a (shared)']],
    ['undo', { undo: { command: 'vm start', input: { guest: 'shop' } } }, ['undo: no: no → `vm start shop`']],
    ['waves', { rollout: { waves: ['1', 'rest'], maxFail: 0 } }, ['waves: not as before']],
  ])('tells %s', (_, more, told) => {
    expect(rows(diff(plan(), plan(more)))).toEqual(told);
  });

  it('tells no more than eight, and how many more there are', () => {
    const many = Array.from({ length: 12 }, (_, i) => fact(`fact ${i}`, 'new'));
    const told = rows(diff(plan({ facts: [] }), plan({ facts: many })));
    expect(told).toHaveLength(9);
    expect(told.at(-1)).toBe('and more: 4, not shown');
  });

  it('tells something exactly where the digest is another', () => {
    const holds = fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 });
    const argv = fc.array(fc.constantFrom('stop', 'start'), { maxLength: 3 });
    const some = fc
      .record({ holds, argv, risk: fc.constantFrom('low' as const, 'high' as const), shared: fc.boolean(), undo: fc.constantFrom('', 'vm start') })
      .map(({ shared, undo, ...one }) =>
        plan({
          ...{ facts: one.holds.map((hold) => fact('state', 'x', hold)), steps: one.argv.map((word) => step(word)), risk: one.risk },
          ...{ locks: [shared ? { name: 'l', shared } : { name: 'l' }], undo: undo === '' ? { impossible: words('no') } : { command: undo, input: {} } },
        }),
      );
    fc.assert(
      fc.property(some, some, (one, other) => {
        expect(diff(one, other).length > 0).toBe(digest('c', {}, one) !== digest('c', {}, other));
      }),
      { numRuns: 1000 },
    );
  });
});
