import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadConfig } from '../../config/load.ts';
import { policyOf } from '../../config/policy.ts';
import { schema } from '../../config/schema.ts';
import { lintLines } from '../../src/cli/checked.ts';
import { type Finding, lint } from '../../src/core/lint.ts';
import { speak } from '../../src/core/words.ts';
import { labConfig } from '../../src/lab/config.ts';
import { loadCommands } from '../../src/registry.ts';
import { ROOT } from '../support/imports.ts';

const commands = await loadCommands();
const host = (tags: string[]) => ({ site: 'east', address: '192.0.2.1', tags, key: 'agent', knownHosts: '/etc/known_hosts' });
const all = { commands: ['*'], hosts: ['*'], upTo: 'high' };
const person = (name: string, roles: string[]) => ({ name, roles, accounts: { slack: [`U-${name}`] } });
/** A configuration that nothing is to be said of; tests change parts of it. */
const good = {
  sites: { east: {} },
  hosts: { web1: host(['web']), db1: host(['db']) },
  people: { ana: person('Ana', ['lead']), bo: person('Bo', ['lead']), cy: person('Cy', ['operator']) },
  roles: { lead: { grants: [all] }, operator: { grants: [all] } },
  approvals: [{ from: 'medium', roles: ['lead'] }],
};

function found(changes: object, accounts = false): Finding[] {
  const config = schema.parse({ ...good, ...changes });
  const of = (id: string) => Object.entries(config.people[id]?.accounts ?? {}).flatMap(([chat, ids]) => ids.map((one) => `${chat} ${one}`));
  return lint(policyOf(config), commands, accounts ? of : undefined);
}
const short = (findings: readonly Finding[]) => findings.map(({ severity, id, path }) => `${severity} ${id} ${path}`);
const words = (findings: readonly Finding[]) => findings.map(({ what }) => speak(what, 'en')).join('\n');

describe('a policy that can be meant', () => {
  it('is nothing to speak of', () => {
    expect(found({}, true)).toEqual([]);
  });

  it('is the example, and that of the practice fleet, without an error', () => {
    const practice = labConfig({
      web1: { ...host(['web']), kind: 'linux', port: 22, user: 'x', address: '127.0.0.1', at: '127.0.0.1', hostKey: `SHA256:${'A'.repeat(43)}` },
    });
    expect(short(lint(policyOf(loadConfig(join(ROOT, 'config/example.yaml'))), commands))).toEqual([]);
    expect(short(lint(policyOf(schema.parse(practice)), commands))).toEqual(['warning nobody-else approvals.0']); // there is one lead
  });
});

describe('approval that can never be', () => {
  it('is an error for what nobody could approve but who asks for it', () => {
    const lone = { people: { ana: person('Ana', ['lead']), cy: person('Cy', []) }, roles: { lead: { grants: [all] } } };
    const findings = found(lone);
    expect(short(findings)).toEqual(['error nobody-approves approvals.0']);
    expect(words(findings)).toMatch(/^ana may ask for .* on web1, db1, from medium risk on, and nobody could ever approve it: 1 × lead missing$/);
  });

  it('is told by host: approvers need grants there', () => {
    const roles = { lead: { grants: [{ ...all, hosts: ['@web'] }] }, operator: { grants: [all] } };
    const findings = found({ roles });
    expect(short(findings)).toEqual(['error nobody-approves approvals.0']);
    expect(words(findings)).toContain(' on db1, ');
  });

  it('is told by risk: a grant that ends below it is none for approving', () => {
    const findings = found({ roles: { lead: { grants: [{ ...all, upTo: 'medium' }] }, operator: { grants: [all] } } });
    expect(short(findings)).toEqual(['error nobody-approves approvals.0']);
    expect(words(findings)).toContain('from high risk on');
  });

  it('counts those out who are always denied', () => {
    expect(short(found({ deny: [{ roles: ['lead'], commands: ['*'], hosts: ['*'], from: 'medium' }] }))).toEqual(['error nobody-approves approvals.0']);
  });

  it('is a warning where it is so for some askers only', () => {
    const findings = found({ people: { ana: person('Ana', ['lead']), cy: person('Cy', ['operator']) } });
    expect(short(findings)).toEqual(['warning nobody-else approvals.0']);
    expect(words(findings)).toMatch(/^nobody else could approve what ana may ask for/);
  });

  it('is an error where no rule says who approves', () => {
    expect(short(found({ approvals: [] }))).toEqual(['error no-rule approvals']);
    const some = found({ approvals: [{ from: 'medium', hosts: ['@web'], roles: ['lead'] }] });
    expect(words(some)).toMatch(/on db1, and no rule says/);
    expect(short(found({ approvals: [], roles: { lead: { grants: [{ ...all, upTo: 'low' }] }, operator: { grants: [] } } }))).toEqual([]);
  });

  it('is an error where a rule takes more people or roles than there are', () => {
    const findings = found({
      approvals: [
        {
          from: 'medium',
          votes: [
            { count: 2, roles: ['lead'] },
            { count: 2, roles: ['*'] },
          ],
        },
      ],
    });
    expect(short(findings)).toEqual(['error too-few approvals.0']);
    expect(words(findings)).toContain('1 × *');
    expect(short(found({ approvals: [{ from: 'medium', roles: [] }] }))).toEqual(['error too-few approvals.0']);
  });
});

describe('people', () => {
  it('who look like one are told, and who cannot speak', () => {
    const people = { ...good.people, di: person('ana ', ['operator']), eli: { name: 'Eli', roles: ['lead'] }, fay: { name: 'Fay', roles: [] } };
    expect(short(found({ people }))).toEqual(['warning same-name people.di']);
    expect(short(found({ people }, true))).toEqual(['warning same-name people.di', 'warning no-account people.eli']);
  });
  it('who share an account are one', () => {
    const findings = lint(policyOf(schema.parse(good)), commands, () => ['slack U1']);
    expect(short(findings)).toEqual(['error same-account people.bo']);
  });
});

describe('dead rules', () => {
  const operator = (grant: object) => ({ roles: { ...good.roles, operator: { grants: [{ ...all, ...grant }] } } });
  const denying = (deny: object) => ({ deny: [{ roles: ['operator'], commands: ['vm destroy'], hosts: ['*'], ...deny }] });
  it.each<[string, object, string, RegExp]>([
    ['a command that there is not', operator({ commands: ['vm rebot', 'vm list'] }), 'roles.operator.grants.0', /no command “vm rebot”/],
    ['a host that there is not', operator({ hosts: ['@wep', '@web'] }), 'roles.operator.grants.0', /no host “@wep”/],
    ['a risk below every command', operator({ commands: ['vm destroy'], upTo: 'low' }), 'roles.operator.grants.0', /lower than the risk of every command/],
    ['an argument that no command has', operator({ commands: ['vm list'], upTo: 'none', input: { gest: '.*' } }), 'roles.operator.grants.0', /option “gest”/],
    ['an empty list', operator({ rooms: [] }), 'roles.operator.grants.0', /is empty/],
    ['a deny rule for no command', denying({ commands: ['vm dig'] }), 'deny.0', /no command “vm dig”/],
    ['a deny rule for nobody', denying({ roles: [] }), 'deny.0', /about nobody/],
    ['a deny rule for what only looks', denying({ commands: ['vm list'], from: 'low' }), 'deny.0', /only look/],
    ['a deny rule with a name', denying({ name: 'calm', hosts: ['@none'] }), 'deny.0', /no host “@none”/],
    ['an approval rule for no host', { approvals: [...good.approvals, { from: 'high', hosts: ['@none'], roles: ['lead'] }] }, 'approvals.1', /no host “@none”/],
  ])('are told: %s', (_, changes, path, text) => {
    const findings = found(changes);
    expect(short(findings)).toEqual([`warning dead-rule ${path}`]);
    expect(words(findings)).toMatch(text);
  });
  it('are roles that nobody has', () => {
    expect(short(found({ roles: { ...good.roles, spare: { grants: [] } } }))).toEqual(['warning unused-role roles.spare']);
  });
});

describe('shadowed rules', () => {
  const grants = (...some: object[]) => ({ roles: { ...good.roles, operator: { grants: some } } });
  const web = { commands: ['vm *'], hosts: ['@web'], upTo: 'high' };
  const hours = {
    office: { zone: 'Europe/Berlin', days: 'mon-fri', from: '08:00', to: '18:00' },
    noon: { zone: 'Europe/Berlin', days: ['mon'], from: '12:00', to: '13:00' },
  };
  it.each<[string, object, string[]]>([
    ['by a wider grant', grants(web, all), ['roles.operator.grants.0']],
    ['by the same', grants(web, web), ['roles.operator.grants.1']],
    [
      'by a grant with wider conditions',
      { hours, ...grants({ ...web, hours: ['noon'], input: { guest: 'a', on: 'b' } }, { ...web, hours: ['office'], input: { guest: 'a' } }) },
      ['roles.operator.grants.0'],
    ],
    ['not by one with other conditions', { hours, ...grants({ ...web, hours: ['office'], rooms: ['web'] }, { ...web, hours: ['noon'] }) }, []],
    ['not by one of less risk, or other hosts', grants(web, { ...web, upTo: 'medium', hosts: ['@db'] }, { ...all, upTo: 'none' }), []],
    [
      'by a deny rule',
      { ...grants(all, web), deny: [{ roles: ['operator'], commands: ['vm *'], hosts: ['@web'] }] },
      ['roles.operator.grants.1', 'roles.operator.grants.1'],
    ],
    ['not by one with conditions', { ...grants(all), deny: [{ roles: ['operator'], commands: ['*'], hosts: ['*'], rooms: ['web'] }] }, []],
    [
      'by an approval rule for more',
      {
        approvals: [
          { from: 'medium', roles: ['lead'] },
          { from: 'medium', hosts: ['@web'], roles: ['lead'] },
        ],
      },
      ['approvals.1'],
    ],
    [
      'not by one of less risk',
      {
        approvals: [
          { from: 'medium', roles: ['lead'] },
          { from: 'high', hosts: ['@web'], roles: ['lead'] },
        ],
      },
      [],
    ],
  ])('are told: %s', (_, changes, paths) => {
    const findings = found(changes).filter(({ id }) => id !== 'dead-rule');
    expect(short(findings)).toEqual(paths.map((path) => `warning shadowed-rule ${path}`));
  });
});

describe('hostler config check', () => {
  it('prints each with its line; errors fail', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostler-lint-'));
    try {
      const file = join(folder, 'x.yaml');
      const text = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8');
      expect(await lintLines(join(ROOT, 'config/example.yaml'), loadConfig(join(ROOT, 'config/example.yaml')), 'en')).toEqual({ text: '', good: true });
      const dotted = { ...parse(text), roles: { ...parse(text).roles, 'a.b': { grants: [{ commands: ['vm rebot'], hosts: ['*'] }] } } };
      writeFileSync(file, stringify(dotted));
      const lines = readFileSync(file, 'utf8').split('\n');
      const warned = await lintLines(file, loadConfig(file), 'en');
      const grant = lines.findIndex((line) => line.includes('vm rebot')) + 1;
      expect(warned.good).toBe(true);
      // A list's item begins where its first key stands.
      expect(warned.text).toMatch(new RegExp(`^! ${file}:${grant - 1}: roles\\.a\\.b\\.grants\\.0: there is no command`, 'm'));
      writeFileSync(
        file,
        text
          .replace('roles: [lead, storage], expires: 30m', 'roles: [storage], count: 2, expires: 30m')
          .replace('count: 1, roles: [storage]', 'roles: [storage]'),
      );
      const bad = await lintLines(file, loadConfig(file), 'zh');
      const line =
        readFileSync(file, 'utf8')
          .split('\n')
          .findIndex((one) => one.includes('roles: [storage], count: 2')) + 1;
      expect(bad).toMatchObject({ good: false, text: expect.stringContaining(`✗ ${file}:${line}: approvals.1: 人数不足`) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
