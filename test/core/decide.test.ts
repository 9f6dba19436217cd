import { describe, expect, it } from 'vitest';
import decide, { type DecideNeeds } from '../../jobs/decide.ts';
import { advance } from '../../src/core/advance.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { Event, PlanRef, Ticket } from '../../src/core/ticket.ts';
import { asked } from '../support/ticket.ts';

const ref = (round: number, code: string): PlanRef => ({
  round,
  digest: `d${code}`,
  code,
  risk: 'medium',
  at: Date.now(),
  parts: { east: 'x' },
  waves: [],
  hosts: ['web1'],
});
const waiting: Extract<Ticket, { state: 'waiting' }> = {
  ...asked,
  state: 'waiting',
  plan: ref(1, 'AAAAA'),
  needs: { count: 1, roles: ['lead'] },
  votes: [],
  expiresAt: Date.now() + 60_000,
};
const host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux' as const, tags: [], address: '', libvirt: '' };
const person = (id: string) => ({ id, name: id, lang: 'en' as const, roles: ['lead'] });
const policy: Policy = {
  people: new Map(['alice', 'bob', 'bea'].map((id) => [id, person(id)])),
  roles: new Map([['lead', [{ commands: ['*'], hosts: ['*'], upTo: 'high' as const }]]]),
  approvals: [{ from: 'medium', count: 1, roles: ['lead'], expiresMs: 1000 }],
  hosts: [host],
};

/** A desk over one ticket in memory; `between` happens after it was read and before it is changed, once. */
function desk(between: (ticket: typeof waiting) => Ticket) {
  const tickets = new Map<string, Ticket>([['T1', waiting]]);
  let first = true;
  const needs: DecideNeeds = {
    tickets: {
      get: async (id) => tickets.get(id),
      create: async (ticket) => !tickets.has(ticket.id) && tickets.set(ticket.id, ticket).size > 0,
      async change(id: string, event: Event, rev?: number) {
        if (first) {
          first = false;
          tickets.set('T1', between(waiting));
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
    plans: {
      savePart: async () => undefined,
      parts: async () => ({}),
      savePlan: async () => undefined,
      plan: async () => undefined,
      saveReport: async () => undefined,
      report: async () => undefined,
    },
    journals: { read: async () => ({ journal: {}, lines: 0 }), write: async () => true },
    locks: {
      acquire: async () => ({ token: undefined }),
      release: async () => [],
      robbed: async () => false,
      list: async () => [],
      steal: async () => false,
    },
    kept: { add: async () => undefined, list: async () => [], drop: async () => undefined, postpone: async () => undefined },
    inventory: { remember: async () => undefined, guests: async () => [] },
    commands: new Map(),
    rules: async () => ({ policy, self: undefined, programs: new Map(), personOf: (account) => account.id, mirrors: () => [] }),
    send: async () => undefined,
    log: () => undefined,
    since: 0,
  };
  const press = (by: string, action: 'approve' | 'reject' | 'cancel', code = 'AAAAA') =>
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
        },
      },
      needs,
    );
  const answers = () =>
    [...tickets.values()].filter(({ id }) => id !== 'T1').map((ticket) => (ticket.state === 'refused' ? ticket.message.words.en : ticket.state));
  return { press, answers, ticket: () => tickets.get('T1') };
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
