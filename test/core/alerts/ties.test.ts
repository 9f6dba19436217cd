import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../../src/core/alerts/alert.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import type { About } from '../../../src/core/alerts/settle.ts';
import { type Expects, explains, GRACE, isExpected, ties } from '../../../src/core/alerts/ties.ts';
import type { SettleNeeds } from '../../../src/core/settle.ts';
import type { Ticket } from '../../../src/core/ticket.ts';
import type { Plan } from '../../../src/core/types.ts';
import { disturbsGuest, disturbsHost, disturbsUnit } from '../../../src/tools/expects.ts';
import { nobody } from '../../support/stubs.ts';
import { fresh, member } from './sample.ts';

const firing = (...top: Alert['top']) =>
  fresh({
    top,
    hosts: [...new Set(top.flatMap(({ host }) => host ?? []))],
    counts: { firing: top.filter(({ silence }) => !silence).length, silenced: 0, resolved: 0 },
  });
const on = (host: string, labels: Record<string, string> = {}, since = 2000) => member(`${host} ${JSON.stringify(labels)}`, { host, labels, since });

describe('what a running request disturbs', () => {
  it.each<[string, Expects, Alert['top'][number], boolean]>([
    ['a host, whatever is said of it', disturbsHost({ name: 'web1' }), on('web1', { alertname: 'Load' }), true],
    ['no other host', disturbsHost({ name: 'web1' }), on('web2'), false],
    ['a node by its cluster', disturbsHost({ name: 'pve1', node: { cluster: 'alpha', name: 'pve1' } }), on('alpha', { node: 'pve1' }), true],
    ['no other node', disturbsHost({ name: 'pve1', node: { cluster: 'alpha', name: 'pve1' } }), on('alpha', { node: 'pve2' }), false],
    ['a unit, with or without its type', disturbsUnit({ name: 'web1' }, 'nginx.service'), on('web1', { unit: 'nginx' }), true],
    ['no other unit', disturbsUnit({ name: 'web1' }, 'nginx.service'), on('web1', { unit: 'redis' }), false],
    ['a guest by its number, at its cluster', disturbsGuest({ name: 'alpha' }, { name: 'shop', vmid: 101 }), on('alpha', { vmid: '101' }), true],
    [
      'a guest by its name, at a node',
      disturbsGuest({ name: 'alpha', nodes: [{ name: 'n1', shell: 'pve1' }] }, { name: 'shop', vmid: 101 }),
      on('pve1', { name: 'shop' }),
      true,
    ],
    ['a guest that is a host itself', disturbsGuest({ name: 'alpha' }, { name: 'shop', vmid: 101 }), on('shop', { alertname: 'HostDown' }), true],
    ['no number that is not of a guest', disturbsGuest({ name: 'alpha' }, { name: 'shop', vmid: 100 }), on('alpha', { value: '100', code: '100' }), false],
    ['no unit that only watches', disturbsUnit({ name: 'mon1' }, 'prometheus.service'), on('mon1', { monitor: 'prometheus', job: 'prometheus' }), false],
    ['a guest by what its exporter calls it', disturbsGuest({ name: 'kvm1' }, { name: 'shop' }), on('kvm1', { domain: 'shop' }), true],
    ['no other guest', disturbsGuest({ name: 'alpha' }, { name: 'shop', vmid: 101 }), on('alpha', { vmid: '1011' }), false],
  ])('is %s', (_, expects, one, is) => expect(isExpected(expects, one)).toBe(is));

  it('explains an alert only when it explains all that fires, and began before it', () => {
    const expects = disturbsHost({ name: 'web1' });
    expect(explains(expects, 1000, firing(on('web1')))).toBe(true);
    expect(explains(expects, 3000, firing(on('web1')))).toBe(false);
    expect(explains(expects, 1000, firing(on('web1'), on('web2')))).toBe(false);
    expect(explains(expects, 1000, firing(on('web1'), { ...on('web2'), silence: 'S1' }))).toBe(true);
    expect(explains(expects, 1000, { ...firing(on('web1')), counts: { firing: 30, silenced: 0, resolved: 0 }, hosts: ['web1', 'web2'] })).toBe(false);
    expect(explains(expects, 1000, { ...firing(on('web1')), counts: { firing: 30, silenced: 0, resolved: 0 }, hosts: ['web1'] })).toBe(true);
    expect(explains([], 1000, firing())).toBe(false);
  });
});

/** A request on web1 that runs from `startedAt` until it is ended. */
function world(startedAt: number) {
  let ticket = {
    id: `T${Math.random()}`,
    state: 'running',
    by: 'ana',
    text: 'host reboot web1',
    startedAt,
    plan: { round: 1, digest: 'd' },
  } as unknown as Ticket;
  const plan = { expects: disturbsHost({ name: 'web1' }) } as unknown as Plan;
  const needs = { tickets: { open: async () => [ticket.id], get: async () => ticket }, plans: { plan: async () => plan } } as unknown as SettleNeeds;
  return {
    needs,
    end(endedAt: number) {
      ticket = { ...ticket, state: 'done', endedAt } as unknown as Ticket;
    },
  };
}
async function settled(alert: Alert, now: number, needs: SettleNeeds): Promise<Alert> {
  const act = await ties(alert, { now, needs, rules: nobody } satisfies About);
  return act ? follow(alert, { ...act, id: `${act.kind} ${alert.rev}`, at: now } as AlertEvent) : alert;
}
const isQuiet = ({ tied }: Alert, now: number) => tied !== undefined && (tied.until === undefined || now < tied.until);

it('nobody is called for what is expected while it runs and for a grace after it, and everybody after that', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 600_000 }),
      fc.integer({ min: 0, max: 600_000 }),
      fc.array(fc.integer({ min: 0, max: 1_500_000 }), { maxLength: 30 }),
      async (startedAt, after, ran, looks) => {
        const began = startedAt + after;
        const endedAt = startedAt + Math.max(ran, after + 1);
        const { needs, end } = world(startedAt);
        let alert = await settled(firing(on('web1', {}, began)), began, needs);
        expect(isQuiet(alert, began)).toBe(true);
        let over = false;
        for (const now of looks.map((look) => began + look).sort((a, b) => a - b)) {
          if (!over && now >= endedAt) {
            over = true;
            end(endedAt);
          }
          alert = await settled(alert, now, needs);
          if (now < endedAt + GRACE) expect(isQuiet(alert, now)).toBe(true);
          else expect(isQuiet(alert, now)).toBe(false);
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('what else comes to the same card is not explained: who is on call is called', async () => {
  const { needs } = world(1000);
  const tied = await settled(firing(on('web1')), 2000, needs);
  expect(tied.history.at(-1)).toMatchObject({ kind: 'tied', what: 'host reboot web1' });
  const more = await settled({ ...tied, ...firing(on('web1'), on('db1')), rev: tied.rev, ...(tied.tied ? { tied: tied.tied } : {}) }, 3000, needs);
  expect(isQuiet(more, 3000)).toBe(false);
  expect(await ties(more, { now: 4000, needs, rules: nobody })).toBeUndefined();
});

it('an alert that began before is not tied', async () => {
  const { needs } = world(5000);
  expect(await ties(firing(on('web1', {}, 4999)), { now: 6000, needs, rules: nobody })).toBeUndefined();
});
