import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, replyCode, ticketId } from '../../src/core/digest.ts';
import type { Fact, Plan, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const words = fc.string({ maxLength: 12 }).map((text) => say({ en: text, zh: text }));
const fact: fc.Arbitrary<Fact> = fc.record({ what: words, value: fc.string(), at: fc.nat(), holds: fc.string({ minLength: 1 }) });
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('exec' as const),
  on: fc.record({ site: fc.constantFrom('east', 'west'), host: fc.constantFrom('a', 'b') }),
  why: words,
  argv: fc.array(fc.string(), { minLength: 1, maxLength: 4 }).map(([first = 'x', ...rest]): [string, ...string[]] => [first, ...rest]),
});
const plan: fc.Arbitrary<Plan> = fc.record({
  summary: words,
  steps: fc.array(step, { maxLength: 4 }),
  facts: fc.uniqueArray(fact, { maxLength: 4, selector: ({ holds }) => holds }),
  locks: fc.constant([{ name: 'east/a' }]),
  risk: fc.constantFrom('none' as const, 'low' as const, 'medium' as const),
  undo: fc.constant({ impossible: say({ en: 'no', zh: '不' }) }),
});
const of = (one: Plan) => digest('vm x', { guest: 'a' }, one);

describe('digest', () => {
  it('ignores times, loads, wording and the order of facts', () => {
    fc.assert(
      fc.property(plan, fc.nat(), words, (one, at, other) => {
        const same: Plan = {
          ...one,
          summary: other,
          facts: one.facts.map((each) => ({ ...each, at, what: other, value: 'another load' })).reverse(),
          steps: one.steps.map((each) => ({ ...each, why: other, on: { ...each.on, name: 'shown' } })),
          notes: [other],
          answer: [{ kind: 'text', text: other }],
        };
        expect(of(same)).toBe(of(one));
      }),
    );
  });

  it('changes with every flipped fact that is relied on, with every step, and with the risk', () => {
    fc.assert(
      fc.property(plan, step, (one, more) => {
        const before = of(one);
        for (const [i] of one.facts.entries()) {
          const flipped = { ...one, facts: one.facts.map((each, j) => (i === j ? { ...each, holds: `not ${each.holds}` } : each)) };
          expect(of(flipped)).not.toBe(before);
        }
        expect(of({ ...one, steps: [...one.steps, more] })).not.toBe(before);
        expect(of({ ...one, risk: 'high' })).not.toBe(before);
        expect(digest('vm x', { guest: 'b' }, one)).not.toBe(before);
        expect(digest('vm y', { guest: 'a' }, one)).not.toBe(before);
      }),
    );
  });
});

describe('names derived from digests', () => {
  it('are stable, readable, and different for a new plan', () => {
    expect(replyCode('T1', 'a')).toBe(replyCode('T1', 'a'));
    expect(replyCode('T1', 'a')).not.toBe(replyCode('T1', 'b'));
    fc.assert(
      fc.property(fc.string(), fc.string(), (ticket, hash) => {
        expect(replyCode(ticket, hash)).toMatch(/^(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]{5}$/);
      }),
    );
    expect(ticketId('slack', 'E1')).toMatch(/^T[0-9A-HJKMNP-TV-Z]{11}$/);
    expect(ticketId('slack', 'E1')).not.toBe(ticketId('matrix', 'E1'));
  });
});
