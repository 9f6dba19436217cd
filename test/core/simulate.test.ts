import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missing, needsOf } from '../../src/core/approval.ts';
import type { Host } from '../../src/core/command.ts';
import { demandOf } from '../../src/core/demand.ts';
import { Refusal } from '../../src/core/errors.ts';
import { flatten } from '../../src/core/flatten.ts';
import { type ApprovalRule, authorize, type Grant, type Person, type Policy, votingRoles } from '../../src/core/policy.ts';
import { type Simulation, simulate, type World } from '../../src/core/simulate.ts';
import { simulated } from '../../src/core/simulated.ts';
import { RISKS } from '../../src/core/types.ts';
import { veil } from '../../src/core/veil.ts';
import { readMoment } from '../../src/core/when.ts';
import { findPerson } from '../../src/core/who.ts';
import { speak } from '../../src/core/words.ts';
import { loadCommands } from '../../src/registry.ts';

const NOW = Date.parse('2026-11-21T12:30:00Z'); // a Saturday

describe('a moment', () => {
  it.each([
    ['2026-11-28 03:00', '2026-11-28T03:00:00Z'],
    ['2026-11-28T03:00:30', '2026-11-28T03:00:30Z'],
    ['2026-11-28', '2026-11-28T00:00:00Z'],
    ['2026-11-28T03:00Z', '2026-11-28T03:00:00Z'],
    ['2026-11-28 03:00+01:00', '2026-11-28T02:00:00Z'],
    ['2026-11-28 03:00 -0530', '2026-11-28T08:30:00Z'],
    ['13:00', '2026-11-21T13:00:00Z'],
    ['03:00', '2026-11-22T03:00:00Z'],
    ['12:30', '2026-11-22T12:30:00Z'], // now is not the next
    ['sat 13:00', '2026-11-21T13:00:00Z'],
    ['Saturday 03:00', '2026-11-28T03:00:00Z'],
    ['sat 12:30', '2026-11-28T12:30:00Z'],
    ['sun 0:05', '2026-11-22T00:05:00Z'],
    ['周五 03:00', '2026-11-27T03:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(readMoment(text, NOW)).toISOString()).toBe(new Date(iso).toISOString());
  });

  it.each(['', 'soon', '2026-02-30', '2026-11-31 03:00', '2026-13-01', '25:00', '12:60', 'xyz 03:00', 'sat', '2026-11-28 24:00', '2026-11-28 03:00+15:00'])(
    '“%s” is none, and what would be right is said',
    (text) => {
      expect(hintOf(() => readMoment(text, NOW))).toContain('"2026-11-28 03:00" (UTC)');
    },
  );
});

const person = (id: string, name: string, ...roles: string[]): Person => ({ id, name, lang: 'en', roles });
const host = (name: string, ...tags: string[]): Host => ({ name, site: 'east', sites: ['east'], kind: 'linux', tags, address: '192.0.2.1', libvirt: '' });

describe('a person', () => {
  const all = [person('ana', 'Ana'), person('ana2', 'Ana B'), person('bo', 'Bo'), person('li', 'Same'), person('lu', 'Same')];
  const policy = { people: new Map(all.map((one) => [one.id, one])) };
  const found = (typed: string) =>
    findPerson(typed, policy, { account: { chat: 'slack', id: 'U1' }, personOf: ({ chat, id }) => (chat === 'slack' && id === 'U0BO' ? 'bo' : undefined) }).id;
  it.each([
    ['ana', 'ana'],
    ['@ana', 'ana'],
    ['Ana B', 'ana2'],
    ['BO', 'bo'],
    ['<@U0BO>', 'bo'],
    ['<@U0BO|whoever>', 'bo'],
  ])('%s is %s', (typed, id) => expect(found(typed)).toBe(id));
  it.each([
    ['Same', 'did you mean @li, @lu?'],
    ['anna', 'did you mean @ana'],
    ['<@U0ANA>', '@ana, @ana2, @bo'],
    ['nobody-at-all', '@ana, @ana2, @bo'],
  ])('%s is nobody: %s', (typed, hint) => {
    expect(hintOf(() => found(typed))).toContain(hint);
  });
});

/** The hint of a refusal. */
function hintOf(does: () => unknown): string {
  try {
    does();
  } catch (error) {
    if (error instanceof Refusal && error.hint) return speak(error.hint, 'en');
    throw error;
  }
  throw new Error('it is not refused');
}

const commands = await loadCommands();
const NAMES = ['web1', 'web2', 'db1', 'db2'];
const hosts = [host('web1', 'web'), host('web2', 'web'), host('db1', 'db'), host('db2', 'db')];
const grant = (id: string, of: Partial<Grant>): Grant => ({ id, commands: ['*'], hosts: ['*'], upTo: 'high', ...of });
const rule = (id: string, of: Partial<ApprovalRule>): ApprovalRule => ({
  id,
  from: 'medium',
  commands: ['*'],
  hosts: ['*'],
  votes: [{ count: 1, roles: ['lead'] }],
  expiresMs: 60_000,
  ...of,
});
const base: Policy = {
  people: new Map([person('ana', 'Ana', 'operator'), person('bo', 'Bo', 'lead'), person('cy', 'Cy', 'storage')].map((one) => [one.id, one])),
  roles: new Map([
    ['operator', [grant('g.op', { hosts: ['@web'] })]],
    ['lead', [grant('g.lead', {})]],
    ['storage', [grant('g.storage', { hosts: ['@db'] })]],
  ]),
  deny: [],
  approvals: [
    rule('a.medium', {}),
    rule('a.high', {
      from: 'high',
      votes: [
        { count: 1, roles: ['lead'] },
        { count: 1, roles: ['*'] },
      ],
    }),
  ],
  delegations: [],
  hosts,
};
const worldOf = (policy: Policy, more: Partial<World> = {}): World => ({
  ...{ policy, commands, known: commands, seen: policy.hosts, guests: [], totp: undefined },
  become: async () => ({ command: 'hosts', input: {}, from: { kind: 'undo', ticket: 'T1' } }),
  ...more,
});
const asks = (who: string, line: string, policy: Policy, more: Partial<World> & { at?: number; room?: string } = {}) => {
  const { at = NOW, room, ...world } = more;
  return simulate({ person: policy.people.get(who) ?? person(who, who), line, at, room }, worldOf(policy, world));
};
const judgedOf = (simulation: Simulation) => (simulation.kind === 'judged' ? simulation.judged : []);
/** Risk, hosts, allowed, rule, who could approve, whether enough could. */
const rows = (simulation: Simulation) =>
  judgedOf(simulation).map((one) => [
    ...[one.risk, one.hosts.join(' '), one.verdict.allowed, one.verdict.rule, one.demand?.kind ?? ''],
    ...[one.approvers.map((other) => other.person.id).join(' '), one.empty.flat().length === 0],
  ]);

describe('what the simulator says', () => {
  it('is a row for each risk from the command’s own, with the rule, and who could approve', async () => {
    expect(rows(await asks('ana', 'svc restart nginx web1', base))).toEqual([
      ['medium', 'web1', true, 'g.op', 'votes', 'bo', true],
      ['high', 'web1', true, 'g.op', 'votes', 'bo', false], // one more of any role, and nobody else may do it on web1
    ]);
    expect(rows(await asks('bo', 'svc restart nginx db1', base))).toEqual([
      ['medium', 'db1', true, 'g.lead', 'votes', '', false], // never the requester
      ['high', 'db1', true, 'g.lead', 'votes', 'cy', false],
    ]);
    const looks = { ...base, approvals: [rule('a', { from: 'none' })] };
    expect(rows(await asks('bo', 'host status db1', looks))).toEqual([['none', 'db1', true, 'g.lead', 'none', '', true]]); // looking takes nobody’s yes
    expect(rows(await asks('bo', 'help', base))).toEqual([['none', '', true, 'g.lead', 'none', '', true]]);
  });

  it('is what they would be told, and why, where there is nothing to judge', async () => {
    const told = async (...args: Parameters<typeof asks>) => {
      const found = await asks(...args);
      return found.kind === 'told' ? [speak(found.message, 'en'), found.verdict?.rule] : found.kind;
    };
    expect(await told('cy', 'svc rebot nginx', base)).toEqual(['there is no command “svc rebot”', undefined]);
    expect(await told('ana', 'svc restart nginx db1', base)).toEqual(['there is no host “db1”', 'host outside the grant']);
    const deny = [{ ...grant('no-svc', { commands: ['svc *'] }), roles: ['operator'], from: 'none' as const }];
    expect(await told('ana', 'svc restart nginx web1', { ...base, deny })).toEqual([expect.stringContaining('no command'), 'no-svc']);
    expect(await told('ana', 'undo T0123456789A', { ...base, roles: new Map([['operator', [grant('g', { commands: ['undo'] })]]]) })).toEqual([
      'Ana may not use “hosts”',
      'no grant for the command',
    ]);
  });

  it('heeds deny rules, rooms, hours, delegation and second factors', async () => {
    const night = [{ zone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 360 }];
    const deny = [{ ...grant('night', { hours: night }), roles: ['lead'], from: 'none' as const }];
    const at = (hour: number) => ({ at: Date.parse('2026-11-21T00:00:00Z') + hour * 3_600_000 });
    expect(rows(await asks('ana', 'svc restart nginx web1', { ...base, deny }, at(3)))[0]).toEqual(['medium', 'web1', true, 'g.op', 'votes', '', false]);
    expect(rows(await asks('ana', 'svc restart nginx web1', { ...base, deny }, at(7)))[0]).toEqual(['medium', 'web1', true, 'g.op', 'votes', 'bo', true]);

    const roles = new Map([...base.roles, ['lead', [grant('g.ops', { rooms: ['ops'] })]]]);
    const [inOps] = judgedOf(await asks('bo', 'svc restart nginx web1', { ...base, roles }));
    expect(inOps).toMatchObject({ verdict: { allowed: true }, where: { only: ['ops'] } });
    expect(judgedOf(await asks('bo', 'svc restart nginx web1', { ...base, roles }, { room: 'private' }))[0]?.verdict.allowed).toBe(false);
    expect(judgedOf(await asks('ana', 'svc restart nginx web1', { ...base, roles }))[0]?.approvers).toMatchObject([{ where: { only: ['ops'] } }]);

    const lent = { ...base, delegations: [{ from: 'bo', to: 'cy', until: NOW + 1 }] };
    expect(judgedOf(await asks('ana', 'svc restart nginx web1', lent))[0]?.approvers).toMatchObject([
      { person: { id: 'bo' }, lent: false },
      { person: { id: 'cy' }, lent: true },
    ]);
    expect(judgedOf(await asks('ana', 'svc restart nginx web1', lent, { at: NOW + 1 }))[0]?.approvers).toMatchObject([{ person: { id: 'bo' } }]);

    const strict = { ...base, approvals: [rule('a', { stepUp: 'totp' })] };
    expect(judgedOf(await asks('ana', 'svc restart nginx web1', strict, { totp: new Set() }))[0]).toMatchObject({ bare: ['bo'], empty: [[{ count: 1 }]] });
    expect(judgedOf(await asks('ana', 'svc restart nginx web1', strict, { totp: new Set(['bo']) }))[0]).toMatchObject({ bare: [], empty: [[]] });
  });

  it('says so where no rule covers a risk, and knows a guest where it was seen', async () => {
    const found = await asks('ana', 'svc restart nginx web1', { ...base, approvals: [rule('low', { from: 'low', hosts: ['@db'] })] });
    expect(rows(found).map((row) => row[4])).toEqual(['unruled', 'unruled']);
    const kvm = { ...host('kvm1', 'web'), kind: 'libvirt' as const };
    const policy = { ...base, hosts: [...hosts, kvm, { ...kvm, name: 'kvm2' }] };
    const guests = [{ kind: 'guest' as const, name: 'shop', at: { site: 'east', host: 'kvm2' } }];
    expect(rows(await asks('ana', 'vm reboot shop', policy, { guests })).map((row) => row[1])).toEqual(['kvm2', 'kvm2']);
    expect(await asks('ana', 'vm reboot mail', policy, { guests })).toMatchObject({ targets: { kind: 'any', hosts: ['kvm1', 'kvm2'], guest: 'mail' } });
  });
});

const role = fc.constantFrom('operator', 'lead', 'storage');
const pattern = fc.constantFrom('*', '@web', '@db', ...NAMES);
const anyGrant = fc.record({
  hosts: fc.array(pattern, { maxLength: 2 }),
  upTo: fc.constantFrom(...RISKS),
  rooms: fc.option(fc.constant(['ops']), { nil: undefined }),
});
const anyPolicy = fc
  .record({
    people: fc.array(fc.uniqueArray(role, { maxLength: 2 }), { minLength: 2, maxLength: 4 }),
    grants: fc.array(fc.tuple(role, anyGrant), { minLength: 1, maxLength: 5 }),
    deny: fc.array(
      fc.record({
        hosts: fc.array(pattern, { maxLength: 2 }),
        from: fc.constantFrom(...RISKS),
        roles: fc.array(fc.oneof(role, fc.constant('*')), { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    votes: fc.array(fc.record({ count: fc.constantFrom(1, 2), roles: fc.array(fc.oneof(role, fc.constant('*')), { maxLength: 2 }) }), {
      minLength: 1,
      maxLength: 2,
    }),
    lends: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 2 }),
  })
  .map(({ people, grants, deny, votes, lends }): Policy => {
    const all = people.map((roles, i) => person(`p${i}`, `P${i}`, ...roles));
    const of = (name: string) =>
      grants.flatMap(([to, { rooms, ...some }], i) => (to === name ? [grant(`g.${i}`, { ...some, ...(rooms ? { rooms } : {}) })] : []));
    return {
      people: new Map(all.map((one) => [one.id, one])),
      roles: new Map(['operator', 'lead', 'storage'].map((name) => [name, of(name)])),
      deny: deny.map((one, i) => ({ id: `deny.${i}`, commands: ['*'], ...one })),
      approvals: [rule('a', { votes })],
      delegations: lends.flatMap(([from, to]) => (all[from] && all[to] ? [{ from: `p${from}`, to: `p${to}`, until: NOW + 1000 }] : [])),
      hosts,
    };
  });

describe('the simulator agrees with what happens', () => {
  it('allowed, who could approve, and whether that is enough', async () => {
    await fc.assert(
      fc.asyncProperty(anyPolicy, fc.constantFrom(...NAMES), async (policy, name) => {
        const [asker] = [...policy.people.values()];
        if (!asker) return;
        for (const one of judgedOf(await asks(asker.id, `svc restart nginx ${name}`, policy))) {
          const subject = { command: 'svc restart', input: { unit: 'nginx.service', hosts: [name] }, hosts: [name], risk: one.risk, by: asker.id };
          const may = (who: Person, action: 'ask' | 'approve') =>
            [{}, { room: 'ops' }].filter((where) => authorize(who, action, { ...subject, ...where }, policy, NOW).allowed);
          expect(one.verdict.allowed).toBe(may(asker, 'ask').length > 0);
          if (!one.verdict.allowed) continue;
          const demand = demandOf(subject, policy);
          if (demand.kind !== 'votes') continue;
          const able = [...policy.people.values()].flatMap((who) => {
            const [where] = may(who, 'approve');
            return where ? [{ person: who, ...where }] : [];
          });
          expect(one.approvers.map((other) => other.person.id)).toEqual(able.map((other) => other.person.id));
          const subsets = Array.from({ length: 2 ** able.length }, (_, bits) => able.filter((_, i) => bits & (1 << i)));
          const needs = needsOf(demand.rules);
          const some = subsets.some((voters) => missing(needs, votingRoles(voters, subject, needs, policy, NOW)).length === 0);
          expect(one.empty.flat().length === 0).toBe(some);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('and says nothing of hosts that who asks may not see', async () => {
    const lines = [
      'svc restart nginx @web',
      'svc restart nginx @db web1',
      'svc restart nginx db2',
      'svc list @db',
      'hosts',
      'svc restart nginx site:east',
      'host status @web',
    ];
    await fc.assert(
      fc.asyncProperty(anyPolicy, fc.subarray(hosts), fc.constantFrom(...lines), async (policy, seen, line) => {
        const who = policy.people.get('p0') ?? person('p0', 'P0');
        const question = { person: who, line, at: NOW, room: undefined };
        const { summary, answer = [] } = simulated(question, await simulate(question, worldOf(policy, { seen })), policy, veil(policy, seen));
        const { text } = flatten({ id: '', rev: 0, mood: 'good', title: summary, blocks: answer, buttons: [], ticket: null }, 'en');
        const told = text.replaceAll(line, '');
        for (const name of NAMES) {
          const typed = line.split(' ').includes(name);
          if (!seen.some((one) => one.name === name) && !typed) expect(told, line).not.toContain(name);
        }
      }),
      { numRuns: 400 },
    );
    // What is typed and cannot be seen is answered alike, whether or not it is there.
    const seen = hosts.slice(0, 2);
    const there = await asks('bo', 'svc restart nginx db1', base, { seen });
    const nowhere = await asks('bo', 'svc restart nginx db7', base, { seen });
    expect(JSON.stringify(there).replaceAll('db1', 'db7')).toBe(JSON.stringify(nowhere));
    expect(there).toMatchObject({ kind: 'told' });
  });
});
