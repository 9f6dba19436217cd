import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../../src/core/alerts/alert.ts';
import { calls } from '../../../src/core/alerts/calls.ts';
import { escalations, nextStep } from '../../../src/core/alerts/escalations.ts';
import { fallback, oneWayRev } from '../../../src/core/alerts/fallback.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import { fits, isHushed, routeOf, saysOf } from '../../../src/core/alerts/match.ts';
import { peopleOf } from '../../../src/core/alerts/people.ts';
import type { Route, Routing } from '../../../src/core/alerts/routing.ts';
import type { About, Decide } from '../../../src/core/alerts/settle.ts';
import type { Severity } from '../../../src/core/check.ts';
import { isWithin } from '../../../src/core/hours.ts';
import { nobody, standing } from '../../support/stubs.ts';
import { NO_ROUTING } from '../../support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const at = (text: string) => Date.parse(text);
const person = (id: string, ...roles: string[]) => [id, { id, name: id, lang: 'en' as const, roles }] as const;
const policy = { people: new Map([person('ana'), person('bo', 'lead'), person('cy', 'lead'), person('di')]) };
const rotas = new Map([['first', { name: 'first', zone: 'Europe/Berlin', start: '2026-10-24', minute: 540, days: 1, people: ['ana', 'di'], overrides: [] }]]);
const route: Route = { name: 'all', match: {}, rooms: ['ops'], mention: ['rota:first'], escalate: [] };

/** A desk of one alert: what it decides as time goes by. */
class Scene {
  readonly routing: Routing;
  now: number;
  alert: Alert;
  readonly came: string[] = [];
  /** Rooms in which cards stand, and when chats last spoke. */
  readonly stands = new Set<string>();
  readonly spoke = new Map<string, number>();
  #events = 0;

  constructor(more: Partial<Route>, begins = at('2026-10-25T12:00Z'), routing: Partial<Routing> = {}) {
    this.routing = { ...NO_ROUTING, rotas, routes: [{ ...route, ...more }], ...routing };
    this.now = begins;
    this.alert = {
      ...{ format: 1, id: 'A1', rev: 1, route: 'all', key: 'k', state: 'firing', severity: 'warning', title: 'HostDown', source: 'p', labels: {}, hosts: [] },
      ...{ since: begins, firedAt: begins, counts: { firing: 1, silenced: 0, resolved: 0 }, top: [], places: [{ chat: 'slack', room: 'C1' }] },
      ...{ escalation: { taken: 0 }, calls: [], offers: [], tries: [], history: [{ at: begins, kind: 'fired' }], heard: [] },
    };
  }

  event(event: Omit<AlertEvent, 'id' | 'at'> & { readonly [more: string]: unknown }): void {
    this.alert = follow(this.alert, { ...event, id: `e${this.#events++}`, at: this.now } as AlertEvent);
  }

  signals(severity: Severity | 'over'): void {
    const status = severity === 'over' ? 'resolved' : 'firing';
    const worst = severity === 'over' ? this.alert.severity : severity;
    const times = { since: this.now, heardAt: this.now, times: 1, ...(severity === 'over' ? { endedAt: this.now } : {}) };
    const member = { source: 'p', fingerprint: 'f', status, severity: worst, title: 'HostDown', labels: {}, ...times } as const;
    const firing = status === 'firing' ? 1 : 0;
    this.event({ kind: 'signals', members: [member], counts: { firing, silenced: 0, resolved: 1 - firing }, began: firing, ended: 1 - firing });
  }

  about(): About {
    const placeOf = (room: string) => ({ chat: room.startsWith('m') ? 'matrix' : 'slack', room });
    const shown = {
      stands: async (_: string, place: { room: string }) => this.stands.has(place.room),
      spoke: async (chat: string) => this.spoke.get(chat) ?? 0,
    };
    return {
      now: this.now,
      rules: { ...nobody, policy: { ...nobody.policy, ...policy }, routing: this.routing, placeOf },
      needs: { ...standing, shown } as unknown as About['needs'],
    };
  }

  /** What happens by itself now. */
  async settle(): Promise<void> {
    for (let turns = 0; turns < 20; turns++) {
      let done = true;
      for (const decide of [escalations, calls, fallback] satisfies Decide[]) {
        const act = await decide(this.alert, this.about());
        if (!act) continue;
        const { rev } = this.alert;
        this.event(act);
        expect(this.alert.rev).toBe(rev + 1);
        if (act.kind === 'called') this.came.push(`${act.call.why} ${act.call.people.join(' ')}`);
        if (act.kind === 'escalated') this.came.push(`to ${act.places.map(({ room }) => room).join(' ')}`.trim());
        if (act.kind === 'fell-back') this.came.push(`fell back to ${act.places.map(({ chat, room }) => `${chat} ${room}`).join(', ')}`);
        done = false;
        break;
      }
      if (done) return;
    }
    throw new Error('it never comes to rest');
  }

  /** Settles every so often until then; what came of it since the last look, with the time it came at. */
  async until(moment: number, every = MINUTE): Promise<string[]> {
    const seen: string[] = [];
    for (; this.now <= moment; this.now += every) {
      await this.settle();
      for (const one of this.came.splice(0)) seen.push(`${new Date(this.now).toISOString().slice(5, 16)} ${one}`);
    }
    this.now = moment;
    return seen;
  }
}

describe('calls', () => {
  it('go once to who is on call, and once more when it comes back, or gets worse', async () => {
    const scene = new Scene({});
    await scene.settle();
    await scene.settle();
    expect(scene.came).toEqual(['fired di']);
    scene.signals('critical');
    await scene.settle();
    expect(scene.came).toEqual(['fired di', 'worse di']);
    scene.now += MINUTE;
    scene.signals('over');
    await scene.settle();
    scene.now += MINUTE;
    scene.signals('warning');
    await scene.settle();
    expect(scene.came.slice(2)).toEqual(['fired-again di']);
    expect(scene.alert.calls.every(({ people }) => people.length > 0)).toBe(true);
  });

  it('are made for nothing that somebody is on, is silenced, is over, or is expected', async () => {
    const quietly: ((scene: Scene) => void)[] = [
      (scene) => scene.event({ kind: 'acked', by: 'ana' }),
      (scene) => scene.event({ kind: 'tied', ticket: 'T1', by: 'ana', line: 'host reboot web1' }),
      (scene) => scene.event({ kind: 'closed', by: 'ana' }),
      (scene) => scene.signals('over'),
      (scene) => {
        scene.alert = { ...scene.alert, counts: { firing: 0, silenced: 2, resolved: 0 } };
      },
    ];
    for (const make of quietly) {
      const scene = new Scene({ escalate: [{ afterMs: MINUTE, mention: ['role:lead'], rooms: [] }] });
      make(scene);
      expect(await scene.until(scene.now + HOUR)).toEqual([]);
    }
  });

  it('come when what accounted for it is over', async () => {
    const tied = new Scene({});
    tied.event({ kind: 'tied', ticket: 'T1', by: 'ana', line: 'host reboot web1' });
    tied.event({ kind: 'untied', ticket: 'T1', until: tied.now + 2 * MINUTE });
    expect(await tied.until(tied.now + HOUR)).toEqual(['10-25T12:02 still-firing di']);
    const left = new Scene({ escalate: [{ afterMs: 10 * MINUTE, mention: ['role:lead'], rooms: ['m1'] }] });
    await left.settle();
    left.event({ kind: 'acked', by: 'di' });
    left.came.length = 0;
    expect(await left.until(left.now + HOUR)).toEqual([]);
    left.event({ kind: 'unacked', by: 'di' });
    expect(await left.until(left.now + HOUR)).toEqual(['10-25T13:10 to m1', '10-25T13:10 escalated bo cy']);
  });

  it('go to whom it is given, whatever the hour, but not to who takes it', async () => {
    const quiet = { hours: { zone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 }, below: 'critical' as const };
    const scene = new Scene({ quiet });
    scene.event({ kind: 'acked', by: 'bo' });
    scene.event({ kind: 'assigned', by: 'bo', to: 'cy' });
    await scene.settle();
    expect(scene.came).toEqual(['assigned cy']);
    scene.event({ kind: 'assigned', by: 'cy', to: 'bo' });
    scene.event({ kind: 'assigned', by: 'di', to: 'di' });
    await scene.settle();
    expect(scene.came).toEqual(['assigned cy']);
  });

  it('are few for what comes and goes', async () => {
    const scene = new Scene({});
    for (let i = 0; i < 30; i++) {
      await scene.settle();
      scene.now += MINUTE;
      scene.signals('over');
      await scene.settle();
      scene.now += MINUTE;
      scene.signals('warning');
    }
    expect(scene.came.splice(0)).toHaveLength(4);
    expect(await scene.until(scene.now + HOUR)).toEqual(['10-25T13:00 fired-again di']);
  });

  it('a flood calls once', async () => {
    const scene = new Scene({});
    scene.alert = { ...scene.alert, storm: true };
    await scene.settle();
    scene.signals('critical');
    scene.signals('over');
    scene.signals('critical');
    await scene.settle();
    expect(scene.came).toEqual(['fired di']);
  });

  it('begin anew when it is worse than what somebody had taken note of', async () => {
    const scene = new Scene({ escalate: [{ afterMs: 10 * MINUTE, mention: ['role:lead'], rooms: [] }] });
    expect(await scene.until(scene.now + 15 * MINUTE)).toEqual(['10-25T12:00 fired di', '10-25T12:10 to', '10-25T12:10 escalated bo cy']);
    scene.event({ kind: 'acked', by: 'di' });
    expect(await scene.until(scene.now + 15 * MINUTE)).toEqual([]);
    scene.signals('critical');
    expect(await scene.until(scene.now + 15 * MINUTE)).toEqual(['10-25T12:30 worse di', '10-25T12:40 to', '10-25T12:40 escalated bo cy']);
  });
});

describe('quiet hours', () => {
  const night = { zone: 'Europe/Berlin', days: [0, 1, 2, 3, 4, 5, 6], from: 22 * 60, to: 7 * 60 };
  const quiet = { hours: night, below: 'critical' as const };
  const escalate = [{ afterMs: 30 * MINUTE, mention: ['role:lead'], rooms: [] }];

  it.each([
    ['when clocks go forward', '2026-03-28T22:00Z', '03-29T05:00', '03-29T05:30'],
    ['when clocks go back', '2026-10-24T22:00Z', '10-25T06:00', '10-25T06:30'],
    ['on a leap day', '2028-02-28T23:30Z', '02-29T06:00', '02-29T06:30'],
  ])('%s, people are called at seven, and the next half an hour later', async (_when, begins, first, next) => {
    const scene = new Scene({ quiet, escalate, mention: ['@ana'] }, at(begins));
    expect(await scene.until(at(begins) + 14 * HOUR)).toEqual([`${first} quiet-over ana`, `${next} to`, `${next} escalated bo cy`]);
  });

  it('let through what is bad enough, and what gets so', async () => {
    const scene = new Scene({ quiet, mention: ['@ana'] }, at('2026-10-24T22:00Z'));
    expect(await scene.until(scene.now + HOUR)).toEqual([]);
    scene.signals('critical');
    expect(await scene.until(scene.now + 12 * HOUR)).toEqual(['10-24T23:00 fired ana']);
  });

  it('call nobody for what is over by then, or somebody took', async () => {
    const scene = new Scene({ quiet, mention: ['@ana'] }, at('2026-10-24T22:00Z'));
    await scene.settle();
    scene.event({ kind: 'acked', by: 'di' });
    expect(await scene.until(scene.now + 24 * HOUR)).toEqual([]);
  });

  it('hold what is due exactly as a watch says, over every change of clocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
        fc.constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31', '2028-02-28'),
        fc.integer({ min: 0, max: 47 }),
        fc.integer({ min: 0, max: 95 }),
        fc.integer({ min: 1, max: 40 }),
        async (zone, day, from, begins, long) => {
          const hours = { zone, days: [0, 1, 2, 3, 4, 5, 6], from: from * 30, to: ((from + long) % 48) * 30 || 1440 };
          const start = at(`${day}T00:00Z`) + begins * 15 * MINUTE;
          const scene = new Scene({ quiet: { hours, below: 'critical' }, escalate, mention: ['@ana'] }, start);
          // Minute by minute: called at the first that is loud, and passed on half an hour later, or when it is loud again.
          let called = start;
          while (isWithin(hours, called) && called < start + 48 * HOUR) called += MINUTE;
          let passed = called + 30 * MINUTE;
          while (isWithin(hours, passed) && passed < start + 48 * HOUR) passed += MINUTE;
          const why = called === start ? 'fired' : 'quiet-over';
          const time = (moment: number) => new Date(moment).toISOString().slice(5, 16);
          const seen = await scene.until(start + 36 * HOUR, 5 * MINUTE);
          const expected = [...(called <= start + 36 * HOUR ? [`${time(called)} ${why} ana`] : [])];
          if (passed <= start + 36 * HOUR) expected.push(`${time(passed)} to`, `${time(passed)} escalated bo cy`);
          expect(seen).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  }, 30_000);
});

describe('escalation', () => {
  const escalate = [
    { afterMs: 10 * MINUTE, mention: ['role:lead'], rooms: ['m1'] },
    { afterMs: 30 * MINUTE, mention: ['@ana', '@nobody'], rooms: [] },
  ];
  it('goes step by step, each from the beginning, as long as nobody takes note', async () => {
    const scene = new Scene({ escalate });
    expect(await scene.until(scene.now + HOUR)).toEqual([
      ...['10-25T12:00 fired di', '10-25T12:10 to m1', '10-25T12:10 escalated bo cy'],
      ...['10-25T12:30 to', '10-25T12:30 escalated ana'],
    ]);
    expect(scene.alert.places).toEqual([
      { chat: 'slack', room: 'C1' },
      { chat: 'matrix', room: 'm1' },
    ]);
    expect(scene.alert.escalation).toEqual({ taken: 2 });
  });

  it('is taken at once by a person, though it is acknowledged', async () => {
    const scene = new Scene({ escalate });
    scene.event({ kind: 'acked', by: 'di' });
    const step = nextStep(scene.alert, scene.about().rules, scene.now);
    expect(step).toEqual({ kind: 'escalated', to: ['bo', 'cy'], places: [{ chat: 'matrix', room: 'm1' }], step: 0, nextAt: scene.now + 30 * MINUTE });
    if (step) scene.event({ ...step, by: 'di' });
    await scene.settle();
    expect(scene.came).toEqual(['escalated bo cy']);
    scene.alert = { ...scene.alert, escalation: { taken: 2 } };
    expect(nextStep(scene.alert, scene.about().rules, scene.now)).toBeUndefined();
  });

  it('is taken once, though two press at the same time', async () => {
    const scene = new Scene({ escalate });
    scene.event({ kind: 'acked', by: 'di' });
    const pressed = ['di', 'ana'].map((by) => ({ by, step: nextStep(scene.alert, scene.about().rules, scene.now) }));
    for (const { by, step } of pressed) if (step) scene.event({ ...step, by });
    await scene.settle();
    expect([scene.came, scene.alert.escalation.taken]).toEqual([['escalated bo cy'], 1]);
    expect(nextStep(scene.alert, scene.about().rules, scene.now)).toMatchObject({ to: ['ana'] });
  });

  it('begins anew when it comes back', async () => {
    const scene = new Scene({ escalate });
    await scene.until(scene.now + 12 * MINUTE);
    scene.signals('over');
    scene.now += 5 * MINUTE;
    scene.signals('warning');
    expect(await scene.until(scene.now + 20 * MINUTE)).toEqual(['10-25T12:17 fired-again di', '10-25T12:27 to m1', '10-25T12:27 escalated bo cy']);
  });
});

describe('the fallback', () => {
  const elsewhere = { afterMs: MINUTE, rooms: ['C2', 'm1'], mail: ['oncall@example.org'], ntfy: ['example-ops'] };
  const scene = (severity: Severity = 'critical') => {
    const made = new Scene({ mention: [] }, at('2026-10-25T12:00Z'), { fallback: elsewhere });
    made.alert = { ...made.alert, severity };
    return made;
  };
  it('is another chat, and then mail and ntfy, while nothing is seen to stand', async () => {
    const one = scene();
    expect(await one.until(one.now + HOUR)).toEqual([
      '10-25T12:01 fell back to matrix m1',
      '10-25T12:02 fell back to mail oncall@example.org, ntfy example-ops',
    ]);
    expect(one.alert.places.map(({ chat }) => chat)).toEqual(['slack', 'matrix', 'mail', 'ntfy']);
  });
  it('ends where it stands', async () => {
    const one = scene();
    one.stands.add('C1');
    expect(await one.until(one.now + HOUR)).toEqual([]);
    const other = scene();
    expect(await other.until(other.now + MINUTE)).toHaveLength(1);
    other.stands.add('m1');
    expect(await other.until(other.now + HOUR)).toEqual([]);
  });
  it('is not for notices, nor for what somebody is on', async () => {
    expect(await scene('notice').until(at('2026-10-25T13:00Z'))).toEqual([]);
    const acked = scene();
    acked.event({ kind: 'acked', by: 'di' });
    expect(await acked.until(acked.now + HOUR)).toEqual([]);
  });
  it('waits a little longer for a chat that has much to say', async () => {
    const one = scene();
    for (let i = 0; i < 4; i++) {
      one.spoke.set('slack', one.now);
      expect(await one.until(one.now + MINUTE - 1)).toEqual([]);
      one.now += 1;
    }
    one.spoke.set('slack', one.now + 10 * MINUTE);
    expect(await one.until(one.now + 5 * MINUTE)).toContain('10-25T12:05 fell back to matrix m1');
  });
  it('sends one message when it fires, and one when it is over', () => {
    const one = scene();
    const revs = [oneWayRev(one.alert)];
    for (const severity of ['critical', 'over', 'warning', 'critical', 'over'] as const) {
      one.signals(severity);
      revs.push(oneWayRev(one.alert));
    }
    expect(revs).toEqual([1, 1, 2, 3, 3, 4]);
  });
  it('and does so however often it comes and goes, and whatever else happens on its card', () => {
    const one = scene();
    const revs: number[] = [];
    const turn = () => {
      for (const severity of ['over', 'critical'] as const) {
        one.signals(severity);
        revs.push(oneWayRev(one.alert));
      }
    };
    for (let i = 0; i < 30; i++) turn();
    for (let i = 0; i < 50; i++) one.event({ kind: i % 2 ? 'acked' : 'unacked', by: 'di' });
    turn();
    expect(revs).toEqual(Array.from({ length: 62 }, (_, i) => i + 2));
  });
});

describe('matching', () => {
  const signal = { source: 'p', fingerprint: 'f', status: 'firing', severity: 'warning', title: 'Host *down*', startsAt: 0 } as const;
  const web1 = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux', tags: ['web', 'prod'], address: '', libvirt: '' } as const;
  const says = saysOf({ ...signal, labels: { job: 'node', severity: 'page', host: '192.0.2.1:9100', source: 'other', tag: 'db' } }, web1);
  it.each([
    [{ tag: ['web'] }, true],
    [{ tag: ['db'] }, false],
    [{ host: ['web*'] }, true],
    [{ host: ['192.0.2.*'] }, true],
    [{ severity: ['page'] }, true],
    [{ severity: ['warning'], job: ['nod?'] }, false],
    [{ source: ['other'] }, false],
    [{ title: ['Host \\*down\\*'] }, false],
    [{ title: ['*down*'] }, true],
    [{ title: ['host*'] }, false],
    [{ absent: ['*'] }, false],
    [{ job: ['x', 'n*d*e'] }, true],
    [{ job: ['node*node'] }, false],
    [{}, true],
  ])('%j fits: %s', (match, expected) => {
    expect(fits(match, says)).toBe(expected);
  });
  it('takes no longer for a wicked pattern', () => {
    expect(fits({ job: [`${'*a'.repeat(200)}b`] }, new Map([['job', ['a'.repeat(1000)]]]))).toBe(false);
  });
  it('is as a regular expression would have it', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(few, few, (value, pattern) => {
        const regex = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(fits({ x: [pattern] }, new Map([['x', [value]]]))).toBe(regex.test(value));
      }),
      { numRuns: 2000 },
    );
  });
  it('a silence of nothing covers nothing', () => {
    expect(isHushed([], says)).toBe(false);
    expect(isHushed([{ name: 'host', pattern: 'web1' }], says)).toBe(true);
    expect(
      isHushed(
        [
          { name: 'host', pattern: 'web1' },
          { name: 'job', pattern: 'x' },
        ],
        says,
      ),
    ).toBe(false);
  });
  it('takes the first route that fits, else the admin room', () => {
    const routes = [{ ...route, name: 'db', match: { tag: ['db'] } }, { ...route, name: 'web', match: { tag: ['web'] } }, route];
    expect(routeOf(says, { ...NO_ROUTING, routes })?.name).toBe('web');
    expect(routeOf(says, { ...NO_ROUTING, routes: routes.slice(0, 1), admin: 'ops' })).toMatchObject({ name: 'admin', rooms: ['ops'] });
    expect(routeOf(says, NO_ROUTING)).toBeUndefined();
  });
  it('people are meant by name, by role and by rota, each once', () => {
    const now = at('2026-10-25T12:00Z');
    expect(peopleOf(['role:lead', '@cy', 'rota:first', '@nobody', 'rota:none', 'role:none'], { rotas }, policy, now)).toEqual(['bo', 'cy', 'di']);
  });
});
