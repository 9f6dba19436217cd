import { describe, expect, it } from 'vitest';
import { planClass } from '../../src/core/planclass.ts';
import type { ApiStep, ExecStep, Plan, Step, WaitStep } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const why = say({ en: 'do it', zh: '做' });
const on = { site: 'east', host: 'web1' };
const exec: ExecStep = { kind: 'exec', on, why, argv: ['systemctl', 'restart', 'nginx'] };
const call: ApiStep = { kind: 'api', on, why, method: 'POST', path: '/nodes/pve1/qemu/104/migrate', params: { target: 'pve2' } };
const plan: Plan = {
  summary: why,
  steps: [exec, call],
  facts: [{ what: why, value: 'running', at: 1, holds: 'state running' }],
  ...{ locks: [{ name: 'east/web1' }], risk: 'medium', undo: { impossible: why } },
};
const same = (other: Partial<Plan>, input = {}) => planClass('svc restart', input, { ...plan, ...other }) === planClass('svc restart', {}, plan);

describe('the class of a plan', () => {
  it('tells by a wait what it waits for, not what it waits to see change', () => {
    const wait = (until: WaitStep['until'], file = '/proc/boot_id'): Plan => ({
      ...plan,
      steps: [{ kind: 'wait', on, why, read: { argv: ['cat', file] }, until, everyMs: 1 }],
    });
    const of = (one: Plan) => planClass('host reboot', {}, one);
    expect(of(wait({ isNot: 'b2' }))).toBe(of(wait({ isNot: 'b1' })));
    expect(of(wait({ is: 'b2' }))).not.toBe(of(wait({ is: 'b1' })));
    expect(of(wait({ isNot: 'b1' }, '/etc/hostname'))).not.toBe(of(wait({ isNot: 'b1' })));
  });

  it('is the same when only the world moved', () => {
    const facts = [{ what: why, value: 'stopped', at: 2, holds: 'state stopped' }];
    const steps: Step[] = [
      { ...exec, why: say({ en: 'x', zh: 'x' }), on: { ...on, name: 'nginx' } },
      { ...call, params: { target: 'pve2', digest: 'edited' }, still: [{ path: '/nodes/pve1', fields: ['digest'] }] },
    ];
    expect(same({ facts, steps, summary: say({ en: 'other', zh: 'other' }), notes: [why] })).toBe(true);
  });

  const others: readonly (readonly [string, Partial<Plan>])[] = [
    ['a step more', { steps: [exec, call, exec] }],
    ['a step less', { steps: [exec] }],
    ['another order', { steps: [call, exec] }],
    ['another host', { steps: [{ ...exec, on: { site: 'east', host: 'web2' } }, call] }],
    ['another unit', { steps: [{ ...exec, argv: ['systemctl', 'restart', 'sshd'] }, call] }],
    ['another verb', { steps: [{ ...exec, argv: ['systemctl', 'disable', 'nginx'] }, call] }],
    ['other words on its input', { steps: [{ ...exec, stdin: 'rm' }, call] }],
    ['another destination', { steps: [exec, { ...call, params: { target: 'pve3' } }] }],
    ['another end of HA', { steps: [exec, { ...call, ha: { sid: 'vm:104', until: 'stopped' } }] }],
    ['something that is removed later', { keeps: [{ what: why, on, forMs: 1000, remove: { command: 'vm snapshot remove', input: { name: 'a' } } }] }],
    ['another program', { steps: [{ ...exec, argv: ['reboot', 'restart', 'nginx'] }, call] }],
    ['another word', { steps: [{ ...exec, argv: ['systemctl', 'restart', 'nginx', '--force'] }, call] }],
    ['another guest', { steps: [exec, { ...call, path: '/nodes/pve1/qemu/105/migrate' }] }],
    ['another method', { steps: [exec, { ...call, method: 'DELETE' }] }],
    ['a parameter more', { steps: [exec, { ...call, params: { target: 'pve2', force: 1 } }] }],
    ['a point of no return', { steps: [{ ...exec, stop: 'never' }, call] }],
    ['another wave', { steps: [exec, { ...call, wave: 2 }] }],
    ['another risk', { risk: 'high' }],
    ['another lock', { locks: [] }],
    ['a way back', { undo: { command: 'svc start', input: {} } }],
    ['a host it concerns', { touches: ['db1'] }],
  ];
  it.each(others)('is another with %s', (_, other) => {
    expect(same(other)).toBe(false);
  });
  it('is another with another command or other arguments', () => {
    expect(same({}, { unit: 'nginx' })).toBe(false);
    expect(planClass('svc stop', {}, plan)).not.toBe(planClass('svc restart', {}, plan));
  });
});
