import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import type { Event, In, PlanRef, Ticket, Verdict } from '../../src/core/ticket.ts';
import { say } from '../../src/core/words.ts';
import { asked } from '../support/ticket.ts';

const ref = (round: number, digest: string, kind: string): PlanRef => ({
  ...{ round, digest, class: kind, code: `C${digest}`, risk: 'medium', at: round, parts: { east: digest } },
  ...{ waves: [{ wave: 1, sites: ['east'] }], hosts: ['web1'] },
});
const needs = { rules: [{ id: 'approvals.0', votes: [{ count: 1, roles: ['lead'] }] }] };
const slot = { name: 'night', opensAt: 1000, closesAt: 2000 };
const votes = [{ by: 'bo', at: 5 }];
const ticket: In<'scheduled'> = { ...asked, window: 'night', state: 'scheduled', plan: ref(1, 'A', 'K'), needs, votes, expiresAt: 2000, slot };
const looking: In<'scheduled'> = { ...ticket, looking: { round: 2, since: 1000, parts: { east: null } } };
let n = 0;
type Bare = Event extends infer E ? (E extends Event ? Omit<E, 'id' | 'at'> : never) : never;
const apply = (from: Ticket, event: Bare, at = 1500): Ticket => advance(from, { ...event, id: `e${n++}`, at } as Event);
const joined = (verdict: Verdict, from: Ticket = looking) => apply(from, { kind: 'joined', round: 2, verdict });

describe('a ticket that waits for its window', () => {
  it('runs with a plan of the same class and the votes it has, under the code people know', () => {
    const next = joined({ kind: 'ask', plan: ref(2, 'B', 'K'), needs, expiresAt: 2000, slot });
    expect(next).toMatchObject({ state: 'approved', votes, slot, plan: { round: 2, digest: 'B', code: 'CA' } });
  });
  it('waits anew with any other, without a vote', () => {
    const next = joined({ kind: 'ask', plan: ref(2, 'B', 'OTHER'), needs, expiresAt: 2000, slot });
    expect(next).toMatchObject({ state: 'waiting', votes: [], changed: true, before: 1, voided: ['bo'], plan: { digest: 'B', code: 'CB' }, expiresAt: 2000 });
  });
  it('is looked at again where a host does not answer, and refused where it may not be', () => {
    const message = say({ en: 'away', zh: '离线' });
    expect(joined({ kind: 'refused', message, passing: true })).toMatchObject({ state: 'scheduled', votes, plan: { digest: 'A', at: 1500, tried: 2 } });
    expect(joined({ kind: 'refused', message })).toMatchObject({ state: 'refused', again: true });
    expect(joined({ kind: 'answered', plan: ref(2, 'B', 'K') })).toMatchObject({ state: 'done', already: true });
  });
  it('believes only the round that is under way', () => {
    const verdict: Verdict = { kind: 'ask', plan: ref(2, 'B', 'K'), needs, expiresAt: 2000, slot };
    expect(joined(verdict, ticket)).toBe(ticket);
    expect(apply(looking, { kind: 'joined', round: 3, verdict })).toBe(looking);
  });
  it('expires when its window closes, not before, also when it was just about to begin', () => {
    expect(apply(ticket, { kind: 'expired' }, 1999)).toBe(ticket);
    expect(apply(ticket, { kind: 'expired' }, 2000).state).toBe('expired');
    const approved = joined({ kind: 'ask', plan: ref(2, 'B', 'K'), needs, expiresAt: 2000, slot });
    expect(apply(approved, { kind: 'expired' }, 1999)).toBe(approved);
    expect(apply(approved, { kind: 'expired' }, 2000).state).toBe('expired');
  });
  it('keeps its window when votes fall', () => {
    expect(apply(ticket, { kind: 'withdrawn', by: 'bo', votes: [] })).toMatchObject({ state: 'waiting', slot, votes: [], expiresAt: 2000 });
    const approved = joined({ kind: 'ask', plan: ref(2, 'B', 'K'), needs, expiresAt: 2000, slot });
    expect(apply(approved, { kind: 'voided', votes: [] })).toMatchObject({ state: 'waiting', slot });
  });
  it('does nothing that only something under way does', () => {
    for (const event of [
      { kind: 'dispatched' },
      { kind: 'reported' },
      { kind: 'rechecked' },
      { kind: 'approved', by: 'cy', code: 'CA', enough: true, votes },
    ] as const) {
      expect(apply(ticket, event)).toBe(ticket);
    }
  });
  it('comes from a vote before the window opens, and from nothing else', () => {
    const waiting: Ticket = { ...asked, window: 'night', state: 'waiting', plan: ref(1, 'A', 'K'), needs, votes: [], expiresAt: 2000, slot };
    const vote = { kind: 'approved', by: 'bo', code: 'CA', enough: true, votes } as const;
    expect(apply(waiting, vote, 999)).toMatchObject({ state: 'scheduled', slot });
    expect(apply(waiting, vote, 1000)).toMatchObject({ state: 'approved', slot });
    expect(apply(waiting, { ...vote, enough: false }, 999)).toMatchObject({ state: 'waiting' });
  });
});
