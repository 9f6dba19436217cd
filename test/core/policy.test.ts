import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalRules, missing, uncovered } from '../../src/core/approval.ts';
import type { Host } from '../../src/core/command.ts';
import { type Action, authorize, type Deny, type Grant, type Person, type Policy, reach, type Subject } from '../../src/core/policy.ts';
import { assess, atLeast } from '../../src/core/risk.ts';
import { RISKS } from '../../src/core/types.ts';

const host = (name: string, site: string, tags: string[]): Host => ({ name, site, sites: [site], kind: 'linux', tags, address: '192.0.2.1', libvirt: '' });
const person = (id: string, ...roles: string[]): Person => ({ id, name: id, lang: 'en', roles });
const [ana, bo, cy, di] = [person('ana', 'operator'), person('bo', 'lead'), person('cy'), person('di', 'operator', 'lead')];
const grant = (more: Partial<Grant> = {}): Grant => ({ id: 'g', commands: ['*'], hosts: ['*'], upTo: 'high', ...more });
const deny = (more: Partial<Deny> = {}): Deny => ({ id: 'd', roles: ['*'], commands: ['*'], hosts: ['*'], from: 'none', ...more });
const policy: Policy = {
  people: new Map([ana, bo, cy, di].map((one) => [one.id, one])),
  roles: new Map([
    ['operator', [grant({ id: 'roles.operator.grants.0', commands: ['vm *', 'hosts'], hosts: ['@web'] })]],
    ['lead', [grant({ id: 'roles.lead.grants.0' })]],
    ['nobody', []],
  ]),
  deny: [],
  approvals: [
    { id: 'approvals.0', from: 'medium', commands: ['*'], hosts: ['*'], votes: [{ count: 1, roles: ['lead'] }], expiresMs: 1 },
    { id: 'approvals.1', from: 'high', commands: ['*'], hosts: ['*'], votes: [{ count: 2, roles: ['lead'] }], expiresMs: 1 },
  ],
  delegations: [],
  hosts: [host('web1', 'east', ['web']), host('db1', 'west', ['db'])],
};
const NOW = Date.parse('2026-11-20T12:00Z'); // a Friday
/** What is known of a subject; `undefined` takes it out. */
type Unknown = { readonly [K in keyof Subject]?: Subject[K] | undefined };
const known = (about: Unknown): Subject => ({
  command: 'vm reboot',
  ...Object.fromEntries(Object.entries({ ...reboot, ...about }).filter(([, value]) => value !== undefined)),
});
const may = (who: Person, action: Action, subject: Subject, by: Policy = policy) => authorize(who, action, subject, by, NOW).allowed;
const withGrant = (more: Partial<Grant>): Policy => ({ ...policy, roles: new Map([['operator', [grant(more)]]]) });
const withDeny = (more: Partial<Deny>): Policy => ({
  ...policy,
  roles: new Map([
    ['operator', [grant()]],
    ['lead', [grant()]],
  ]),
  deny: [deny(more)],
});
const reboot: Subject = { command: 'vm reboot', hosts: ['web1'], risk: 'high', input: { guest: 'web-7' }, by: 'di', room: 'ops' };

describe('authorize', () => {
  it('denies by default: no role, an empty role, another command, another host, a higher risk', () => {
    const hosts = { command: 'hosts', hosts: [], risk: 'none' } as const;
    expect(may(ana, 'ask', hosts)).toBe(true);
    expect(may(cy, 'ask', hosts)).toBe(false);
    expect(may(person('x', 'nobody'), 'ask', hosts)).toBe(false);
    expect(may(person('x', 'unheard-of'), 'ask', hosts)).toBe(false);
    expect(may(person('x', 'constructor'), 'ask', hosts)).toBe(false);
    expect(may(ana, 'ask', { ...reboot, command: 'svc restart' })).toBe(false);
    expect(may(ana, 'ask', { ...reboot, hosts: ['db1'] })).toBe(false);
    expect(may(ana, 'ask', { ...reboot, hosts: ['web1', 'db1'] })).toBe(false);
    expect(may(ana, 'ask', { ...reboot, hosts: ['nowhere'] })).toBe(false);
    expect(may(bo, 'ask', { ...reboot, hosts: ['nowhere'] })).toBe(false); // not even where all is granted
    expect(may(ana, 'ask', reboot)).toBe(true);
    expect(may(ana, 'ask', { ...reboot, command: 'vmx' })).toBe(false);
    expect(may(ana, 'ask', { ...reboot, command: 'VM reboot' })).toBe(false);
    expect(may(ana, 'ask', { ...reboot, hosts: ['WEB1'] })).toBe(false);
  });

  it('takes what is not known for what is not granted', () => {
    const { hosts: _, ...nowhere } = reboot;
    const { risk: __, ...riskless } = reboot;
    expect(may(ana, 'ask', nowhere)).toBe(false); // operators have some hosts only
    expect(may(bo, 'ask', nowhere)).toBe(true);
    expect(may(ana, 'ask', riskless, withGrant({ upTo: 'medium' }))).toBe(false);
    expect(may(bo, 'approve', { command: 'vm reboot', hosts: ['web1'], risk: 'high' })).toBe(false); // it may be their own
  });

  it.each<[string, Partial<Grant>, Partial<Subject>, boolean]>([
    ['no commands', { commands: [] }, {}, false],
    ['no hosts', { hosts: [] }, {}, false],
    ['no hosts, for what is about none', { hosts: [] }, { hosts: [] }, false],
    ['hosts that there are not, for what is about none', { hosts: ['@gone'] }, { hosts: [] }, true],
    ['no rooms', { rooms: [] }, {}, false],
    ['this room', { rooms: ['dev', 'ops'] }, {}, true],
    ['another room', { rooms: ['dev'] }, {}, false],
    ['no hours', { hours: [] }, {}, false],
    ['these hours', { hours: [{ zone: 'UTC', days: [5], from: 700, to: 721 }] }, {}, true],
    ['other hours', { hours: [{ zone: 'UTC', days: [5], from: 700, to: 720 }] }, {}, false],
    ['this argument', { input: { guest: 'web-[0-9]' } }, {}, true],
    ['a part of the argument', { input: { guest: 'web' } }, {}, false],
    ['an alternative that would end early', { input: { guest: 'x|web' } }, {}, false],
    ['an argument in another case', { input: { guest: 'WEB-7' } }, {}, false],
    ['an argument that is not given', { input: { guest: '.*', force: '.*' } }, {}, false],
    ['an argument every object has', { input: { constructor: '.*' } }, {}, false],
    ['a list of which all fit', { input: { on: 'a|b' } }, { input: { on: ['a', 'b'] } }, true],
    ['a list of which one fits', { input: { on: 'a' } }, { input: { on: ['a', 'b'] } }, false],
    ['an empty list', { input: { on: '.*' } }, { input: { on: [] } }, false],
    ['a table of which all fit', { input: { with: '[ab]' } }, { input: { with: { x: 'a', y: 'b' } } }, true],
    ['a table of which one fits', { input: { with: 'a' } }, { input: { with: { x: 'a', y: 'b' } } }, false],
    ['a number', { input: { count: '[0-9]' } }, { input: { count: 7 } }, true],
    ['a pattern that is none', { input: { guest: '[' } }, {}, false],
  ])('grants with %s', (_, more, about, allowed) => {
    expect(may(ana, 'ask', { ...reboot, ...about }, withGrant(more))).toBe(allowed);
  });

  it('knows no room and no input where none is said', () => {
    const { room: _, ...silent } = reboot;
    const { input: __, ...blind } = reboot;
    expect(may(ana, 'ask', silent, withGrant({ rooms: ['ops'] }))).toBe(false);
    expect(may(ana, 'ask', blind, withGrant({ input: { guest: '.*' } }))).toBe(false);
    expect(may(ana, 'ask', blind, withDeny({ input: { guest: 'db.*' } }))).toBe(false);
    expect(may(ana, 'ask', silent, withDeny({ rooms: ['ops'] }))).toBe(true); // a room without a name is not this one
  });

  it.each<[string, Partial<Deny>, Unknown, boolean]>([
    ['everything', {}, {}, true],
    ['nobody', { roles: [] }, {}, false],
    ['another role', { roles: ['viewer'] }, {}, false],
    ['this person', { roles: ['person:ana'] }, {}, true],
    ['another person', { roles: ['person:an'] }, {}, false],
    ['another command', { commands: ['vm stop'] }, {}, false],
    ['a higher risk', { from: 'high' }, { risk: 'medium' }, false],
    ['this risk', { from: 'high' }, {}, true],
    ['a risk that is not known', { from: 'high' }, { risk: undefined }, true],
    ['one of its hosts', { hosts: ['@db'] }, { hosts: ['web1', 'db1'] }, true],
    ['other hosts', { hosts: ['@db'] }, {}, false],
    ['some hosts, of what is about none', { hosts: ['@db'] }, { hosts: [] }, false],
    ['all hosts, of what is about none', {}, { hosts: [] }, true],
    ['hosts that are not known', { hosts: ['@db'] }, { hosts: undefined }, true],
    ['an argument', { input: { guest: 'web-7' } }, {}, true],
    ['an argument in another case of letters', { input: { guest: 'web-.' } }, { input: { guest: 'WEB-7' } }, true],
    ['an argument with a line feed in it', { input: { guest: 'web.*' } }, { input: { guest: 'web\n7' } }, true],
    ['one of a list', { input: { on: 'a' } }, { input: { on: ['b', 'a'] } }, true],
    ['one of a table', { input: { with: 'a' } }, { input: { with: { x: 'b', y: ['a'] } } }, true],
    ['an argument that is not given', { input: { force: '.*' } }, {}, false],
    ['by a pattern that is none', { input: { guest: '[' } }, {}, true],
    ['another room', { rooms: ['private'] }, {}, false],
  ])('a deny rule forbids %s', (_, more, about, forbidden) => {
    const subject = known(about);
    expect(may(ana, 'ask', subject, withDeny(more))).toBe(!forbidden);
    if (forbidden) expect(authorize(ana, 'ask', subject, withDeny(more), NOW).rule).toBe('d');
  });

  it('denies approving as well, and seeing only what is denied altogether', () => {
    expect(may(bo, 'approve', reboot, withDeny({ roles: ['lead'] }))).toBe(false);
    expect(may(bo, 'reject', reboot, withDeny({ roles: ['lead'] }))).toBe(false);
    expect(may(bo, 'approve', reboot, withDeny({ roles: ['operator'] }))).toBe(true);
    expect(may(bo, 'see', reboot, withDeny({ from: 'low' }))).toBe(true);
    expect(may(bo, 'see', reboot, withDeny({}))).toBe(false);
    expect(may(di, 'see', reboot, withDeny({}))).toBe(true); // their own
  });

  it('lets nobody approve their own request, whatever their roles, nor anyone without the role or the reach', () => {
    expect(may(di, 'approve', reboot)).toBe(false);
    expect(may(bo, 'approve', reboot)).toBe(true);
    expect(may(ana, 'approve', reboot)).toBe(false);
    expect(may(cy, 'reject', reboot)).toBe(false);
    expect(may(di, 'cancel', reboot)).toBe(true);
    expect(may(bo, 'cancel', reboot)).toBe(true);
    expect(may(ana, 'cancel', reboot)).toBe(false);
    expect(may(di, 'withdraw', reboot)).toBe(false);
    expect(may(di, 'reason', reboot)).toBe(true);
    expect(may(bo, 'reason', reboot)).toBe(false);
    expect(may(bo, 'approve', { ...reboot, risk: 'low' })).toBe(false); // no rule asks for it
  });

  it('asks of approvers what it asks of askers, where they are', () => {
    const limited: Policy = { ...policy, roles: new Map([['lead', [grant({ rooms: ['ops'], upTo: 'medium' })]]]) };
    expect(may(bo, 'approve', { ...reboot, risk: 'medium' }, limited)).toBe(true);
    expect(may(bo, 'approve', { ...reboot, risk: 'medium', room: 'dev' }, limited)).toBe(false);
    expect(may(bo, 'approve', reboot, limited)).toBe(false); // above what they may do
  });

  it('says which rule decided, and what people are told', () => {
    expect(authorize(ana, 'ask', reboot, policy, NOW).rule).toBe('roles.operator.grants.0');
    const { why } = authorize(ana, 'ask', reboot, withDeny({ id: 'quiet', why: 'backups run' }), NOW);
    expect(why.with).toEqual({ id: 'quiet', why: 'backups run' });
  });

  it('shows what others do only to who may look there', () => {
    expect(may(ana, 'see', reboot)).toBe(true);
    expect(may(ana, 'see', { ...reboot, hosts: ['web1', 'db1'] })).toBe(false);
    expect(may(ana, 'see', { ...reboot, hosts: ['gone'] })).toBe(false);
    expect(may(ana, 'see', { command: 'vm reboot', by: 'di' })).toBe(false); // it may be anywhere
    expect(may(bo, 'see', { command: 'vm reboot', by: 'di' })).toBe(true);
    expect(may(ana, 'see', { ...reboot, hosts: [] }, withGrant({ hosts: [] }))).toBe(false);
  });
});

describe('lent roles', () => {
  const lent = (from: string, to: string, until = NOW + 1): Policy => ({ ...policy, delegations: [{ from, to, until }] });
  it('let someone approve, with the grants that come with them', () => {
    expect(may(cy, 'approve', reboot)).toBe(false);
    expect(may(cy, 'approve', reboot, lent('bo', 'cy'))).toBe(true);
    expect(may(cy, 'reject', reboot, lent('bo', 'cy'))).toBe(true);
    expect(may(cy, 'ask', { ...reboot, by: 'cy' }, lent('bo', 'cy'))).toBe(false);
  });
  it("end, are not for requests of who lends them, nor for one's own", () => {
    expect(may(cy, 'approve', reboot, lent('bo', 'cy', NOW))).toBe(false);
    expect(may(cy, 'approve', { ...reboot, by: 'bo' }, lent('bo', 'cy'))).toBe(false);
    expect(may(cy, 'approve', { ...reboot, by: 'cy' }, lent('bo', 'cy'))).toBe(false);
    expect(may(cy, 'approve', reboot, lent('gone', 'cy'))).toBe(false);
  });
  it('are not lent on', () => {
    const chain: Policy = {
      ...policy,
      delegations: [
        { from: 'bo', to: 'ana', until: NOW + 1 },
        { from: 'ana', to: 'cy', until: NOW + 1 },
      ],
    };
    expect(may(ana, 'approve', reboot, chain)).toBe(true);
    expect(may(cy, 'approve', reboot, chain)).toBe(false);
  });
  it('do not lead around a deny rule, neither theirs who lends nor theirs who borrows', () => {
    const denied = (roles: string[]): Policy => ({ ...lent('bo', 'cy'), deny: [deny({ roles })] });
    expect(may(cy, 'approve', reboot, denied(['lead']))).toBe(false);
    expect(may(cy, 'approve', reboot, denied(['person:bo']))).toBe(false);
    expect(may(cy, 'approve', reboot, denied(['person:cy']))).toBe(false);
    expect(may(cy, 'approve', reboot, denied(['person:ana']))).toBe(true);
  });
});

describe('approval rules', () => {
  const rule = (id: string, from: 'low' | 'medium' | 'high', hosts: string[], commands = ['*']) => ({ id, from, commands, hosts, votes: [], expiresMs: 1 });
  const ruled: Policy = {
    ...policy,
    approvals: [rule('db', 'high', ['@db']), rule('low', 'low', ['*'], ['vm *']), rule('web', 'medium', ['@web']), rule('web too', 'medium', ['*'])],
  };
  const ids = (subject: Omit<Subject, 'command'>) => approvalRules({ command: 'vm reboot', ...subject }, ruled).map(({ id }) => id);
  it('count for each host by the highest floor, the first of several', () => {
    expect(ids({ hosts: ['web1'], risk: 'none' })).toEqual([]);
    expect(ids({ hosts: ['web1'], risk: 'low' })).toEqual(['low']);
    expect(ids({ hosts: ['web1'], risk: 'high' })).toEqual(['web']);
    expect(ids({ hosts: ['web1', 'db1'], risk: 'high' })).toEqual(['db', 'web']);
    expect(ids({ hosts: ['db1'], risk: 'medium' })).toEqual(['web too']);
    expect(ids({ hosts: [], risk: 'high' })).toEqual(['web too']); // about no host: what is for all
    expect(ids({ hosts: ['gone'], risk: 'high' })).toEqual([]);
  });
  it('leave hosts uncovered that none is for', () => {
    const bare: Policy = { ...ruled, approvals: ruled.approvals.slice(0, 1) };
    expect(uncovered({ command: 'vm reboot', hosts: ['web1', 'db1', 'gone'], risk: 'high' }, bare)).toEqual(['web1', 'gone']);
  });
});

describe('votes', () => {
  const roles = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
  const slot = fc.record({ count: fc.integer({ min: 1, max: 2 }), roles: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '*'), { maxLength: 2 }) });
  it('fill as many places as can be, each human one', () => {
    fc.assert(
      fc.property(fc.array(slot, { minLength: 1, maxLength: 3 }), fc.array(roles, { maxLength: 5 }), (votes, voters) => {
        const places = votes.flatMap((one) => Array.from({ length: one.count }, () => one.roles));
        // Every place takes any voter who is left, or none.
        const most = (place: number, left: readonly number[]): number => {
          const wanted = places[place];
          if (wanted === undefined) return 0;
          const fitting = left.filter((i) => (voters[i] ?? []).some((role) => wanted.includes(role) || wanted.includes('*')));
          return Math.max(
            most(place + 1, left),
            ...fitting.map(
              (i) =>
                1 +
                most(
                  place + 1,
                  left.filter((other) => other !== i),
                ),
            ),
          );
        };
        const empty = missing({ rules: [{ id: 'r', votes }] }, voters).reduce((sum, { count }) => sum + count, 0);
        expect(empty).toBe(places.length - most(0, [...voters.keys()]));
      }),
      { numRuns: 2000 },
    );
  });
  it('are counted for each rule by itself', () => {
    const both = {
      rules: [
        { id: 'x', votes: [{ count: 1, roles: ['a'] }] },
        { id: 'y', votes: [{ count: 2, roles: ['*'] }] },
      ],
    };
    expect(missing(both, [['a']])).toEqual([{ count: 1, roles: ['*'] }]);
    expect(missing(both, [['a'], ['b']])).toEqual([]);
    expect(missing(both, [['b'], ['b']])).toEqual([{ count: 1, roles: ['a'] }]);
    expect(missing(both, [['a'], []])).toEqual([{ count: 1, roles: ['*'] }]); // without a role nobody counts
  });
});

describe('reach', () => {
  it('is only what is granted', () => {
    expect(reach(ana, policy).map(({ name }) => name)).toEqual(['web1']);
    expect(reach(ana, policy, 'svc list')).toEqual([]);
    expect(reach(cy, policy)).toEqual([]);
  });
});

describe('risk', () => {
  it('is raised by facts, never lowered', () => {
    const hazard = fc.record({ host: fc.constantFrom('a', 'b'), wholeHost: fc.boolean(), running: fc.nat({ max: 3 }) });
    fc.assert(
      fc.property(fc.constantFrom(...RISKS), hazard, fc.option(fc.record({ host: fc.constantFrom('a', 'b') }), { nil: undefined }), (floor, what, self) => {
        expect(atLeast(assess(floor, what, self, 0).risk, floor)).toBe(true);
      }),
    );
    expect(assess('low', { host: 'a', guest: 'bot' }, { host: 'a', guest: 'bot' }, 0)).toMatchObject({ risk: 'high', facts: [{ holds: 'self a' }] });
  });
});
