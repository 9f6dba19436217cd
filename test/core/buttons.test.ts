import { describe, expect, it } from 'vitest';
import { buttonsOf } from '../../src/core/buttons.ts';
import type { Journal } from '../../src/core/journal.ts';
import type { In, Ticket } from '../../src/core/ticket.ts';
import type { ExecStep, Plan, Step } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { asked, leads } from '../support/ticket.ts';

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

describe('the buttons of a request', () => {
  const waiting: In<'waiting'> = { ...asked, state: 'waiting', plan: ref, needs: leads(1), votes: [], expiresAt: 1 };
  const ids = (ticket: Ticket, whole?: Plan) => buttonsOf(ticket, whole, {}).map(({ id }) => id);

  it('that waits decide, ask for the reason first, and take a vote back where there is one', () => {
    expect(ids(waiting)).toEqual(['approve', 'reject', 'cancel']);
    expect(ids({ ...waiting, votes: [{ by: 'bob', at: 0 }] })).toEqual(['approve', 'withdraw', 'reject', 'cancel']);
    expect(ids({ ...waiting, needs: { ...leads(1), reason: true } })).toEqual(['reason', 'reject', 'cancel']);
    expect(ids({ ...waiting, needs: { ...leads(1), reason: true }, reason: { by: 'alice', at: 0, text: 'it hangs' } })).toEqual([
      'approve',
      'reject',
      'cancel',
    ]);
  });

  it('that takes proof ask for it; the signature by how it is made', () => {
    const asks = (stepUp: 'totp' | 'signature') => buttonsOf({ ...waiting, needs: { ...leads(1), stepUp } }, undefined, {})[0]?.asks ?? [];
    expect(asks('totp').map(({ name }) => name)).toEqual(['code']);
    const [field] = asks('signature');
    expect(field?.name).toBe('signature');
    expect(field?.long).toBe(true);
    expect(field?.how && speak(field.how, 'en')).toContain('`hostler approve ');
  });

  it('that is done offer what its plan offers, by number', () => {
    const offers = ['a', 'b'].map((line) => ({ label: say({ en: line, zh: line }), line }));
    const done: Ticket = { ...asked, state: 'done', plan: ref, endedAt: 1 };
    const found = buttonsOf(done, { ...plan(), offers }, {});
    expect(found.map(({ id, press }) => `${id} ${press.action} ${press.code}`)).toEqual(['offer-0 offer 0', 'offer-1 offer 1']);
    expect(ids({ ...waiting }, { ...plan(), offers })).toEqual(['approve', 'reject', 'cancel']);
  });
});
