import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, type Signal } from '../../../src/core/alerts/alert.ts';
import { signalsOf } from '../../../src/core/alerts/findings.ts';
import type { Finding } from '../../../src/core/check.ts';
import { say } from '../../../src/core/words.ts';

const finding = (host: string, check: string, more: Partial<Finding> = {}): Finding => ({
  ...{ check, host, severity: 'warning', what: say({ en: 'it is so', zh: '如此' }), title: say({ en: `the ${check}`, zh: check }) },
  ...more,
});
const look = (at: number, about: readonly string[], found: Readonly<Record<string, readonly Finding[]>>) => ({
  ...{ watch: 'pitfalls', at, about },
  examined: Object.entries(found).map(([host, findings]) => ({ host, findings })),
});

describe('what a watch finds', () => {
  it('becomes signals, with the line that puts it right', () => {
    const { firing, over } = signalsOf(look(5, ['web1'], { web1: [finding('web1', 'certificate', { name: 'shop', fix: 'cert deploy shop web1' })] }), []);
    expect(over).toEqual([]);
    expect(firing).toEqual([
      {
        ...{
          source: 'watch',
          fingerprint: 'pitfalls/web1/certificate/shop',
          status: 'firing',
          severity: 'warning',
          title: 'the certificate',
          text: 'it is so',
          said: { title: say({ en: 'the certificate', zh: 'certificate' }), text: say({ en: 'it is so', zh: '如此' }) },
          startsAt: 5,
        },
        labels: { watch: 'pitfalls', host: 'web1', check: 'certificate', name: 'shop', fix: 'cert deploy shop web1' },
      },
    ]);
  });

  it('is over when a host that answered has it no more; one that did not keeps what it had', () => {
    const first = signalsOf(look(1, ['web1', 'web2'], { web1: [finding('web1', 'mtu')], web2: [finding('web2', 'mtu')] }), []).firing;
    const next = signalsOf(look(2, ['web1', 'web2'], { web1: [] }), first);
    expect(next.over).toMatchObject([{ fingerprint: 'pitfalls/web1/mtu', status: 'resolved', endsAt: 2 }]);
    expect(next.firing).toEqual(first.filter(({ labels }) => labels.host === 'web2'));
    expect(signalsOf(look(3, ['web1', 'web2'], { web2: [finding('web2', 'mtu')] }), next.firing).firing[0]?.startsAt).toBe(1);
    expect(signalsOf(look(3, ['web1'], { web1: [] }), next.firing).over).toMatchObject([{ fingerprint: 'pitfalls/web2/mtu' }]);
  });

  it('is nothing that its line did not ask for', () => {
    expect(signalsOf(look(1, ['web1'], { web1: [finding('web1', 'mtu', { unasked: true })] }), []).firing).toEqual([]);
  });

  it('fits a signal, however long', () => {
    const long = 'x'.repeat(5000);
    const { firing } = signalsOf(
      look(1, ['web1'], { web1: [finding('web1', 'mtu', { name: long, fix: long, what: say({ en: '{long}', zh: '{long}' }, { long }) })] }),
      [],
    );
    const [one] = firing;
    expect(one?.fingerprint.length).toBeLessThanOrEqual(LIMITS.fingerprint);
    expect(one?.text?.length).toBeLessThanOrEqual(LIMITS.text);
    for (const value of Object.values(one?.labels ?? {})) expect(value.length).toBeLessThanOrEqual(LIMITS.value);
  });

  it('fires exactly once in whatever order it comes and goes, and all of it ends', () => {
    const hosts = ['a', 'b', 'c'];
    const run = fc.record({ answered: fc.subarray(hosts), wrong: fc.subarray(hosts) });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
        let before: readonly Signal[] = [];
        const truth = new Set<string>();
        for (const [at, { answered, wrong }] of runs.entries()) {
          const found = Object.fromEntries(answered.map((host) => [host, wrong.includes(host) ? [finding(host, 'mtu')] : []]));
          const { firing, over } = signalsOf(look(at, hosts, found), before);
          for (const host of answered) {
            if (wrong.includes(host)) truth.add(host);
            else if (truth.delete(host)) expect(over.map(({ labels }) => labels.host)).toContain(host);
          }
          expect(firing.map(({ labels }) => labels.host).sort()).toEqual([...truth].sort());
          before = firing;
        }
      }),
    );
  });
});
