import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import { performSteps } from '../../src/core/perform.ts';
import { type SettleNeeds, settle } from '../../src/core/settle.ts';
import type { Event, In, PlanRef, Ticket } from '../../src/core/ticket.ts';
import type { Entry, Outcome, Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { planner } from '../support/honest.ts';
import { inventory, kept, nobody, standing } from '../support/stubs.ts';
import { asked, leads } from '../support/ticket.ts';

/** What the models found once, each as short as it can be. */

describe('ticket and desk', () => {
  const ref = (round: number): PlanRef => ({
    round,
    digest: `${round}`,
    code: `C${round}`,
    risk: 'medium',
    at: 0,
    parts: { east: 'X' },
    waves: [{ wave: 1, sites: ['east'] }],
    hosts: ['a'],
  });

  it('votedDuringRefresh', async () => {
    const waiting: In<'waiting'> = { ...asked, state: 'waiting', plan: ref(1), needs: leads(1), votes: [], expiresAt: 1e9 };
    const looking = advance(waiting, { id: 'refresh 2', at: 61_000, kind: 'refresh', sites: ['east'] });
    const word = planner(looking, 'east', 61_000);
    const told = word ? advance(looking, word) : looking;
    const events: Event[] = [
      { id: 'press', at: 1, kind: 'approved', by: 'bob', code: 'C1', enough: true, votes: [{ by: 'bob', at: 1 }] },
      { id: 'dispatched 1', at: 1, kind: 'dispatched' },
      { id: 'ended 1 1 east 5', at: 1, kind: 'ended', site: 'east', wave: 1, ending: 'changed', failed: 0 },
    ];
    const again = events.reduce(advance, told);
    expect(again.state).toBe('planning');
    const answer = planner(again, 'east', 70_000);
    expect(answer && advance(again, answer)).not.toBe(again);
  });

  it('staleDesk', async () => {
    const approved = (round: number, by: string): In<'approved'> => ({
      ...asked,
      rev: round,
      state: 'approved',
      plan: ref(round),
      needs: leads(1),
      votes: [{ by, at: 1 }],
      expiresAt: 1e15,
    });
    const person = (id: string) => ({ id, name: id, lang: 'en' as const, roles: ['lead'] });
    const host = { name: 'a', site: 'east', sites: ['east'], kind: 'linux' as const, tags: [], address: '', libvirt: '' };
    const policy = {
      people: new Map(['alice', 'bob'].map((id) => [id, person(id)])),
      roles: new Map([['lead', [{ id: 'roles.lead.grants.0', commands: ['*'], hosts: ['*'], upTo: 'high' as const }]]]),
      deny: [],
      approvals: [{ id: 'approvals.0', from: 'medium' as const, commands: ['*'], hosts: ['*'], votes: [{ count: 1, roles: ['lead'] }], expiresMs: 1e9 }],
      delegations: [],
      hosts: [host],
    };
    const seen = [approved(1, 'bob')]; // what this desk read; meanwhile it was voided, planned anew, and approved by someone who was since removed
    let now: Ticket = approved(2, 'mallory');
    const nothing = async () => undefined;
    const needs: SettleNeeds = {
      tickets: {
        get: async () => seen.shift() ?? now,
        change: async (_, event, rev) => {
          if (rev === undefined || rev === now.rev) now = advance(now, event);
          return now;
        },
        ...{ create: async () => false, open: async () => [], close: nothing, byCode: nothing, keepCode: async () => true },
      },
      plans: { savePart: nothing, parts: async () => ({}), savePlan: nothing, plan: nothing, saveReport: nothing, report: nothing },
      journals: { read: async () => ({ journal: {}, lines: 0 }), write: async () => true },
      locks: {
        acquire: async () => ({ token: undefined }),
        release: async () => [],
        robbed: async () => false,
        list: async () => [],
        steal: async () => false,
      },
      ...{ kept, inventory, ...standing },
      commands: new Map(),
      rules: async () => ({ ...nobody, policy }),
      ...{ send: nothing, log: () => undefined, since: 0 },
    };
    await settle('T1', needs);
    expect(now.state).not.toBe('running');
  });

  it('countedAnew', async () => {
    const no: Outcome = { kind: 'exit', code: 1, output: '', ms: 0 };
    const yes: Outcome = { ...no, code: 0 };
    const hosts = ['h0', ...Array.from({ length: 21 }, (_, i) => `h${i}`)]; // the first has two steps, and failed at the second
    const steps = hosts.map((host) => ({ kind: 'exec' as const, argv: ['do'] as const, on: { site: 'east', host }, why: say({ en: 'do', zh: '做' }) }));
    const journal: Record<number, Entry> = Object.fromEntries(
      hosts.slice(0, -1).map((_, i) => [i, { state: 'finished' as const, at: 0, outcome: i === 1 ? no : yes }]),
    );
    const plan: Plan = { summary: say({ en: '', zh: '' }), steps, facts: [], locks: [], risk: 'low', undo: { command: '', input: {} } };
    const begun: string[] = [];
    const right = { lease: { name: 'l', token: 1 }, locks: undefined };
    const how = {
      ticket: 'T1',
      round: 1,
      right,
      held: () => true,
      leave: new AbortController().signal,
      mayFail: 0,
      journal,
    };
    const came = await performSteps(plan, [...steps.keys()], how, {
      tickets: {
        get: async () => undefined,
        create: async () => false,
        change: async () => undefined,
        open: async () => [],
        close: async () => undefined,
        byCode: async () => undefined,
        keepCode: async () => true,
      },
      journals: { read: async () => ({ journal, lines: 0 }), write: async () => true },
      locks: { robbed: async () => false },
      hosts: {
        exec: async (id) => {
          begun.push(id);
          return yes;
        },
        wait: async () => yes,
        recheck: async () => yes,
        probe: async ({ what }) => ({ what, good: true, said: '' }),
      },
      log: () => undefined,
      changed: async () => undefined,
    });
    expect(came).toEqual({ ending: 'failed', failed: 1 });
    expect(begun).toEqual([]);
  });
});
