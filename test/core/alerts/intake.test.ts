import { describe, expect, it } from 'vitest';
import { ages, ONCE_FOR } from '../../../src/core/alerts/ages.ts';
import type { Alert, Member, Signal } from '../../../src/core/alerts/alert.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import { keyOf, STORM } from '../../../src/core/alerts/group.ts';
import { takeSignals } from '../../../src/core/alerts/intake.ts';
import { places } from '../../../src/core/alerts/places.ts';
import type { Match, Routing } from '../../../src/core/alerts/routing.ts';
import { type About, settleAlert } from '../../../src/core/alerts/settle.ts';
import { isStorm } from '../../../src/core/alerts/storm.ts';
import { hostOf } from '../../../src/core/alerts/target.ts';
import type { Host } from '../../../src/core/command.ts';
import type { Alerts } from '../../../src/core/ports.ts';
import type { SettleNeeds } from '../../../src/core/settle.ts';
import { nobody, alerts as none, standing } from '../../support/stubs.ts';
import { NO_ROUTING } from '../../support/world.ts';
import { fresh, member } from './sample.ts';

const host = (name: string, address: string, more: Partial<Host> = {}): Host => ({
  ...{ name, site: 'east', sites: ['east'], kind: 'linux', tags: [], address, libvirt: '' },
  ...more,
});
const HOSTS = [
  host('web1', '192.0.2.1'),
  host('db1', 'db1.example.org'),
  host('six', '2001:db8::6'),
  host('twin', '198.51.100.1'),
  host('twin2', '198.51.100.1'),
  host('shell-pve1', '203.0.113.1', { node: { cluster: 'alpha', name: 'pve1' } }),
];

describe('the host an alert is about', () => {
  it.each([
    [{ host: 'web1' }, 'web1'],
    [{ hostname: 'WEB1' }, 'web1'],
    [{ instance: '192.0.2.1:9100' }, 'web1'],
    [{ instance: 'web1.example.net:9100' }, 'web1'],
    [{ instance: 'http://web1:9100/metrics' }, 'web1'],
    [{ instance: '[2001:db8::6]:9100' }, 'six'],
    [{ instance: '2001:db8::6' }, 'six'],
    [{ instance: 'db1:9187' }, 'db1'],
    [{ node: 'pve1' }, 'shell-pve1'],
    [{ host: 'gone', instance: 'web1:9100' }, 'web1'],
  ])('%j is %s', (labels, name) => expect(hostOf({ labels }, HOSTS)?.name).toBe(name));

  it.each([[{}], [{ host: '' }], [{ host: 'web' }], [{ instance: '192.0.2.10:9100' }], [{ instance: '198.51.100.1' }], [{ job: 'web1' }]])(
    '%j is none',
    (labels) => expect(hostOf({ labels: labels as Record<string, string> }, HOSTS)).toBeUndefined(),
  );
});

describe('what comes together', () => {
  const signal = (fingerprint: string, more: Partial<Signal> = {}): Signal => ({
    ...{ source: 'am', fingerprint, status: 'firing', severity: 'warning', title: 'Disk full', labels: { rack: 'r1' }, startsAt: 1 },
    ...more,
  });
  it('is each by itself, what its source puts together, or what its route does', () => {
    expect(keyOf(signal('a'), {}, undefined)).not.toBe(keyOf(signal('b'), {}, undefined));
    expect(keyOf(signal('a'), {}, undefined)).not.toBe(keyOf(signal('a', { source: 'pve' }), {}, undefined));
    expect(keyOf(signal('a', { group: 'g' }), {}, undefined)).toBe(keyOf(signal('b', { group: 'g' }), {}, undefined));
    expect(keyOf(signal('a', { group: 'g' }), {}, undefined)).not.toBe(keyOf(signal('b', { group: 'g', source: 'pve' }), {}, undefined));
    const byHost = { group: ['host', 'title'] };
    expect(keyOf(signal('a'), byHost, HOSTS[0])).toBe(keyOf(signal('b', { source: 'pve' }), byHost, HOSTS[0]));
    expect(keyOf(signal('a'), byHost, HOSTS[0])).not.toBe(keyOf(signal('b'), byHost, HOSTS[1]));
    expect(keyOf(signal('a', { group: STORM }), {}, undefined)).not.toBe(STORM);
  });

  it('is a flood when a room was given too much, until it has been calm', async () => {
    let until = 0;
    let born = 0;
    const alerts: Alerts = {
      ...{ ...none, born: async () => born },
      async storming(_, then) {
        until = then ?? until;
        return until > 0;
      },
    };
    const ask = () => isStorm('all', [{ chat: 'slack', room: 'C1' }], { cards: 2, withinMs: 1000 }, 50_000, alerts);
    born = 2;
    expect(await ask()).toBe(false);
    born = 3;
    expect(await ask()).toBe(true);
    expect(until).toBe(55_000);
    born = 1;
    expect(await ask()).toBe(true);
    until = 0;
    expect(await ask()).toBe(false);
  });
});

const DAY = ONCE_FOR;
const card = (more: Partial<Alert>, ...members: Parameters<typeof member>[]) =>
  follow(fresh(more), {
    ...{ id: 'x', at: 0, kind: 'signals', began: members.length, ended: 0, members: members.map((one) => member(...one)) },
    counts: { firing: members.length, silenced: 0, resolved: 0 },
  });
const about = (now: number, more: Partial<About['rules']> = {}): About => ({
  now,
  rules: { routing: NO_ROUTING, placeOf: () => undefined, ...more } as About['rules'],
  needs: standing as unknown as SettleNeeds,
});

describe('by its age', () => {
  it('what only tells of events is closed a day after the last', async () => {
    const alert = card({}, ['a', { once: true, heardAt: 5 }], ['b', { once: true, heardAt: 9 }]);
    expect(await ages(alert, about(DAY + 8))).toBeUndefined();
    expect(await ages(alert, about(DAY + 9))).toEqual({ kind: 'closed' });
    expect(await ages(card({}, ['a', { once: true, heardAt: 5 }], ['b', { heardAt: 5 }]), about(9 * DAY))).toBeUndefined();
  });
});

describe('the bot’s own trouble', () => {
  const own: Signal = {
    source: 'self',
    fingerprint: 'inbox',
    status: 'firing',
    severity: 'critical',
    title: 'what is asked of the desk waits',
    labels: {},
    startsAt: 1,
  };
  const routes = (match: Match): Routing['routes'] => [{ name: 'some', match, rooms: ['ops'], mention: [], escalate: [] }];
  it.each<[string, Partial<Routing>, string[]]>([
    ['nowhere where there is no room for it', { homes: [] }, []],
    ['where the bot is at home', { routes: routes({ source: ['prometheus'] }) }, ['home home slack']],
    ['by a route for all before that', { routes: routes({}) }, ['some ops']],
    ['to the admin room before a route for all', { admin: 'ops', routes: routes({}) }, ['admin ops']],
    ['where it is asked for by name', { admin: 'admins', routes: routes({ source: ['self'] }) }, ['some ops']],
  ])('goes %s', async (_where, routing, expected) => {
    const put: string[] = [];
    const needs = {
      ...standing,
      rules: async () => ({ ...nobody, routing: { ...NO_ROUTING, homes: ['home slack'], ...routing }, placeOf: (room: string) => ({ chat: 'slack', room }) }),
      log: () => undefined,
      alerts: {
        ...none,
        put: async (fresh: Alert, members: readonly Member[]) => {
          if (members.length > 0) put.push([fresh.route, ...fresh.places.map(({ room }) => room)].join(' '));
          return new Map();
        },
      },
    };
    await takeSignals('self', [own], 1, needs as unknown as SettleNeeds);
    expect(put).toEqual(expected);
  });
});

describe('what was silenced from its beginning', () => {
  const place = { chat: 'slack', room: 'C1' };
  const rules = { routing: { ...NO_ROUTING, routes: [{ name: 'all', match: {}, rooms: ['ops'], mention: [], escalate: [] }] }, placeOf: () => place };
  it('is shown where its route says once something of it fires', async () => {
    const alert = card({}, ['a']);
    expect(await places(alert, about(1, rules))).toEqual({ kind: 'placed', places: [place] });
    expect(await places({ ...alert, counts: { firing: 0, silenced: 1, resolved: 0 } }, about(1, rules))).toBeUndefined();
    expect(await places({ ...alert, places: [place] }, about(1, rules))).toBeUndefined();
    expect(await places(alert, about(1))).toBeUndefined();
  });
});

describe('a card that is still open', () => {
  it.each([
    [2000, []],
    [2001, ['A1']],
  ])('of which %i are over is trimmed: %j', async (resolved, wanted) => {
    const trimmed: string[] = [];
    const alert = fresh({ counts: { firing: 1, silenced: 0, resolved }, rev: 1 });
    const alerts: Alerts = {
      ...{ ...none, get: async () => alert, change: async () => alert },
      async trim(id, before, most) {
        expect([most, Date.now() - before >= 3_600_000]).toEqual([2000, true]);
        trimmed.push(id);
        return 1;
      },
    };
    const rules = async () => about(0).rules;
    const tickets = { open: async () => [] };
    const needs = { ...standing, alerts, rules, tickets, send: async () => undefined, log: () => undefined } as unknown as SettleNeeds;
    await settleAlert(alert.id, needs, 'show-news');
    expect(trimmed).toEqual(wanted);
  });
});

describe('what is over', () => {
  async function closed(alert: Alert): Promise<boolean> {
    let was = false;
    const alerts: Alerts = {
      ...{ ...none, get: async () => alert },
      async close() {
        was = true;
      },
    };
    const rules = async () => about(0).rules;
    await settleAlert(alert.id, { ...standing, alerts, rules, send: async () => undefined, log: () => undefined } as unknown as SettleNeeds, 'show-news');
    return was;
  }
  const ago = (ms: number) => Date.now() - ms;
  const ended = { ...fresh({ rev: 1 }), state: 'resolved' as const };
  const tried = { ticket: 'T1', by: 'ana', line: 'x', at: ago(NO_ROUTING.reopenMs * 3) };
  it('is looked after until it cannot come back, and what was tried is judged', async () => {
    expect(await closed({ ...ended, resolvedAt: ago(NO_ROUTING.reopenMs / 2) })).toBe(false);
    expect(await closed({ ...ended, resolvedAt: ago(NO_ROUTING.reopenMs * 2) })).toBe(true);
    expect(await closed({ ...ended, resolvedAt: ago(NO_ROUTING.reopenMs * 2), tries: [tried] })).toBe(false);
    expect(await closed({ ...ended, resolvedAt: ago(NO_ROUTING.reopenMs * 2), tries: [{ ...tried, endedAt: 1, verdict: 'cleared' }] })).toBe(true);
  });
});
