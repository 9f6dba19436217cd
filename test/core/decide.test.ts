import { describe, expect, it } from 'vitest';
import decide, { type DecideNeeds, type Pressed } from '../../jobs/decide.ts';
import { advance } from '../../src/core/advance.ts';
import type { Note } from '../../src/core/audit.ts';
import { dispatch } from '../../src/core/dispatch.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Event, PlanRef, Ticket } from '../../src/core/ticket.ts';
import { inventory, kept, nobody, noPlans, standing } from '../support/stubs.ts';
import { asked, leads } from '../support/ticket.ts';

const ref = (round: number, code: string): PlanRef => ({
  round,
  digest: `d${code}`,
  code,
  risk: 'medium',
  at: Date.now(),
  parts: { east: 'x' },
  waves: [{ wave: 1, sites: ['east'] }],
  hosts: ['web1'],
});
const waiting: Extract<Ticket, { state: 'waiting' }> = {
  ...asked,
  state: 'waiting',
  plan: ref(1, 'AAAAA'),
  needs: leads(1),
  votes: [],
  expiresAt: Date.now() + 60_000,
};
const host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux' as const, tags: [], address: '', libvirt: '' };
const person = (id: string) => ({ id, name: id, lang: 'en' as const, roles: ['lead'] });
const policy: Policy = {
  people: new Map(['alice', 'bob', 'bea'].map((id) => [id, person(id)])),
  roles: new Map([['lead', [{ id: 'roles.lead.grants.0', commands: ['*'], hosts: ['*'], upTo: 'high' as const }]]]),
  deny: [],
  approvals: [{ id: 'approvals.0', from: 'medium', commands: ['*'], hosts: ['*'], votes: [{ count: 1, roles: ['lead'] }], expiresMs: 1000 }],
  delegations: [],
  hosts: [host],
};

/** A desk over one ticket in memory; `between` happens after it was read and before it is changed, once. */
function desk(between: (ticket: typeof waiting) => Ticket, start: typeof waiting = waiting, more: Partial<DecideNeeds> = {}) {
  const tickets = new Map<string, Ticket>([['T1', start]]);
  const notes: Note[] = [];
  let first = true;
  const needs: DecideNeeds = {
    tickets: {
      get: async (id) => tickets.get(id),
      async create(ticket, noted) {
        if (tickets.has(ticket.id)) return false;
        await needs.audit.note(noted ?? []); // with it or not at all
        return tickets.set(ticket.id, ticket).size > 0;
      },
      async change(id: string, event: Event, rev?: number) {
        if (first) {
          first = false;
          tickets.set('T1', between(start));
        }
        const ticket = tickets.get(id);
        if (!ticket || (rev !== undefined && ticket.rev !== rev)) return ticket;
        const next = advance(ticket, event);
        tickets.set(id, next);
        return next;
      },
      open: async () => [],
      close: async () => undefined,
      byCode: async () => 'T1',
      keepCode: async () => true,
    },
    plans: noPlans,
    journals: { read: async () => ({ journal: {}, lines: 0 }), write: async () => true },
    locks: {
      acquire: async () => ({ token: undefined }),
      release: async () => [],
      robbed: async () => false,
      list: async () => [],
      steal: async () => false,
    },
    ...{ kept, inventory, ...standing },
    audit: { ...standing.audit, note: async (more) => void notes.push(...more) },
    commands: new Map(),
    rules: async () => ({ ...nobody, policy, personOf: (account) => account.id }),
    send: async () => undefined,
    log: () => undefined,
    since: 0,
    ...more,
  };
  const press = (by: string, action: Pressed['action'], code = 'AAAAA', how: Partial<Pressed> = {}) =>
    decide.take(
      {
        pressed: {
          event: `${by} ${action}`,
          account: { chat: 'practice', id: by },
          ticket: 'T1',
          code,
          action,
          place: { chat: 'web', room: 'console' },
          at: Date.now(),
          ...how,
        },
      },
      needs,
    );
  const answers = () =>
    [...tickets.values()].filter(({ id }) => id !== 'T1').map((ticket) => (ticket.state === 'refused' ? ticket.message.words.en : ticket.state));
  return { press, answers, notes, ticket: () => tickets.get('T1') };
}

describe('a press that meets another event', () => {
  it('never counts for a plan that was not the one read', async () => {
    const { press, answers, ticket } = desk((before) => ({ ...before, rev: 2, plan: ref(2, 'BBBBB') }));
    await press('bob', 'approve');
    expect(ticket()).toMatchObject({ state: 'waiting', votes: [], plan: { code: 'BBBBB' } });
    expect(answers()).toEqual([expect.stringContaining('the plan changed')]);
  });

  it.each(['approve', 'reject', 'cancel'] as const)('is answered when it comes too late: %s', async (action) => {
    const { press, answers, ticket } = desk((before) => advance(before, { id: 'other', at: 1, kind: 'rejected', by: 'bea' }));
    await press('bob', action);
    expect(ticket()?.state).toBe('rejected');
    expect(answers()).toEqual([expect.stringContaining('already')]);
  });

  it('without a code approves nothing', async () => {
    const { press, answers, ticket } = desk((before) => before);
    await press('bob', 'approve', '');
    expect(ticket()?.state).toBe('waiting');
    expect(answers()).toEqual([expect.stringContaining('by its code')]);
  });
});

const same = (ticket: typeof waiting) => ticket;

describe('a refused press', () => {
  it('is on record with who pressed what, and why not, before it is answered; without the proof that was given', async () => {
    const { press, notes, answers } = desk(same);
    await press('alice', 'approve', 'aaaaa', { proof: { code: '424242' } });
    await press('mallory', 'approve');
    await press('bob', 'approve', 'ZZZZZ', { ticket: 'T9' });
    expect(notes.map(({ kind, by, ticket, line }) => ({ kind, by, ticket, line }))).toEqual([
      { kind: 'refused', by: 'alice', ticket: 'T1', line: 'approve aaaaa' },
      { kind: 'refused', by: 'mallory', ticket: 'T1', line: 'approve AAAAA' },
      { kind: 'refused', by: 'bob', ticket: 'T9', line: 'approve ZZZZZ' },
    ]);
    expect(answers()).toHaveLength(3);
    expect(JSON.stringify(notes)).not.toContain('424242');
  });

  it('is not answered where it cannot be put on record', async () => {
    const { press, answers } = desk(same, waiting, { audit: { ...standing.audit, note: () => Promise.reject(new Error('full')) } });
    await expect(press('alice', 'approve')).rejects.toThrow('full');
    expect(answers()).toEqual([]);
  });

  it('over the limit is answered once, and always on record', async () => {
    let first = true;
    const take = async () => ({ ok: false as const, afterMs: 5000, first, whose: 'person' as const, most: 60 });
    const { press, answers, notes, ticket } = desk(same, waiting, { limits: { take } });
    await press('bob', 'approve');
    first = false;
    await press('bea', 'approve');
    expect(ticket()).toMatchObject({ state: 'waiting', votes: [] });
    expect(answers()).toHaveLength(1);
    expect(notes.map(({ kind }) => kind)).toEqual(['limit', 'limit']);
  });
});

describe('an approver who must prove who they are', () => {
  const totp = { ...waiting, needs: { ...leads(1), stepUp: 'totp' as const } };
  const signed = { ...waiting, needs: { ...leads(1), stepUp: 'signature' as const } };
  const factors = { ...standing.factors, has: async (person: string) => person === 'bob', check: async (_: string, code: string) => code === '123456' };

  it.each<[string, typeof waiting, string, Pressed['proof'], RegExp]>([
    ['no code', totp, 'bob', undefined, /needs your one-time code/],
    ['a wrong code', totp, 'bob', { code: '654321' }, /not your one-time code/],
    ['no second factor', totp, 'bea', { code: '123456' }, /factor enrol/],
    ['a code that others read', totp, 'bob', { seen: true }, /others can read/],
    ['no signature', signed, 'bob', undefined, /needs your SSH signature/],
    ['a code for a signature', signed, 'bob', { code: '123456' }, /needs your SSH signature/],
    ['a made-up signature', signed, 'bob', { signature: 'yes' }, /not an SSH signature/],
  ])('does not with %s', async (_, start, by, proof, why) => {
    const { press, answers, ticket } = desk(same, start, { factors });
    await press(by, 'approve', 'AAAAA', { proof });
    expect(ticket()).toMatchObject({ state: 'waiting', votes: [] });
    expect(answers()).toEqual([expect.stringMatching(why)]);
  });

  it('does with the right code, once asked for, and the vote says so', async () => {
    let asked = 0;
    const check = async () => ++asked === 1;
    const { press, ticket } = desk((before) => ({ ...before, rev: 2 }), totp, { factors: { ...factors, check } });
    await press('bob', 'approve', 'AAAAA', { proof: { code: '123 456' } });
    expect(ticket()).toMatchObject({ state: 'running', votes: [{ by: 'bob', account: { chat: 'practice', id: 'bob' }, proof: { kind: 'totp' } }] });
  });
});

describe('a freeze', () => {
  const freeze = { scope: 'web1', by: 'bea', reason: 'stocktaking', since: 0 };
  it.each<[string, DecideNeeds['freezes']['list'], RegExp]>([
    ['is on', async () => [freeze], /frozen by/],
    ['may be on', () => Promise.reject(new Error('no answer')), /cannot be known/],
  ])('that %s lets nobody approve, and nothing that was approved begin', async (_, list, why) => {
    const { press, answers, ticket } = desk(same, waiting, { freezes: { ...standing.freezes, list } });
    await press('bob', 'approve');
    expect(answers()).toEqual([expect.stringMatching(why)]);
    expect(ticket()).toMatchObject({ state: 'waiting', votes: [] });
    const approved: Ticket = { ...waiting, state: 'approved', votes: [{ by: 'bob', at: 1 }] };
    const event = await dispatch(approved, Date.now(), { ...nobody, policy }, { list });
    expect(event).toMatchObject({ kind: 'refused', message: { words: { en: expect.stringMatching(why) } } });
  });
});
