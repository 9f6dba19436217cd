import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import { note } from '../../src/core/audit.ts';
import { notesOf, notesOfActs, notesOfEntry } from '../../src/core/notes.ts';
import type { Event, In, PlanRef, Ticket, Vote } from '../../src/core/ticket.ts';
import type { DeskAct, Plan, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { asked } from '../support/ticket.ts';

const needs = { rules: [{ id: 'approvals.0', votes: [{ count: 1, roles: ['lead'] }] }] };
const plan = (digest: string, round = 1): PlanRef => ({
  round,
  digest,
  code: `C${digest}`,
  risk: 'medium',
  at: 0,
  parts: { east: digest },
  waves: [{ wave: 1, sites: ['east'] }],
  hosts: ['kvm1'],
});
const looking = { round: 2, since: 0, parts: { east: { kind: 'plan', digest: 'X' } } } as const;
const planning: In<'planning'> = { ...asked, state: 'planning', looking };
const vote: Vote = { by: 'bob', at: 3, account: { chat: 'slack', id: 'U2' }, room: 'ops', proof: { kind: 'signature', signature: 'S', key: 'K' } };
const waiting: In<'waiting'> = { ...asked, state: 'waiting', plan: plan('X'), needs, votes: [], expiresAt: 100 };
const voted: In<'waiting'> = { ...waiting, votes: [vote] };
const approved: In<'approved'> = { ...asked, state: 'approved', plan: plan('X'), needs, votes: [vote], expiresAt: 100 };
const running: In<'running'> = { ...asked, state: 'running', plan: plan('X'), votes: [vote], startedAt: 4, wave: 0, ends: {} };
const message = say({ en: 'no such {thing}', zh: '没有 {thing}' }, { thing: 'guest' });
type Body<E> = E extends Event ? Omit<E, 'id' | 'at'> : never;
const after = (ticket: Ticket, ...bodies: Body<Event>[]) => {
  let now = ticket;
  const notes = bodies.flatMap((body, i) => {
    const event: Event = { id: `e${i}`, at: 10 + i, ...body };
    const next = advance(now, event);
    const found = notesOf(now, event, next);
    now = next;
    return found;
  });
  return notes;
};
const joined = (verdict: Extract<Event, { kind: 'joined' }>['verdict']) => ({ kind: 'joined', round: 2, verdict }) as const;

describe('what is kept of a request', () => {
  it('that it was made: the line, from where, with what; and that it was refused at once', () => {
    const account = { chat: 'slack', id: 'U1' };
    expect(notesOf(undefined, undefined, { ...planning, account, room: 'ops', private: true })).toEqual([
      {
        at: 0,
        kind: 'said',
        ticket: 'T1',
        by: 'alice',
        asker: 'alice',
        account,
        room: 'ops',
        private: true,
        command: 'vm reboot',
        line: 'vm reboot shop',
        more: { input: { guest: 'shop' } },
      },
    ]);
    const place = { chat: 'matrix', room: '!r', to: '@x:y' };
    const stranger: Ticket = { ...asked, by: '', command: '', input: {}, places: [place], state: 'refused', message, endedAt: 0 };
    expect(notesOf(undefined, undefined, stranger)).toMatchObject([
      { kind: 'said', by: '', account: { chat: 'matrix', id: '@x:y' } },
      { kind: 'refused', by: '', more: { why: 'no such guest' } },
    ]);
  });

  const base = { ticket: 'T1', asker: 'alice', command: 'vm reboot', at: 10 };
  const on = { ...base, digest: 'X', hosts: ['kvm1'] };
  const cases: readonly (readonly [string, Ticket, Body<Event>[], unknown[]])[] = [
    [
      'a plan',
      planning,
      [joined({ kind: 'ask', plan: plan('X', 2), needs, expiresAt: 9 })],
      [{ ...on, kind: 'planned', rule: 'approvals.0', more: { risk: 'medium', round: 2 } }],
    ],
    ['an answer', planning, [joined({ kind: 'answered', plan: plan('X', 2) })], [{ kind: 'planned' }, { ...on, kind: 'ended', more: { state: 'done' } }]],
    ['no plan', planning, [joined({ kind: 'refused', message })], [{ ...base, kind: 'refused', more: { why: 'no such guest' } }]],
    [
      'a plan that is refused, and by which rule',
      planning,
      [joined({ kind: 'refused', message, rule: 'quiet', plan: plan('Z', 2) })],
      [{ ...base, kind: 'refused', digest: 'Z', hosts: ['kvm1'], rule: 'quiet', more: { why: 'no such guest', risk: 'medium' } }],
    ],
    ['the same plan again', { ...voted, looking }, [joined({ kind: 'ask', plan: plan('X', 2), needs, expiresAt: 9 })], []],
    [
      'another plan, which takes the votes away',
      { ...voted, looking },
      [joined({ kind: 'ask', plan: plan('Y', 2), needs, expiresAt: 9 })],
      [
        { ...on, kind: 'voided', more: { votes: ['bob'] } },
        { ...on, digest: 'Y', kind: 'planned', more: { before: 'X', risk: 'medium', round: 2 } },
      ],
    ],
    [
      'a vote with its proof, from where it was cast',
      waiting,
      [{ kind: 'approved', by: 'bob', code: 'CX', enough: true, votes: [vote] }],
      [{ ...on, kind: 'voted', by: 'bob', account: vote.account, room: 'ops', more: { enough: true, proof: vote.proof } }],
    ],
    ['a vote for another plan', waiting, [{ kind: 'approved', by: 'bob', code: 'CY', enough: true, votes: [vote] }], []],
    ['a vote taken back', voted, [{ kind: 'withdrawn', by: 'bob', votes: [] }], [{ ...on, kind: 'withdrawn', by: 'bob' }]],
    ['why', waiting, [{ kind: 'reasoned', by: 'alice', text: 'kernel' }], [{ ...on, kind: 'reasoned', by: 'alice', more: { reason: 'kernel' } }]],
    ['a no', voted, [{ kind: 'rejected', by: 'bob', reason: 'not now' }], [{ ...on, kind: 'rejected', by: 'bob', more: { reason: 'not now' } }]],
    ['a stop', running, [{ kind: 'cancelled', by: 'bob' }], [{ ...on, kind: 'cancelled', by: 'bob' }]],
    ['that its time was over', { ...waiting, expiresAt: 5 }, [{ kind: 'expired' }], [{ ...on, kind: 'expired' }]],
    ['that it ran, and by which votes', approved, [{ kind: 'dispatched' }], [{ ...on, kind: 'dispatched', more: { votes: [{ by: 'bob', at: 3 }] } }]],
    [
      'that it was refused at the last moment',
      approved,
      [{ kind: 'refused', message, rule: 'people' }],
      [{ ...on, kind: 'refused', rule: 'people', more: { why: 'no such guest', risk: 'medium' } }],
    ],
    ['that votes count no more', approved, [{ kind: 'voided', votes: [] }], [{ ...on, kind: 'voided', more: { votes: ['bob'] } }]],
    ['that more votes are needed', approved, [{ kind: 'voided', votes: [vote] }], [{ ...on, kind: 'voided', more: { votes: [] } }]],
    [
      'its end, once',
      running,
      [{ kind: 'ended', site: 'east', wave: 1, ending: 'done', failed: 0 }, { kind: 'reported' }, { kind: 'reported' }],
      [{ ...on, at: 11, kind: 'ended', more: { state: 'done' } }],
    ],
    [
      'that nobody knows its end, and who said what it was',
      running,
      [
        { kind: 'ended', site: 'east', wave: 1, ending: 'unknown', failed: 0 },
        { kind: 'reported' },
        { kind: 'rechecked', by: 'bob' },
        { kind: 'rechecked' },
        { kind: 'marked', by: 'bob', as: 'done', reason: 'seen' },
      ],
      [
        { kind: 'ended', more: { state: 'unknown' } },
        { kind: 'pressed', by: 'bob', more: { action: 'recheck' } },
        { kind: 'marked', by: 'bob', more: { as: 'done', reason: 'seen' } },
        { kind: 'ended', more: { state: 'done' } },
      ],
    ],
    [
      'that the world had changed under the locks',
      running,
      [{ kind: 'ended', site: 'east', wave: 1, ending: 'changed', failed: 0 }],
      [{ ...on, kind: 'voided', more: { votes: ['bob'] } }],
    ],
    [
      'nothing of what only is shown',
      waiting,
      [
        { kind: 'placed', places: [{ chat: 'slack', room: 'U9', to: 'U9', alone: true }] },
        { kind: 'refresh', sites: ['east'] },
      ],
      [],
    ],
  ];
  it.each(cases)('%s', (_, ticket, bodies, wanted) => {
    const found = after(ticket, ...bodies);
    expect(found).toHaveLength(wanted.length);
    for (const [i, one] of found.entries()) {
      expect(one).toMatchObject(wanted[i] as object);
      expect(note.parse(JSON.parse(JSON.stringify(one)))).toEqual(one); // it comes through the stream as it is
    }
  });

  it('nothing of an event that is heard again', () => {
    const event: Event = { id: 'e', at: 1, kind: 'rejected', by: 'bob' };
    const done = advance(waiting, event);
    expect(notesOf(done, event, advance(done, event))).toEqual([]);
  });
});

describe('what is kept of a step', () => {
  it('that it was to begin, and how it ended; not how far it came', () => {
    expect(notesOfEntry('T1', 2, 3, { state: 'intent', at: 5 })).toEqual([{ at: 5, kind: 'step', ticket: 'T1', more: { round: 2, step: 3, state: 'intent' } }]);
    expect(notesOfEntry('T1', 2, 3, { state: 'started', at: 5, since: 4, seen: { boot: '', size: 1, tail: 'x' } })).toEqual([]);
    const [gone] = notesOfEntry('T1', 1, 0, { state: 'finished', at: 6, outcome: { kind: 'gone', why: message } });
    expect(gone?.more).toEqual({ round: 1, step: 0, state: 'finished', outcome: 'gone', why: 'no such guest' });
  });

  it('never its output', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.integer(), (output, code) => {
        const noted = JSON.stringify(notesOfEntry('T1', 1, 0, { state: 'finished', at: 6, outcome: { kind: 'exit', code, output: `¶${output}¶`, ms: 1 } }));
        expect(noted).not.toContain('¶');
        expect(noted).toContain(`"bytes":${Buffer.byteLength(output) + 4}`);
      }),
    );
  });
});

describe('what the desk has changed', () => {
  const step = (act: DeskAct): Step => ({ kind: 'desk', on: { site: 'desk', host: 'desk' }, why: message, act });
  it.each<[string, DeskAct, object[]]>([
    ['a freeze', { freeze: { scope: 'kvm1', by: 'alice', reason: 'release', since: 1 } }, [{ kind: 'freeze', more: { freeze: { scope: 'kvm1' } } }]],
    ['its end', { thaw: { scope: 'kvm1', since: 1 } }, [{ kind: 'freeze', more: { thaw: { scope: 'kvm1' } } }]],
    ['a link', { link: { account: { chat: 'slack', id: 'U1' }, person: 'alice' } }, [{ kind: 'identity', more: { link: { person: 'alice' } } }]],
    ['a lock', { steal: { lock: 'kvm1', from: 'T2', token: 1 } }, []],
  ])('%s is found by its kind, with whose request it was', (_, act, wanted) => {
    const changed: Plan = { summary: message, steps: [step(act)], facts: [], locks: [], risk: 'low', undo: { impossible: message } };
    const found = notesOfActs(running, changed, 1, 9);
    expect(found).toMatchObject(wanted.map((one) => ({ ...one, ticket: 'T1', by: 'alice', asker: 'alice', at: 9 })));
    expect(found).toHaveLength(wanted.length);
    expect(notesOfActs(running, changed, 2, 9)).toEqual([]);
    for (const one of found) expect(note.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
  });
});

it('what was understood is kept as the line is: without what looks like a secret', () => {
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const found = notesOf(undefined, undefined, { ...planning, input: { note: `with ${token}`, list: [token], deep: { more: token } } });
  expect(JSON.stringify(found)).not.toContain(token);
  expect(found[0]?.more).toEqual({ input: { note: 'with [redacted:token]', list: ['[redacted:token]'], deep: { more: '[redacted:token]' } } });
});
