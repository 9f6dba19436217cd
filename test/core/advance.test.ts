import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import { due, RECHECK_AFTER, REFRESH_AFTER } from '../../src/core/due.ts';
import { type Event, type In, isOver, type PlanRef, type Ticket } from '../../src/core/ticket.ts';
import { say } from '../../src/core/words.ts';
import { asked, leads } from '../support/ticket.ts';

const sites = ['east', 'west'];
const fresh: Extract<Ticket, { state: 'planning' }> = {
  ...asked,
  state: 'planning',
  looking: { round: 1, since: 0, parts: { east: null, west: null } },
};
const ref = (round: number, digest: string): PlanRef => ({
  round,
  digest,
  code: `C${digest}`,
  risk: 'medium',
  at: 0,
  parts: { east: digest, west: digest },
  waves: [
    { wave: 1, sites },
    { wave: 2, sites: ['east'] },
  ],
  hosts: ['a'],
});

const round = fc.integer({ min: 1, max: 3 });
const who = fc.constantFrom('bob', 'carol');
const verdict = fc.oneof(
  fc.constant({ kind: 'refused' as const, message: say({ en: 'no', zh: '不' }) }),
  fc.record({ kind: fc.constantFrom('answered' as const, 'ready' as const), plan: fc.tuple(round, fc.constantFrom('X', 'Y')).map(([r, d]) => ref(r, d)) }),
  fc.record({
    kind: fc.constant('ask' as const),
    plan: fc.tuple(round, fc.constantFrom('X', 'Y')).map(([r, d]) => ref(r, d)),
    needs: fc.constant(leads(1)),
    expiresAt: fc.constant(500),
  }),
);
const happening = fc.oneof(
  fc.record({ kind: fc.constant('planned' as const), round, site: fc.constantFrom(...sites), part: fc.constant({ kind: 'plan' as const, digest: 'X' }) }),
  fc.record({ kind: fc.constant('joined' as const), round, verdict }),
  fc.record({ kind: fc.constant('refresh' as const), sites: fc.constant(sites) }),
  fc.record({
    kind: fc.constant('approved' as const),
    by: who,
    code: fc.constantFrom('CX', 'CY'),
    enough: fc.boolean(),
    votes: who.map((by) => [{ by, at: 1 }]),
  }),
  fc.record({ kind: fc.constantFrom('rejected' as const, 'cancelled' as const), by: who }),
  fc.record({ kind: fc.constant('dispatched' as const) }),
  fc.record({ kind: fc.constant('voided' as const), votes: fc.constant([]) }),
  fc.record({
    kind: fc.constant('ended' as const),
    site: fc.constantFrom(...sites),
    wave: fc.integer({ min: 1, max: 2 }),
    ending: fc.constantFrom('done' as const, 'failed' as const, 'unknown' as const, 'stopped' as const, 'changed' as const),
    failed: fc.constantFrom(0, 1),
  }),
  fc.record({ kind: fc.constant('reported' as const) }),
  fc.record({ kind: fc.constant('expired' as const) }),
);
const events = fc
  .array(fc.tuple(happening, fc.nat({ max: 30 }), fc.nat({ max: 1000 })), { maxLength: 60 })
  .map((all) => all.map(([what, id, at], i): Event => ({ ...what, id: id < 5 ? `again ${id}` : `e${i}`, at })));

describe('a ticket', () => {
  it('under any events: ends once, never goes back, hears each event once, and always has a job due until it is over', () => {
    fc.assert(
      fc.property(events, (all) => {
        let ticket: Ticket = fresh;
        for (const event of all) {
          const next = advance(ticket, event);
          expect(advance(next, event)).toBe(next);
          if (isOver(ticket)) expect(next).toBe(ticket);
          if (next !== ticket) expect(next.rev).toBe(ticket.rev + 1);
          if (next.state === 'running' && ticket.state !== 'running') expect(['approved', 'unknown']).toContain(ticket.state);
          expect(next.heard.length).toBeLessThanOrEqual(32);
          expect(JSON.stringify(next).length).toBeLessThan(8192);
          const late = due(next, 10_000 + REFRESH_AFTER + 1).filter(({ job }) => job !== 'show');
          expect(isOver(next) ? late.length === 0 : late.length > 0, next.state).toBe(true);
          ticket = next;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('shows nothing of what something else shows the end of, but what others have seen waiting to its end', () => {
    const places = [{ chat: 'web', room: 'console' }];
    const quiet: Ticket = { ...fresh, places, quiet: true };
    const shown = (ticket: Ticket) => due(ticket, 1).some(({ job }) => job === 'show');
    const answer = (verdict: Extract<Event, { kind: 'joined' }>['verdict']) => advance(quiet, { id: 'j', at: 1, kind: 'joined', round: 1, verdict });
    expect([shown(quiet), shown(answer({ kind: 'ready', plan: ref(1, 'X') })), shown(answer({ kind: 'answered', plan: ref(1, 'X') }))]).toEqual([
      false,
      false,
      false,
    ]);
    expect(shown(answer({ kind: 'refused', message: say({ en: 'no', zh: '不' }) }))).toBe(true);
    const waiting = answer({ kind: 'ask', plan: ref(1, 'X'), needs: leads(1), expiresAt: 500 });
    const approved = advance(waiting, { id: 'a', at: 2, kind: 'approved', by: 'bob', code: 'CX', enough: true, votes: [{ by: 'bob', at: 2 }] });
    expect([waiting.state, shown(waiting), approved.state, shown(approved)]).toEqual(['waiting', true, 'approved', true]);
    const again = advance(answer({ kind: 'ready', plan: ref(1, 'X') }), { id: 'v', at: 2, kind: 'voided', votes: [] });
    expect([again.state, shown(again), again.quiet]).toEqual(['waiting', true, undefined]);
  });

  it('starts nothing without its approval: a vote for another code does not count', () => {
    const joined = [
      ...sites.map((site): Event => ({ id: `p${site}`, at: 0, kind: 'planned', round: 1, site, part: { kind: 'plan', digest: 'X' } })),
      {
        id: 'j',
        at: 0,
        kind: 'joined',
        round: 1,
        verdict: { kind: 'ask', plan: ref(1, 'X'), needs: leads(1), expiresAt: 500 },
      } satisfies Event,
    ];
    const waiting = joined.reduce<Ticket>(advance, fresh);
    expect(waiting.state).toBe('waiting');
    const vote = (code: string): Event => ({ id: code, at: 1, kind: 'approved', by: 'bob', code, enough: true, votes: [{ by: 'bob', at: 1 }] });
    expect(advance(waiting, vote('CY')).state).toBe('waiting');
    expect(advance(waiting, vote('CX')).state).toBe('approved');
  });

  it('keeps votes when looked at again with the same effects, voids them when they changed, closes when nothing is left', () => {
    const base: Ticket = {
      ...fresh,
      state: 'waiting',
      plan: ref(1, 'X'),
      needs: leads(2),
      votes: [{ by: 'bob', at: 1 }],
      expiresAt: 500,
      looking: { round: 2, since: 0, parts: { east: null, west: null } },
    };
    const again = (digest: string, kind: 'ask' | 'answered'): Ticket =>
      advance(base, {
        id: 'j2',
        at: 2,
        kind: 'joined',
        round: 2,
        verdict: kind === 'ask' ? { kind, plan: ref(2, digest), needs: base.needs, expiresAt: 900 } : { kind, plan: ref(2, digest) },
      });
    expect(again('X', 'ask')).toMatchObject({ state: 'waiting', votes: [{ by: 'bob' }], plan: { round: 2, code: 'CX' } });
    expect(again('Y', 'ask')).toMatchObject({ state: 'waiting', votes: [], changed: true, expiresAt: 500, plan: { code: 'CY' } });
    expect(again('Y', 'answered').state).toBe('done');
  });

  it('stands as it was while somebody does not answer, and is looked at again under another number', () => {
    const { looking: _, ...base } = fresh;
    const before: Ticket = {
      ...base,
      state: 'waiting',
      plan: ref(1, 'X'),
      needs: leads(2),
      votes: [{ by: 'bob', at: 1 }],
      expiresAt: 500,
    };
    const verdict = { kind: 'refused', message: say({ en: 'no', zh: '不' }), passing: true } as const;
    const look = (ticket: Ticket, n: number) =>
      [
        { id: `r${n}`, at: n, kind: 'refresh', sites } satisfies Event,
        { id: `j${n}`, at: n, kind: 'joined', round: n, verdict } satisfies Event,
      ].reduce<Ticket>(advance, ticket);
    const twice = look(look(before, 2), 3);
    expect(twice).toMatchObject({ state: 'waiting', votes: [{ by: 'bob' }], plan: { round: 1, tried: 3, code: 'CX' } });
    expect(advance(twice, { id: 'r4', at: 4, kind: 'refresh', sites })).toMatchObject({ looking: { round: 4 } });
  });

  it('plans anew and asks again when the world had changed before anything was done', () => {
    const running: Ticket = { ...fresh, state: 'running', plan: ref(1, 'X'), votes: [{ by: 'bob', at: 1 }], startedAt: 1, wave: 0, ends: {} };
    const ended = sites.map((site): Event => ({ id: `c${site}`, at: 3, kind: 'ended', site, wave: 1, ending: 'changed', failed: 0 })).reduce(advance, running);
    expect(ended).toMatchObject({ state: 'planning', looking: { round: 2 } });
  });

  it('stays open while nobody knows, and ends when it is learned or when someone says so', () => {
    const unknown: In<'unknown'> = {
      ...asked,
      state: 'unknown',
      plan: ref(1, 'X'),
      votes: [],
      startedAt: 1,
      wave: 0,
      ends: { '1 east': 'done', '1 west': 'unknown' },
      since: 2,
      checkedAt: 2,
    };
    expect(isOver(unknown)).toBe(false);
    expect(due(unknown, 2 + RECHECK_AFTER)).toContainEqual({ job: 'run', ticket: 'T1', site: 'west', wave: 1 });
    const learned: Event = { id: 'l', at: 3, kind: 'learned', site: 'west', wave: 1 };
    expect(advance(unknown, learned)).toMatchObject({ state: 'running', ends: { '1 east': 'done' } });
    expect(advance({ ...unknown, cancelledBy: 'bob' }, learned)).toMatchObject({ state: 'cancelling', cancelledBy: 'bob' });
    expect(advance(unknown, { ...learned, site: 'east' })).toBe(unknown);
    for (const as of ['done', 'failed'] as const)
      expect(advance(unknown, { id: 'm', at: 4, kind: 'marked', by: 'bob', as, reason: 'seen' })).toMatchObject({ state: as, marked: { by: 'bob', as } });
    for (const kind of ['reported', 'dispatched'] as const) expect(advance(unknown, { id: 'x', at: 4, kind })).toBe(unknown);
  });
});
