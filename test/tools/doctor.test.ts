import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/alerts/alert.ts';
import { signalsOf } from '../../src/core/alerts/findings.ts';
import { check, type Finding, type NamedCheck } from '../../src/core/check.ts';
import type { Host, Look } from '../../src/core/command.ts';
import { HostError } from '../../src/core/errors.ts';
import type { ApiRead, Read } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { loadChecks } from '../../src/registry.ts';
import { examine, findingsOf } from '../../src/tools/doctor/examine.ts';
import { doctorPlan } from '../../src/tools/doctor.ts';
import { CLUSTER, HOSTS, lookAtPatient } from './checks/patient.ts';

const checks = await loadChecks();
const words = { en: 'a', zh: '一' };

/** A check made for a test. */
function made(id: string, examine: NamedCheck['examine']): NamedCheck {
  return { ...check({ title: words, why: words, appliesTo: words, source: 'a test', kinds: ['linux'], examine }), id };
}

/** A look that writes down every question that reaches a host. */
function counted(look: Look): { look: Look; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    look: {
      ...look,
      read<T>(host: Host, question: Read<T> | ApiRead<T>) {
        asked.push(`${host.name} ${'path' in question ? question.path : (/^#(\S+)/.exec(question.argv[2] ?? '')?.[1] ?? question.argv[0])}`);
        return look.read(host, question);
      },
    },
  };
}

const problem = (text: string) => async () => ({ findings: [{ severity: 'notice' as const, what: say({ en: text, zh: text }) }] });

describe('doctor', () => {
  it('asks a host few questions for all checks of it, and each once', async () => {
    const certificates = [{ name: 'web', hosts: ['*'], cert: '/etc/ssl/web.pem', port: 443 }];
    const { look, asked } = counted({ ...lookAtPatient(HOSTS.linux, { ip: '[]', date: '1795262400.0', '/storage': [], certificates }), checks });
    const came = await examine(look, []);
    expect(came.length).toBeGreaterThan(25);
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((one) => !one.includes('/')).length).toBeLessThanOrEqual(8);
  });

  it('asks a cluster for every guest once, however many checks want to know', async () => {
    const guests = Array.from({ length: 20 }, (_, i) => ({ type: 'qemu', vmid: 100 + i, name: `g${i}`, node: 'pve1', status: 'running' }));
    const configs = Object.fromEntries(guests.map(({ vmid }) => [`/nodes/pve1/qemu/${vmid}/config`, { memory: '512', digest: 'd' }]));
    const resources = [{ type: 'node', node: 'pve1', status: 'online' }, ...guests];
    const { look, asked } = counted({
      ...lookAtPatient(CLUSTER, { '/cluster/resources': resources, '/storage': [{ storage: 'z', type: 'zfspool' }], ...configs }),
      checks,
    });
    await examine(look, []);
    expect(asked.length).toBe(24);
  });

  it('goes on with the others when a check goes wrong, takes too long, or its host is gone', async () => {
    const unexpected: unknown[] = [];
    const look: Look = {
      ...lookAtPatient(HOSTS.linux, {}),
      unexpected: (error) => `ref${unexpected.push(error)}`,
      checks: [
        made('breaks', async () => {
          throw new TypeError('secret detail');
        }),
        made('hangs', () => new Promise(() => undefined)),
        made('gone', async () => {
          throw new HostError('unreachable', 'pve1', say({ en: 'unreachable', zh: '无法连接' }));
        }),
        made('finds', problem('something')),
      ],
    };
    const came = await examine(look, [], 50);
    const said = Object.fromEntries(
      came.map(({ check: { id }, verdict }) => [id, 'skipped' in verdict ? speak(verdict.skipped, 'en') : verdict.findings.length]),
    );
    expect(said).toEqual({ breaks: 'went wrong by itself (reference ref1)', hangs: 'did not answer within 0.05 s', gone: 'unreachable', finds: 1 });
    expect(unexpected).toHaveLength(1);
    expect(came.filter(({ trouble }) => trouble).map(({ check: { id } }) => id)).toEqual(['breaks', 'hangs', 'gone']);
    expect(came.flatMap(({ trouble }) => (trouble ? [speak(trouble, 'en')] : []))[0]).toBe('a: went wrong by itself (reference ref1)');
    expect(findingsOf(came)).toMatchObject([{ check: 'finds', host: 'pve1', severity: 'notice' }]);
  });

  it('keeps what was found before by checks that were not asked, and drops what does not apply any more', async () => {
    const old = ['good', 'skips', 'other'].map((id) => ({ check: id, host: 'pve1', severity: 'warning' as const, what: say(words) }));
    const look: Look = {
      ...lookAtPatient(HOSTS.linux, {}),
      earlier: async () => ({ at: 1, findings: old }),
      checks: [made('good', async () => ({ findings: [] })), made('skips', async () => ({ skipped: say(words) })), made('other', problem('x'))],
    };
    const { findings } = await doctorPlan(look, ['good', 'skips'], false);
    expect(findings).toMatchObject([{ host: 'pve1', findings: [{ check: 'other' }] }]);
  });

  it('does not say that it is over when the check that found it goes wrong by itself', async () => {
    let breaks = false;
    const disk = made('disk', async () => {
      if (breaks) throw new TypeError('nothing to read');
      return problem('full')();
    });
    let earlier: Finding[] = [];
    const look: Look = {
      ...lookAtPatient(HOSTS.linux, {}),
      earlier: async () => ({ at: 1, findings: earlier }),
      checks: [disk, made('good', async () => ({ findings: [] }))],
    };
    const watched = async (at: number, before: readonly Signal[]) => {
      const examined = (await doctorPlan(look, [], false)).findings ?? [];
      earlier = examined.flatMap(({ findings }) => findings);
      return signalsOf({ watch: 'w', at, examined, about: ['pve1'] }, before);
    };
    const first = await watched(1, []);
    expect(first.firing).toHaveLength(1);
    breaks = true;
    const second = await watched(2, first.firing);
    expect([second.firing.length, second.over]).toEqual([1, []]);
  });

  it('leaves out what the configuration does not want, unless it is named', async () => {
    const look: Look = {
      ...lookAtPatient(HOSTS.linux, { config: { doctor: { skip: ['one'] } } }),
      checks: [made('one', problem('1')), made('two', problem('2'))],
    };
    expect((await examine(look, [])).map(({ check: { id } }) => id)).toEqual(['two']);
    expect((await examine(look, ['one'])).map(({ check: { id } }) => id)).toEqual(['one']);
  });
});
