import { describe, expect, it } from 'vitest';
import expire from '../../jobs/expire.ts';
import { missing, type Needs } from '../../src/core/approval.ts';
import type { Host, Kept } from '../../src/core/command.ts';
import { dispatch } from '../../src/core/dispatch.ts';
import { frozen } from '../../src/core/frozen.ts';
import { namesOf } from '../../src/core/names.ts';
import { authorize, type Grant, type Person, type Policy, votingRoles } from '../../src/core/policy.ts';
import type { Rules } from '../../src/core/ports.ts';
import type { SettleNeeds } from '../../src/core/settle.ts';
import type { In } from '../../src/core/ticket.ts';
import type { Freeze } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { inventory, nobody, noPlans, standing } from '../support/stubs.ts';
import { asked } from '../support/ticket.ts';

const host: Host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '', libvirt: '' };
const person = (id: string, ...roles: string[]): Person => ({ id, name: id, lang: 'en', roles });
const all = (role: string): readonly [string, Grant[]] => [role, [{ id: `${role}.0`, commands: ['*'], hosts: ['*'], upTo: 'high' }]];
const [ana, bo, cy, di, ed] = [person('ana', 'lead'), person('bo', 'lead'), person('cy', 'viewer'), person('di', 'viewer'), person('ed', 'lead')];
const votes = [
  { count: 1, roles: ['lead'] },
  { count: 1, roles: ['*'] },
];
const needs: Needs = { rules: [{ id: 'approvals.0', votes }] };
const lent = (from: Person, to: Person) => ({ from: from.id, to: to.id, until: 10 });
const lending = (...delegations: Policy['delegations']): Policy => ({
  people: new Map([ana, bo, cy, di, ed].map((one) => [one.id, one])),
  roles: new Map([all('lead')]),
  approvals: [{ id: 'approvals.0', from: 'medium', commands: ['*'], hosts: ['*'], votes, expiresMs: 1000 }],
  ...{ deny: [], delegations, hosts: [host] },
});
const subject = { command: 'host reboot', input: {}, hosts: ['web1'], risk: 'high', by: 'ana' } as const;
const may = (who: Person, policy: Policy) => authorize(who, 'approve', subject, policy, 0).allowed;
/** Whether the yes of all of these is enough. */
const enough = (policy: Policy, ...voters: Person[]) =>
  missing(
    needs,
    votingRoles(
      voters.map((one) => ({ person: one })),
      subject,
      needs,
      policy,
      0,
    ),
  ).length === 0;

describe('one person who lends, for “one lead and anyone”', () => {
  it('makes no quorum of two by lending to two who may do nothing by themselves', () => {
    const policy = lending(lent(bo, cy), lent(bo, di));
    expect([may(cy, policy), may(di, policy)]).toEqual([true, true]);
    expect(enough(policy, cy, di)).toBe(false);
    expect(enough(policy, di, cy)).toBe(false);
    expect(enough(policy, cy, ed)).toBe(true);
  });
  it('makes none with the yes of who they lend to besides their own', () => {
    const policy = lending(lent(bo, cy));
    expect(enough(policy, bo, cy)).toBe(false);
    expect(enough(policy, cy, bo)).toBe(false);
    expect(enough(policy, bo, ed)).toBe(true);
  });
  it('makes none in a circle, nor through a chain, nor for what they ask for themselves', () => {
    expect(enough(lending(lent(bo, cy), lent(cy, bo), lent(cy, di), lent(di, cy)), bo, cy, di)).toBe(false);
    expect(may(di, lending(lent(bo, cy), lent(cy, di)))).toBe(false);
    expect(may(cy, lending(lent(ana, cy)))).toBe(false);
    expect(may(cy, lending(lent(ana, bo), lent(bo, cy)))).toBe(true); // by bo's own roles
    expect(enough(lending(lent(ana, bo), lent(bo, cy)), cy, bo)).toBe(false);
  });
  it('counts for two who each have a lender of their own', () => {
    expect(enough(lending(lent(bo, cy), lent(ed, di)), cy, di)).toBe(true);
    expect(enough(lending(lent(bo, cy), lent(ed, cy)), cy)).toBe(false);
  });
});

const freeze: Freeze = { scope: '*', by: 'bo', reason: 'it burns', since: 0, until: 5 };
const rules = (policy: Policy): Rules => ({ ...nobody, policy, personOf: ({ id }) => id });

describe('a removal that was approved with what it removes', () => {
  const ref = (risk: 'medium' | 'high') =>
    ({
      ...{ round: 1, digest: 'A', code: 'CA', risk, at: 0, parts: { east: 'A' }, waves: [{ wave: 1, sites: ['east'] }], hosts: ['web1'] },
    }) as const;
  const from = { kind: 'expire', ticket: 'T0', granted: 'medium' } as const;
  const ticket = (risk: 'medium' | 'high'): In<'approved'> => ({
    ...{ ...asked, from, by: 'gone', state: 'approved', plan: ref(risk), votes: [], expiresAt: 1000 },
    needs: { rules: [] },
  });
  it('goes on when who asked has left, but only up to the risk that was approved', async () => {
    const of = (risk: 'medium' | 'high') => dispatch(ticket(risk), 1, rules(lending()), standing.freezes);
    expect(await of('medium')).toMatchObject({ kind: 'dispatched' });
    expect(await of('high')).toMatchObject({ kind: 'refused' });
    const asker = { ...ticket('high'), by: 'ana' };
    expect(await dispatch(asker, 1, rules(lending()), standing.freezes)).toMatchObject({ kind: 'refused' }); // nobody voted for that
  });

  it('waits while its host is frozen, and asks for nothing', async () => {
    const kept: Kept = {
      ...{ id: 'k1', ticket: 'T0', by: 'ana', at: 0, forMs: 1, expiresAt: 1, risk: 'medium', places: [], what: say({ en: 'a snapshot', zh: '快照' }) },
      ...{ on: { site: 'east', host: 'web1' }, remove: { command: 'vm snapshot remove', input: {} } },
    };
    const did: string[] = [];
    const needs: SettleNeeds = {
      ...standing,
      freezes: { ...standing.freezes, list: async () => [freeze] },
      kept: {
        ...{ add: async () => undefined, list: async () => [kept], drop: async () => void did.push('drop') },
        postpone: async (id: string) => void did.push(`postpone ${id}`),
      },
      tickets: {
        ...{ get: async () => undefined, create: async () => did.push('create') > 0, change: async () => undefined, open: async () => [] },
        ...{ close: async () => undefined, byCode: async () => undefined, keepCode: async () => true },
      },
      journals: { read: async () => ({ journal: {}, lines: 0 }), write: async () => true },
      locks: {
        ...{ acquire: async () => ({ token: undefined }), release: async () => [], robbed: async () => false },
        ...{ list: async () => [], steal: async () => false },
      },
      ...{ plans: noPlans, inventory, since: 0 },
      ...{ rules: async () => rules(lending()), send: async () => undefined, commands: new Map() },
      log: (text) => void did.push(text),
    };
    await expire.take({}, needs);
    expect(did).toEqual(['postpone k1']);
  });
});

describe('a freeze', () => {
  it('is over by the clock of the store, whatever that of the desk says', async () => {
    const list = async () => [freeze];
    expect(await frozen(['web1'], { list }, lending())).toBeDefined(); // long over here
    expect(await frozen(['web1'], { list: async () => [] }, lending())).toBeUndefined();
  });
});

describe('what is named in a request', () => {
  const at = { site: 'east', host: 'kvm1', name: 'shop' };
  const found = [{ kind: 'guest', name: '104', at, also: ['104'] } as const];
  it('is known by all of its names', () => {
    expect(namesOf({ guest: 'kvm1/104', force: true }, found)).toEqual({ guest: ['104', 'shop', 'kvm1/shop'] });
    expect(namesOf({ guests: ['104', 'alpha/db'] }, found)).toEqual({ guests: ['kvm1/104', 'shop', 'kvm1/shop', 'db'] });
    expect(namesOf({ guest: 'other', path: '/etc/104', n: 104 }, found)).toBeUndefined();
  });
});
