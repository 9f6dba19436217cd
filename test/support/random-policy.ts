import type { Host } from '../../src/core/command.ts';
import type { Policy } from '../../src/core/policy.ts';
import { RISKS } from '../../src/core/types.ts';
import type { About, Deny, Grant, Hours, Lent, Person, Rule, World } from './reference-policy.ts';

/** Numbers from 0 up to 1 that look random, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const HOSTS: (Host & { tags: string[] })[] = [
  { name: 'web1', site: 'east', tags: ['web', 'prod'] },
  { name: 'web2', site: 'west', tags: ['web'] },
  { name: 'db1', site: 'east', tags: ['prod'] },
].map((one) => ({ ...one, sites: [one.site], kind: 'linux' as const, address: '192.0.2.1', libvirt: '' }));
export const COMMANDS = ['vm list', 'vm reboot', 'svc restart', 'hosts'];
export const ROOMS = [undefined, 'ops', 'private'];
export const INPUTS: About['input'][] = [
  undefined,
  {},
  { guest: 'web1' },
  { guest: 'WEB1' },
  { guest: 'db1\nx' },
  { guest: ['web1', 'db1'] },
  { guest: [], on: 'a' },
];
const PATTERNS = ['*', '*', 'vm *', 'svc *', 'vm reboot', 'hosts'];
const WHERE = ['*', '*', '@web', '@prod', '@none', 'site:east', 'db1', 'gone'];
const ROLES = ['operator', 'lead', 'viewer', 'nobody'];
export const PEOPLE = ['ana', 'bo', 'cy'];
const HOURS: Hours[] = [
  { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: 480, to: 1080 },
  { zone: 'Asia/Shanghai', days: [0, 6], from: 0, to: 1440 },
  { zone: 'America/New_York', days: [1, 3, 6], from: 1320, to: 300 },
  { zone: 'Australia/Lord_Howe', days: [0], from: 90, to: 90 },
  { zone: 'UTC', days: [], from: 0, to: 1440 },
];

/** A dice. */
export function dice(seed: number) {
  const next = numbers(seed);
  const nat = (below: number) => Math.floor(next() * below);
  return {
    nat,
    chance: (share: number) => next() < share,
    pick<T>(from: readonly T[]): T {
      const n = nat(from.length);
      for (const one of from.slice(n, n + 1)) return one;
      throw new Error('nothing to pick from');
    },
    times: <T>(least: number, most: number, make: (i: number) => T): T[] => Array.from({ length: least + nat(most - least + 1) }, (_, i) => make(i)),
  };
}
export type Dice = ReturnType<typeof dice>;

function cover({ pick, times, chance }: Dice, id: string) {
  return {
    id,
    commands: times(chance(0.05) ? 0 : 1, 2, () => pick(PATTERNS)),
    hosts: times(chance(0.05) ? 0 : 1, 2, () => pick(WHERE)),
    ...(chance(0.2) ? { input: { [pick(['guest', 'on'])]: pick(['web.*', 'db1', '.*', 'a|web1']) } } : {}),
    ...(chance(0.2) ? { rooms: times(0, 2, () => pick(['ops', 'private'])) } : {}),
    ...(chance(0.2) ? { hours: times(0, 2, () => pick(HOURS)) } : {}),
  };
}

export const makeGrant = (with_: Dice, id: string): Grant => ({ ...cover(with_, id), upTo: with_.pick([...RISKS, 'high', 'high']) });
export const makeDeny = (with_: Dice, id: string): Deny => ({
  ...cover(with_, id),
  roles: with_.times(0, 2, () => with_.pick(['*', 'person:ana', 'person:bo', ...ROLES])),
  from: with_.pick(RISKS),
});
const makeRule = ({ pick, times, chance }: Dice, id: string): Rule => ({
  ...{ id, from: pick(RISKS), commands: [pick(PATTERNS)], hosts: [chance(0.5) ? '*' : pick(WHERE)], expiresMs: 1 },
  votes: times(1, 2, () => ({ count: chance(0.3) ? 2 : 1, roles: times(chance(0.1) ? 0 : 1, 2, () => pick(['*', '*', ...ROLES])) })),
});
const makeLent = ({ pick }: Dice): Lent => ({ from: pick(PEOPLE), to: pick(PEOPLE), until: pick([0, Number.MAX_SAFE_INTEGER]) });

/** A policy as the reference reads it. */
export function makeWorld(with_: Dice): World {
  const { pick, times, chance } = with_;
  const people = PEOPLE.map((id): Person => ({ id, name: id, lang: 'en', roles: times(chance(0.1) ? 0 : 1, 3, () => pick(ROLES)) }));
  return {
    people,
    roles: Object.fromEntries(ROLES.slice(0, 3).map((role) => [role, times(0, 3, (i) => makeGrant(with_, `roles.${role}.grants.${i}`))])),
    deny: times(0, 2, (i) => makeDeny(with_, `deny.${i}`)),
    approvals: times(0, 4, (i) => makeRule(with_, `approvals.${i}`)),
    delegations: times(0, 2, () => makeLent(with_)),
    hosts: HOSTS,
  };
}

/** Something to decide about. */
export function makeAbout({ pick, times, chance }: Dice): About {
  const [input, room, by] = [pick(INPUTS), pick(ROOMS), pick([undefined, ...PEOPLE])];
  return {
    command: pick(COMMANDS),
    ...(input === undefined ? {} : { input }),
    ...(chance(0.1) ? {} : { hosts: times(0, 2, () => pick(chance(0.05) ? ['gone'] : ['web1', 'web2', 'db1'])) }),
    ...(chance(0.1) ? {} : { risk: pick(RISKS) }),
    ...(by === undefined ? {} : { by }),
    ...(room === undefined ? {} : { room }),
  };
}

/** Any minute of two years, and often one near a change of the clocks. */
export function makeMoment({ pick, nat, chance }: Dice): number {
  const change = pick(['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z', '2026-04-04T15:00Z', '2026-10-03T15:30Z']);
  return chance(0.5) ? Date.parse('2026-01-01T00:00Z') + nat(2 * 365 * 1440) * 60_000 : Date.parse(change) + (nat(2 * 1440) - 1440) * 60_000;
}

/** The same as the bot reads it. */
export function policyOf({ people, roles, ...rest }: World): Policy {
  return { ...rest, people: new Map(people.map((one) => [one.id, one])), roles: new Map(Object.entries(roles)), hosts: HOSTS };
}
