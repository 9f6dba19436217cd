import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { approvalRule, authorize, type Person, type Policy, reach } from '../../src/core/policy.ts';
import { assess, atLeast } from '../../src/core/risk.ts';
import { RISKS } from '../../src/core/types.ts';

const host = (name: string, site: string, tags: string[]): Host => ({ name, site, sites: [site], kind: 'linux', tags, address: '192.0.2.1', libvirt: '' });
const person = (id: string, ...roles: string[]): Person => ({ id, name: id, lang: 'en', roles });
const people = [person('ana', 'operator'), person('bo', 'lead'), person('cy'), person('di', 'operator', 'lead')];
const policy: Policy = {
  people: new Map(people.map((one) => [one.id, one])),
  roles: new Map([
    ['operator', [{ commands: ['vm *', 'hosts'], hosts: ['@web'], upTo: 'high' as const }]],
    ['lead', [{ commands: ['*'], hosts: ['*'], upTo: 'high' as const }]],
    ['nobody', []],
  ]),
  approvals: [
    { from: 'medium', count: 1, roles: ['lead'], expiresMs: 1 },
    { from: 'high', count: 2, roles: ['lead'], expiresMs: 1 },
  ],
  hosts: [host('web1', 'east', ['web']), host('db1', 'west', ['db'])],
};
const [ana, bo, cy, di] = people as [Person, Person, Person, Person];
const may = (who: Person, action: Parameters<typeof authorize>[1], subject: Parameters<typeof authorize>[2]) => authorize(who, action, subject, policy).allowed;

describe('authorize', () => {
  it('denies by default: no role, an empty role, another command, another host, a higher risk', () => {
    expect(may(cy, 'ask', { command: 'hosts' })).toBe(false);
    expect(may(person('x', 'nobody'), 'ask', { command: 'hosts' })).toBe(false);
    expect(may(person('x', 'unheard-of'), 'ask', { command: 'hosts' })).toBe(false);
    expect(may(ana, 'ask', { command: 'svc restart' })).toBe(false);
    expect(may(ana, 'ask', { command: 'vm reboot', hosts: ['db1'] })).toBe(false);
    expect(may(ana, 'ask', { command: 'vm reboot', hosts: ['web1', 'db1'] })).toBe(false);
    expect(may(ana, 'ask', { command: 'vm reboot', hosts: ['nowhere'] })).toBe(false);
    expect(may(ana, 'ask', { command: 'vm reboot', hosts: ['web1'], risk: 'high' })).toBe(true);
    expect(may(ana, 'ask', { command: 'vmx', hosts: ['web1'] })).toBe(false);
  });

  it('lets nobody approve their own request, whatever their roles, nor anyone without the role or the reach', () => {
    const subject = { command: 'vm reboot', hosts: ['web1'], risk: 'high' as const };
    expect(may(di, 'approve', { ...subject, by: 'di' })).toBe(false);
    expect(may(bo, 'approve', { ...subject, by: 'di' })).toBe(true);
    expect(may(ana, 'approve', { ...subject, by: 'di' })).toBe(false);
    expect(may(cy, 'reject', { ...subject, by: 'di' })).toBe(false);
    expect(may(di, 'cancel', { ...subject, by: 'di' })).toBe(true);
  });

  it('takes the rule with the highest floor that fits', () => {
    expect(approvalRule('low', policy)).toBeUndefined();
    expect(approvalRule('medium', policy)?.count).toBe(1);
    expect(approvalRule('high', policy)?.count).toBe(2);
  });

  it('gives reach only to what is granted', () => {
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
