import { describe, expect, it } from 'vitest';
import { follows } from '../../src/core/follow.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { In, Ticket } from '../../src/core/ticket.ts';
import { say } from '../../src/core/words.ts';
import { nobody } from '../support/stubs.ts';
import { asked } from '../support/ticket.ts';

const grant = { id: 'g', commands: ['*'], hosts: ['*'], upTo: 'high' as const };
const person = (id: string, ...roles: string[]) => ({ id, name: id, lang: 'en' as const, roles });
const votes = [
  { count: 1, roles: ['storage'] },
  { count: 1, roles: ['*'] },
];
const policy: Policy = {
  ...nobody.policy,
  people: new Map([person('alice', 'lead'), person('bob', 'lead'), person('dan', 'storage'), person('eve', 'lead')].map((one) => [one.id, one])),
  roles: new Map(['lead', 'storage'].map((role) => [role, [grant]])),
  approvals: [{ id: 'approvals.0', from: 'medium', commands: ['*'], hosts: ['*'], votes, expiresMs: 1 }],
  hosts: [{ name: 'a', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '', libvirt: '' }],
};
const ref = { round: 2, digest: 'X', code: 'CX', risk: 'medium', at: 0, parts: {}, waves: [], hosts: ['a'] } as const;
const waiting: In<'waiting'> = { ...asked, state: 'waiting', plan: ref, needs: { rules: [{ id: 'approvals.0', votes }] }, votes: [], expiresAt: 1e15 };
const calls = (ticket: Ticket) =>
  follows({ ticket, journal: {}, lines: 0, names: {} }, policy, 'en').map((one) => (one.kind === 'nudge' ? `${one.key}: ${one.calls}` : one.kind));

describe('who is called', () => {
  it.each<[string, Ticket, string[]]>([
    ['all who can fill a place', waiting, ['needs-approval: bob,dan,eve']],
    ['those who can fill what is left', { ...waiting, votes: [{ by: 'bob', at: 0 }] }, ['needs-approval: dan']],
    ['who asked, for the reason', { ...waiting, needs: { ...waiting.needs, reason: true } }, ['needs-reason: alice']],
    [
      'with those who decide anew, whose vote is void and who asked',
      { ...waiting, changed: true, before: 1, voided: ['gone'] },
      ['changed-CX: bob,dan,eve,gone,alice'],
    ],
    ['who asked, of a veto', { ...asked, state: 'rejected', endedBy: 'bob', endedAt: 1 }, ['rejected: alice']],
    ['who asked, of a cancel by another', { ...asked, state: 'cancelled', endedBy: 'bob', endedAt: 1 }, ['cancelled: alice']],
    ['nobody, of one’s own cancel', { ...asked, state: 'cancelled', endedBy: 'alice', endedAt: 1 }, []],
    ['who asked, of what nobody approved', { ...asked, state: 'expired', endedAt: 1 }, ['expired: alice']],
    ['who asked, of what is no longer to be done', { ...asked, state: 'done', already: true, endedAt: 1 }, ['nothing-left: alice']],
    [
      'who asked, of what waited and is refused',
      { ...asked, state: 'refused', again: true, message: say({ en: 'no', zh: '不' }), endedAt: 1 },
      ['refused: alice'],
    ],
    ['nobody, of what is refused at once', { ...asked, state: 'refused', message: say({ en: 'no', zh: '不' }), endedAt: 1 }, []],
  ])('%s', (_, ticket, called) => {
    expect(calls(ticket)).toEqual(called);
  });
});
