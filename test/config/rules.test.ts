import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError, linesOf, parseConfig } from '../../config/load.ts';
import { policyOf, roomNameOf } from '../../config/policy.ts';
import { authorize } from '../../src/core/policy.ts';
import { ROOT } from '../support/imports.ts';

const example = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8');
const base = parse(example);

function problems(changes: object): readonly { line: number; path: string; message: string }[] {
  try {
    parseConfig(stringify({ ...base, ...changes }, { aliasDuplicateObjects: false }), 'x.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const rule = { roles: ['lead'], commands: ['vm *'], hosts: ['*'] };
const office = base.hours.office;

describe('rules in a configuration', () => {
  it('are the policy, each known by its place or its name', () => {
    const policy = policyOf(parseConfig(example, 'example'));
    expect(policy.roles.get('operator')?.map(({ id }) => id)).toEqual(['roles.operator.grants.0', 'roles.operator.grants.1', 'roles.operator.grants.2']);
    expect(policy.roles.get('operator')?.[2]).toEqual({
      ...{ id: 'roles.operator.grants.2', commands: ['host run'], hosts: ['@kvm'], upTo: 'medium', input: { program: 'uptime|scrub' } },
      ...{ rooms: ['ops', 'ops-matrix'], hours: [{ zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: 480, to: 1080 }] },
    });
    expect(policy.deny.map(({ id, from }) => [id, from])).toEqual([
      ['quiet-nights', 'high'],
      ['deny.1', 'none'],
    ]);
    expect(policy.deny[0]).toMatchObject({
      why: 'nothing risky while backups run',
      hours: [{ zone: 'UTC', days: [1, 2, 3, 4, 5, 6, 0], from: 1320, to: 300 }],
    });
    expect(policy.approvals[1]).toEqual({
      ...{ id: 'approvals.1', from: 'medium', commands: ['*'], hosts: ['*'], expiresMs: 1_800_000 },
      votes: [{ count: 1, roles: ['lead', 'storage'] }],
    });
    expect(policy.approvals[2]).toMatchObject({
      reason: true,
      stepUp: 'totp',
      votes: [
        { count: 1, roles: ['lead', 'storage'] },
        { count: 1, roles: ['*'] },
      ],
    });
  });

  it('mean what they say', () => {
    const policy = policyOf(parseConfig(example, 'example'));
    const ana = policy.people.get('ana');
    if (!ana) throw new Error('there is no ana');
    const reboot = { command: 'vm reboot', hosts: ['web1'], risk: 'high', input: { guest: 'x' }, by: 'ana', room: 'ops' } as const;
    const at = (text: string) => authorize(ana, 'ask', reboot, policy, Date.parse(text));
    expect(at('2026-11-20T12:00Z')).toMatchObject({ allowed: true, rule: 'roles.operator.grants.1' });
    expect(at('2026-11-20T23:00Z')).toMatchObject({ allowed: false, rule: 'quiet-nights' });
    const scrub = { command: 'host run', hosts: ['kvm1'], risk: 'medium', input: { program: 'scrub' }, by: 'ana' } as const;
    const run = (room: string, text: string) => authorize(ana, 'ask', { ...scrub, room }, policy, Date.parse(text)).allowed;
    expect([run('ops', '2026-11-20T12:00Z'), run('private', '2026-11-20T12:00Z'), run('ops', '2026-11-20T18:00Z')]).toEqual([true, false, false]);
  });

  it.each<[string, object, string, RegExp]>([
    ['a role', { deny: [{ ...rule, roles: ['led'] }] }, 'deny.0.roles.0', /no role “led”; roles: has viewer, operator, storage, lead; or \*/],
    ['a role every object has', { people: { ...base.people, ana: { name: 'Ana', roles: ['constructor'] } } }, 'people.ana.roles.0', /no role “constructor”/],
    ['a person', { deny: [{ ...rule, roles: ['person:anna'] }] }, 'deny.0.roles.0', /no person “anna”; people: has ana, bo/],
    ['a room', { deny: [{ ...rule, rooms: ['web', 'opps'] }] }, 'deny.0.rooms.1', /no room “opps”; rooms: has ops, ops-matrix; or private, web, terminal/],
    ['hours', { deny: [{ ...rule, hours: ['nights'] }] }, 'deny.0.hours.0', /no hours “nights”; hours: has office, weekend, night/],
    ['a voter', { approvals: [{ from: 'high', votes: [{ roles: ['*', 'leed'] }] }] }, 'approvals.0.votes.0.roles.1', /no role “leed”/],
    [
      'a chat',
      { people: { ...base.people, ana: { name: 'Ana', roles: [], accounts: { slak: ['U1'] } } } },
      'people.ana.accounts.slak',
      /no chat “slak”; .* slack, matrix/,
    ],
    ['a room for the head of the log', { audit: { room: 'audit' } }, 'audit.room', /no room “audit”/],
    ['a role that may break the glass', { breakGlass: { roles: ['boss'] } }, 'breakGlass.roles.0', /no role “boss”/],
  ])('name %s that there is not', (_, changes, path, message) => {
    expect(problems(changes)).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message), line: expect.any(Number) })]);
    for (const { line } of problems(changes)) expect(line).toBeGreaterThan(1);
  });

  it.each<[string, object, string, RegExp]>([
    ['a zone', { hours: { ...base.hours, office: { ...office, zone: 'Europe/Berln' } } }, 'hours.office.zone', /such as Europe\/Berlin/],
    ['a day', { hours: { ...base.hours, office: { ...office, days: ['monday'] } } }, 'hours.office.days', /mon-fri/],
    ['no days', { hours: { ...base.hours, office: { ...office, days: [] } } }, 'hours.office.days', /mon-fri/],
    ['a time', { hours: { ...base.hours, office: { ...office, from: '24:00' } } }, 'hours.office.from', /such as "08:00"/],
    ['a pattern', { deny: [{ ...rule, input: { guest: 'a(' } }] }, 'deny.0.input.guest', /“a\(” is not a regular expression/],
    ['a pattern that ends its brackets', { deny: [{ ...rule, input: { guest: 'a)|(b' } }] }, 'deny.0.input.guest', /is not a regular expression/],
    ['a pattern that Unicode does not allow', { deny: [{ ...rule, input: { guest: '\\-' } }] }, 'deny.0.input.guest', /is not a regular expression/],
    ['votes beside count', { approvals: [{ from: 'high', count: 2, votes: [{ roles: ['lead'] }] }] }, 'approvals.0.count', /not beside/],
    ['votes beside roles', { approvals: [{ from: 'high', roles: ['lead'], votes: [{ roles: ['lead'] }] }] }, 'approvals.0.roles', /not beside/],
    ['no votes', { approvals: [{ from: 'high', votes: [] }] }, 'approvals.0.votes', /names nobody/],
    ['neither votes nor roles', { approvals: [{ from: 'high', count: 1 }] }, 'approvals.0', /needs roles:/],
    ['a reason that is none', { approvals: [{ from: 'high', roles: ['lead'], reason: true }] }, 'approvals.0.reason', /required/],
    [
      'two rules of one name',
      {
        deny: [
          { ...rule, name: 'x' },
          { ...rule, name: 'x' },
        ],
      },
      'deny.1.name',
      /already/,
    ],
    ['the name of another place', { deny: [rule, { ...rule, name: 'deny.0' }] }, 'deny.1.name', /by its place/],
    ['a role called like everyone', { roles: { ...base.roles, '*': { grants: [] } } }, 'roles.*', /./],
    ['a room called like no room', { rooms: { ...base.rooms, private: { chat: 'slack', id: 'C9' } } }, 'rooms.private', /call this room otherwise/],
    ['a person no one could name', { people: { ...base.people, 'a b': { name: 'A', roles: [] } } }, 'people.a b', /./],
    ['a key that is not known', { deny: [{ ...rule, room: ['web'] }] }, 'deny.0.room', /not a known key/],
  ])('refuse %s', (_, changes, path, message) => {
    expect(problems(changes)).toEqual([expect.objectContaining({ path, message: expect.stringMatching(message) })]);
  });

  it('stand where they say they do', () => {
    const lineOf = linesOf(example);
    const rows = example.split('\n');
    for (const [path, text] of [
      ['roles.operator.grants.1', '"vm *", "svc *"'],
      ['approvals.0', '"datastore *"'],
      ['people.ana', 'ana:'],
      ['deny.0', 'name: quiet-nights'],
      ['deny.7', 'deny:'],
      ['nothing.of.this', '# A complete'],
    ] as const)
      expect(rows[lineOf(path) - 1], path).toContain(text);
  });
});

describe('what policy calls a place', () => {
  const config = parseConfig(example, 'example');
  it.each([
    [{ chat: 'slack', room: 'C0123456789' }, 'ops'],
    [{ chat: 'matrix', room: 'C0123456789' }, undefined],
    [{ chat: 'slack', room: 'D1', alone: true }, 'private'],
    [{ chat: 'slack', room: 'C0123456789', alone: true }, 'private'],
    [{ chat: 'web', room: 'x' }, 'web'],
    [{ chat: 'web', room: 'terminal', alone: true }, 'terminal'],
    [{ chat: 'slack', room: 'C9' }, undefined],
  ] as const)('%o', (place, name) => {
    expect(roomNameOf(config, place)).toBe(name);
  });
});
