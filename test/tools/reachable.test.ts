import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Finding } from '../../src/core/check.ts';
import type { Host, Look } from '../../src/core/command.ts';
import { HostError, type HostTrouble } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { reachablePlan } from '../../src/tools/reachable.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const host = (name: string, kind: Host['kind'] = 'linux'): Host => ({
  ...{ name, site: 'east', sites: ['east'], kind, tags: [], address: '192.0.2.1', libvirt: '' },
});
/** What a host says each time it is asked; `silent` for ever. */
type Says = readonly (HostTrouble | 'yes' | 'silent')[];
async function reach(hosts: Readonly<Record<string, Says>>, before: readonly Finding[] = []) {
  const asked: Record<string, number> = {};
  const look = {
    hosts: Object.keys(hosts).map((name) => host(name, name === 'alpha' ? 'pve' : 'linux')),
    now: () => Date.now(),
    earlier: async () => (before.length > 0 ? { at: 1, findings: before } : undefined),
    read: ({ name }: Host, read: object) => {
      expect('path' in read).toBe(name === 'alpha');
      expect('anew' in read).toBe(name !== 'alpha');
      const n = (asked[name] ?? 0) + 1;
      asked[name] = n;
      const said = hosts[name]?.[n - 1];
      if (said === 'silent' || said === undefined) return new Promise(() => undefined);
      return said === 'yes' ? Promise.resolve(true) : Promise.reject(new HostError(said, name, say({ en: said, zh: said })));
    },
  } as unknown as Look;
  const planned = reachablePlan(look);
  for (let i = 0; i < 10; i++) await vi.advanceTimersByTimeAsync(1000);
  return { plan: await planned, asked };
}

it('a host does not answer only when it did not twice in a row', async () => {
  const { plan, asked } = await reach({
    ok: ['yes'],
    once: ['timeout', 'yes'],
    gone: ['unreachable', 'unreachable'],
    hangs: ['silent', 'silent'],
    alpha: ['lost', 'lost'],
  });
  expect(asked).toEqual({ ok: 1, once: 2, gone: 2, hangs: 2, alpha: 2 });
  expect(plan.findings?.map(({ host: name, findings }) => [name, findings.map(({ check, severity }) => `${check} ${severity}`)])).toEqual([
    ['ok', []],
    ['once', []],
    ['gone', ['reachable critical']],
    ['hangs', ['reachable critical']],
    ['alpha', ['reachable critical']],
  ]);
});

it('what answers with a no is there, and that is said', async () => {
  const { plan, asked } = await reach({ locked: ['auth'], full: ['busy'] });
  expect(asked).toEqual({ locked: 1, full: 1 });
  expect(plan.findings?.map(({ findings }) => findings.map(({ severity }) => severity))).toEqual([['warning'], []]);
});

it('what doctors found before stays as it was, as something that was not asked', async () => {
  const old: Finding = { check: 'bridge-mtu', host: 'ok', severity: 'warning', what: say({ en: 'x', zh: 'x' }) };
  const { plan } = await reach({ ok: ['yes'] }, [old, { ...old, check: 'reachable' }]);
  expect(plan.findings).toEqual([{ host: 'ok', findings: [{ ...old, unasked: true }] }]);
});
