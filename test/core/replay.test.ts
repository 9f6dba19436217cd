import { describe, expect, it } from 'vitest';
import type { Audited, Note } from '../../src/core/audit.ts';
import { EMPTY, link } from '../../src/core/chain.ts';
import type { Host } from '../../src/core/command.ts';
import type { ApprovalRule, Grant, Person, Policy } from '../../src/core/policy.ts';
import { replay } from '../../src/core/replay.ts';
import { loadCommands } from '../../src/registry.ts';

const commands = await loadCommands();
const host = (name: string): Host => ({ name, site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.1', libvirt: '' });
const person = (id: string, ...roles: string[]): Person => ({ id, name: id.toUpperCase(), lang: 'en', roles });
const grant = (id: string, of: Partial<Grant> = {}): Grant => ({ id, commands: ['*'], hosts: ['*'], upTo: 'high', ...of });
const rule = (id: string, of: Partial<ApprovalRule> = {}): ApprovalRule => ({
  id,
  from: 'medium',
  commands: ['*'],
  hosts: ['*'],
  votes: [{ count: 1, roles: ['lead'] }],
  expiresMs: 1,
  ...of,
});
const old: Policy = {
  people: new Map([person('ana', 'operator'), person('bo', 'lead'), person('cy', 'lead')].map((one) => [one.id, one])),
  roles: new Map([
    ['operator', [grant('g.op')]],
    ['lead', [grant('g.lead')]],
  ]),
  deny: [],
  approvals: [rule('a')],
  delegations: [],
  hosts: [host('web1'), host('web2')],
};

/** A chain of these notes, a minute apart. */
function chain(notes: readonly Partial<Note>[]): Audited[] {
  let head = EMPTY;
  return notes.map((note, i) => {
    const entry = link({ at: i * 60_000, kind: 'said', ticket: 'T1', asker: 'ana', command: 'svc restart', ...note }, `${i}-0.0`, head);
    head = entry;
    return entry;
  });
}
const input = { unit: 'nginx.service', hosts: ['web1'] };
const said = { kind: 'said', by: 'ana', line: 'svc restart nginx web1', more: { input }, room: 'ops' } as const;
const planned = { kind: 'planned', digest: 'd1', hosts: ['web1'], more: { risk: 'medium', round: 1 }, room: 'ops' } as const;
const voted = (by: string, more: Note['more'] = {}) => ({ kind: 'voted', by, digest: 'd1', room: 'ops', more }) as const;
const dispatched = { kind: 'dispatched', digest: 'd1', hosts: ['web1'] } as const;
const run = [said, planned, voted('bo'), dispatched, { kind: 'ended' } as const];

/** What would be other, as `what who rule`. */
function differences(notes: readonly Partial<Note>[], policy: Policy, before?: Policy): string[] {
  const rules = replay({ policy, commands, ...(before ? { before } : {}) });
  return chain(notes).flatMap((entry) => rules.take(entry).map(({ what, by, rule: of }) => `${what} ${by} ${of}`));
}
const deny = (id: string, of: object) => [{ ...grant(id), roles: ['*'], from: 'none' as const, ...of }];

describe('replay', () => {
  it('finds nothing where nothing changed, nor in what it does not know', () => {
    expect(differences(run, old)).toEqual([]);
    expect(differences(run, old, old)).toEqual([]);
    expect(differences(run.slice(2), { ...old, people: new Map() })).toEqual([]);
    const rules = replay({ policy: old, commands });
    for (const entry of chain(run)) rules.take(entry);
    expect(rules.decisions()).toBe(2);
  });

  it.each<[string, Partial<Policy>, string[]]>([
    ['the asker lost the grant', { roles: new Map([...old.roles, ['operator', [grant('g', { hosts: ['web2'] })]]]) }, ['denied ana host outside the grant']],
    ['a deny rule of the arguments', { deny: deny('no-nginx', { input: { unit: 'nginx.*' } }) }, ['denied ana no-nginx']],
    ['a deny rule of the room', { deny: deny('no-ops', { rooms: ['ops'] }) }, ['denied ana no-ops']],
    ['a grant of another room', { roles: new Map([...old.roles, ['operator', [grant('g', { rooms: ['web'] })]]]) }, ['denied ana rooms outside the grant']],
    ['the asker is gone', { people: new Map([...old.people].slice(1)) }, ['denied ana people']],
    ['the voter is no lead any more', { people: new Map([...old.people, ['bo', person('bo', 'operator')]]) }, ['vote bo not an approver', 'short ana a']],
    ['more votes are needed', { approvals: [rule('b', { votes: [{ count: 2, roles: ['lead'] }] })] }, ['short ana b']],
    ['nobody has the role', { approvals: [rule('b', { votes: [{ count: 1, roles: ['boss'] }] })] }, ['nobody ana b', 'vote bo not an approver', 'short ana b']],
    ['no rule covers it', { approvals: [rule('b', { hosts: ['web2'] })] }, ['nobody ana approvals']],
    ['a vote must be proven', { approvals: [rule('b', { stepUp: 'totp' })] }, ['vote bo totp', 'short ana b']],
    ['it must be said why', { approvals: [rule('b', { reason: true })] }, ['short ana b']],
  ])('%s', (_, change, found) => {
    expect(differences(run, { ...old, ...change })).toEqual(found);
  });

  it('takes proofs, reasons, withdrawals and plans that changed for what they are', () => {
    const totp = { ...old, approvals: [rule('b', { stepUp: 'totp', reason: true })] };
    const proven = [
      said,
      planned,
      { kind: 'reasoned', by: 'ana', more: { reason: 'it hangs' } } as const,
      voted('bo', { proof: { kind: 'totp' } }),
      dispatched,
    ];
    expect(differences(proven, totp)).toEqual([]);
    const two = { ...old, approvals: [rule('b', { votes: [{ count: 2, roles: ['lead'] }] })] };
    expect(differences([said, planned, voted('bo'), voted('cy'), dispatched], two)).toEqual([]);
    expect(differences([said, planned, voted('bo'), { kind: 'withdrawn', by: 'bo' }, voted('cy'), dispatched], two)).toEqual(['short ana b']);
    expect(differences([said, planned, voted('bo'), { kind: 'voided', more: { votes: ['bo'] } }, voted('cy'), dispatched], two)).toEqual(['short ana b']);
    expect(differences([said, planned, voted('bo'), { ...planned, digest: 'd2' }, voted('cy'), dispatched], two)).toEqual(['short ana b']);
    expect(differences([said, planned, voted('bo'), planned, voted('cy'), dispatched], two)).toEqual([]); // the same plan once more
  });

  it('says what would be let through: without approval, or at all', () => {
    const none = { ...old, approvals: [rule('b', { from: 'high' })] };
    const low = { ...planned, more: { risk: 'low', round: 1 } } as const;
    const lowOld = { ...old, approvals: [rule('a', { from: 'low' })] };
    expect(differences([said, low, voted('bo'), dispatched], none, lowOld)).toEqual(['free ana approvals']);
    expect(differences([said, low, dispatched], none)).toEqual([]);
    expect(differences([said, low, dispatched], lowOld)).toEqual(['short ana a']);
    const tight: Policy = { ...old, deny: deny('quiet', { roles: ['operator'] }) };
    const refused = { kind: 'refused', hosts: ['web1'], more: { why: 'forbidden by quiet', risk: 'medium' } } as const;
    expect(differences([said, { ...refused, rule: 'quiet' }], old)).toEqual(['allowed ana g.op']);
    expect(differences([said, refused], old, tight)).toEqual(['allowed ana g.op']);
    expect(differences([said, refused], old)).toEqual([]); // perhaps the world was the reason
    expect(differences([said, { ...refused, rule: 'quiet' }], tight)).toEqual([]);
    const unread = [
      { ...said, command: '', more: {} },
      { kind: 'refused', command: '', more: { why: 'there is no command' } },
    ] as const;
    expect(differences(unread, old, tight)).toEqual(['allowed ana roles']);
    expect(differences(unread, tight, tight)).toEqual([]);
  });

  it('leaves out what was denied before, what only looked, and what asked nobody', () => {
    const tight: Policy = { ...old, deny: deny('quiet', { roles: ['operator'] }) };
    expect(differences(run, tight, tight)).toEqual([]);
    const boss: Policy = { ...old, approvals: [rule('b', { votes: [{ count: 1, roles: ['boss'] }] })] };
    expect(differences([said, planned], boss, old)).toEqual(['nobody ana b']);
    expect(differences([said, planned], boss, boss)).toEqual([]);
    const looks = [
      { ...said, command: 'svc list', more: { input: { on: ['web1'] } } },
      { ...planned, command: 'svc list', hosts: [], more: { risk: 'none', round: 1 } },
    ] as const;
    expect(differences(looks, { ...old, approvals: [] })).toEqual([]);
    expect(differences(looks, { ...old, roles: new Map([['operator', [grant('g', { hosts: ['web2'] })]]]) })).toEqual(['denied ana host outside the grant']);
    const glass = [{ ...said, more: { input, from: { kind: 'glass', ticket: '' } } }, planned, dispatched] as const;
    expect(differences(glass, { ...old, approvals: [] })).toEqual([]);
  });
});
