import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnyCommand } from '../../src/core/command.ts';
import { votingRoles } from '../../src/core/lent.ts';
import { authorize, type Person, type Policy, reach, reachNow, visibleCommands } from '../../src/core/policy.ts';
import { RISKS, type Risk } from '../../src/core/types.ts';
import { COMMANDS, dice, HOSTS, INPUTS, makeAbout, makeMoment, makeWorld, policyOf, ROOMS } from '../support/random-policy.ts';

const SEED = Number(process.env.POLICY_SEED ?? 4711);
const HOUR = 3_600_000;
const MONDAY = Date.parse('2026-06-15T00:00Z');
/** Every hour of a week: hours of the random policies begin and end with one. */
const WEEK = Array.from({ length: 7 * 24 }, (_, i) => MONDAY + i * HOUR);
const KNOWN = [
  ...INPUTS.filter((input) => input !== undefined),
  { guest: 'web1', on: 'a' },
  { guest: 'db1', on: 'db1' },
  { on: 'web1' },
  { guest: 'a', on: 'web1' },
  { guest: 'q', on: 'q' },
];

const summary = { en: 'x', zh: 'x' };
const declared = { summary, examples: ['x'], args: { guest: z.string() }, options: { on: z.string() } };
const plan = async () => {
  throw new Error('not planned here');
};
const commands = new Map<string, AnyCommand>(
  COMMANDS.map((path, i) => [path, { ...declared, risk: RISKS[i % 3] ?? 'none', ...(path === 'hosts' ? { at: 'desk' as const } : {}), plan }]),
);

/** Whether there is an input, a room and a time at which they may ask for this. */
function everAllowed(person: Person, command: string, hosts: readonly string[], risk: Risk, policy: Policy): boolean {
  return WEEK.some((now) =>
    ROOMS.some((room) => KNOWN.some((input) => authorize(person, 'ask', { command, hosts, risk, input, ...(room ? { room } : {}) }, policy, now).allowed)),
  );
}

/** Random policies whose hours lie so that no two zones' cover each other. */
function* worlds(count: number) {
  for (let n = 0; n < count; n++) {
    const with_ = dice(SEED + n);
    const world = makeWorld(with_);
    const plain = <T extends { hours?: { zone: string }[] }>(rule: T): boolean => !rule.hours?.some(({ zone }) => zone === 'Australia/Lord_Howe');
    const roles = Object.fromEntries(Object.entries(world.roles).map(([role, grants]) => [role, grants.filter(plain)]));
    const policy = policyOf({ ...world, roles, deny: world.deny.filter(plain) });
    yield { with_, policy, person: with_.pick(world.people), seed: `POLICY_SEED=${SEED + n}` };
  }
}

/** Fewer worlds than have once been run, and held: 600, 8000, 3000 and 6000 from this seed. */
describe('what is offered', () => {
  it('is allowed with some arguments, somewhere, at some time', () => {
    let offered = 0;
    for (const { policy, person, seed, with_ } of worlds(250)) {
      const command = with_.pick(COMMANDS);
      const risk = with_.pick(RISKS);
      for (const { name } of reach(person, policy, command, risk)) {
        offered++;
        expect(everAllowed(person, command, [name], risk, policy), `${seed} ${person.id} ${command} ${risk} ${name}`).toBe(true);
      }
      for (const [path, { risk: least, at }] of visibleCommands(person, commands, policy)) {
        const places = at === 'desk' ? [[]] : HOSTS.map(({ name }) => [name]);
        expect(
          places.some((hosts) => everAllowed(person, path, hosts, least, policy)),
          `${seed} ${person.id} ${path}`,
        ).toBe(true);
      }
    }
    expect(offered).toBeGreaterThan(200);
  });

  it('is all that is ever allowed', () => {
    let allowed = 0;
    for (const { policy, person, seed, with_ } of worlds(2000)) {
      const { by: _, ...about } = makeAbout(with_);
      const now = makeMoment(with_);
      const risk = about.risk ?? 'high';
      const here = reachNow(person, about, policy, now).map(({ name }) => name);
      for (const { name } of HOSTS) {
        const may = authorize(person, 'ask', { ...about, hosts: [name] }, policy, now).allowed;
        expect(here.includes(name), seed).toBe(may);
        if (!may) continue;
        allowed++;
        expect(
          reach(person, policy, about.command, risk).map((host) => host.name),
          seed,
        ).toContain(name);
        expect(
          reach(person, policy).map((host) => host.name),
          seed,
        ).toContain(name);
      }
      const command = commands.get(about.command);
      const hosts = command?.at === 'desk' ? [] : ['web1'];
      if (command && authorize(person, 'ask', { ...about, hosts, risk: command.risk }, policy, now).allowed)
        expect([...visibleCommands(person, commands, policy).keys()], seed).toContain(about.command);
    }
    expect(allowed).toBeGreaterThan(1000);
  });

  it('is without a command what some command reaches', () => {
    const fresh = [...COMMANDS, 'vm other', 'svc other', 'other'];
    for (const { policy, person, seed } of worlds(750)) {
      const any = new Set(fresh.flatMap((command) => reach(person, policy, command).map(({ name }) => name)));
      expect(
        reach(person, policy).map(({ name }) => name),
        seed,
      ).toEqual(HOSTS.map(({ name }) => name).filter((name) => any.has(name)));
    }
  });

  it('names no host outside of it: who sees what others do there has it in reach', () => {
    let seen = 0;
    for (const { policy, person, seed, with_ } of worlds(2600)) {
      const about = { ...makeAbout(with_), by: 'someone else' };
      const open = { ...policy, deny: policy.deny.filter(({ rooms, hours, input }) => !rooms && !hours && !input) };
      if (!authorize(person, 'see', about, open, makeMoment(with_)).allowed) continue;
      seen++;
      const names = reach(person, open, about.command).map(({ name }) => name);
      expect(names, seed).toEqual(expect.arrayContaining(about.hosts ?? []));
    }
    expect(seen).toBeGreaterThan(1000);
  });

  it('leaves out a command whose arguments can never be those that are granted', () => {
    const grant = (name: string) => ({ id: 'g', commands: ['*'], hosts: ['*'], upTo: 'high' as const, input: { [name]: '.*' } });
    const ana: Person = { id: 'ana', name: 'Ana', lang: 'en', roles: ['r'] };
    const by = (name: string): Policy => ({
      people: new Map(),
      roles: new Map([['r', [grant(name)]]]),
      deny: [],
      approvals: [],
      delegations: [],
      hosts: HOSTS,
    });
    expect(visibleCommands(ana, commands, by('constructor')).size).toBe(0);
    expect([...visibleCommands(ana, commands, by('on')).keys()]).toEqual(COMMANDS);
    expect(visibleCommands(ana, commands, { ...by('on'), hosts: [] }).size).toBe(1); // only what is about no host
  });
});

describe('a quorum', () => {
  const person = (id: string, ...roles: string[]): Person => ({ id, name: id, lang: 'en', roles });
  const [bo, cy, di] = [person('bo', 'lead'), person('cy', 'viewer'), person('di', 'storage')];
  const lent = (from: string, to: string) => ({ from, to, until: 1 });
  const policy: Policy = {
    people: new Map([bo, cy, di].map((one) => [one.id, one])),
    roles: new Map(['lead', 'storage'].map((role) => [role, [{ id: role, commands: ['*'], hosts: ['*'], upTo: 'high' }]])),
    approvals: [{ id: 'r', from: 'none', commands: ['*'], hosts: ['*'], votes: [{ count: 1, roles: ['*'] }], expiresMs: 1 }],
    ...{ deny: [], hosts: HOSTS },
    delegations: [lent('bo', 'cy'), lent('bo', 'di')],
  };
  const needs = {
    rules: [
      {
        id: 'r',
        votes: [
          { count: 1, roles: ['lead'] },
          { count: 1, roles: ['storage'] },
        ],
      },
    ],
  };
  const count = (...voters: Person[]) =>
    votingRoles(
      voters.map((one) => ({ person: one })),
      { command: 'x', by: 'ana', hosts: [], risk: 'high' },
      needs,
      policy,
      0,
    );
  it('is not made by lending: who votes lends nothing, and others one of them', () => {
    expect(count(cy)).toEqual([['viewer', 'lead']]);
    expect(count(bo, cy, di)).toEqual([['lead'], [], ['storage']]); // cy may say yes by bo's word alone, which is given
    expect(count(cy, di)).toEqual([['viewer', 'lead'], ['storage']]);
    expect(count(di, cy)).toEqual([['storage'], ['viewer', 'lead']]); // to whom it is needed, whoever came first
    expect(count(di)).toEqual([['storage', 'lead']]);
    expect(count(cy, cy)).toEqual([['viewer', 'lead']]); // one human, one vote
  });
});
