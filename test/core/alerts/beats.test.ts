import { describe, expect, it } from 'vitest';
import { beatsOf, changes, type Expected, overdue } from '../../../src/core/alerts/beats.ts';
import { SELF_TIMES, type SelfSeen, selfExpected, selfHeard } from '../../../src/core/alerts/self.ts';
import { quoted } from '../../../src/core/words.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const expected = (name: string, everyMs: number): Expected => ({
  ...{ name, everyMs, graceMs: Math.min(everyMs, 5 * MIN), severity: 'critical', labels: { beat: name }, title: quoted(`${name} is not heard of`) },
  text: (at) => quoted(`last heard ${at ?? 'never'}`),
});
const backup = expected('backup', 24 * HOUR);
const minutely = expected('minutely', MIN);

describe('what is overdue', () => {
  const now = 100 * HOUR;
  it.each([
    ['heard in time', { heard: now - HOUR, named: 0 }, 0, undefined],
    ['heard too long ago', { heard: now - 25 * HOUR, named: 0 }, 0, now - HOUR],
    ['never heard, and named a while ago', { named: now - 30 * HOUR }, 0, now - 6 * HOUR],
    ['never heard, but named lately', { named: now - HOUR }, 0, undefined],
    ['heard before it was named anew', { heard: now - 40 * HOUR, named: now - HOUR }, 0, undefined],
    ['late, but nobody has listened for long', { heard: now - 25 * HOUR, named: 0 }, now - MIN, undefined],
    ['late, and somebody has listened for a while', { heard: now - 25 * HOUR, named: 0 }, now - 6 * MIN, now - HOUR],
  ])('is not one that was %s', (_what, { heard, named }: { heard?: number; named: number }, listening, since) => {
    const known = { heard: heard === undefined ? {} : { backup: heard }, named: { backup: named } };
    expect(overdue([backup], known, listening, now).get('backup')).toBe(since);
  });
});

describe('what is said of it', () => {
  it('is said once when it is late, and once when it is heard again', () => {
    let late: Record<string, number> = {};
    const told: string[] = [];
    const heard: Record<string, number> = { minutely: 0 };
    for (let now = 0; now <= 30 * MIN; now += 5000) {
      if (now < 5 * MIN || (now > 15 * MIN && now < 20 * MIN)) heard.minutely = now;
      for (const { fingerprint, status, startsAt, endsAt } of changes('beat', [minutely], { heard, named: { minutely: 0 }, late }, -HOUR, now)) {
        told.push(`${fingerprint} ${status} ${startsAt / MIN} ${endsAt === undefined ? '' : endsAt / MIN}`.trim());
        const { [fingerprint]: _, ...others } = late;
        late = status === 'firing' ? { ...late, [fingerprint]: startsAt } : others;
      }
    }
    const [first, second] = [5 - 5 / 60 + 1, 20 - 5 / 60 + 1];
    expect(told).toEqual([`minutely firing ${first}`, expect.stringMatching(/^minutely resolved 5\.91\d+ 15\.08/), `minutely firing ${second}`]);
  });

  it('is not taken back by somebody who has just begun to listen, nor by a longer span unless that is kept', () => {
    const known = { heard: { minutely: 0 }, named: { minutely: 0 }, late: { minutely: MIN } };
    expect(changes('beat', [minutely], known, 10 * MIN - 1000, 10 * MIN)).toEqual([]);
    expect(changes('beat', [expected('minutely', HOUR)], known, 0, 10 * MIN)).toMatchObject([{ status: 'resolved', startsAt: MIN }]);
  });

  it('ends when it is not expected any more', () => {
    expect(changes('beat', [], { heard: {}, named: {}, late: { gone: 5 } }, 0, 10)).toMatchObject([
      { fingerprint: 'gone', status: 'resolved', startsAt: 5, endsAt: 10 },
    ]);
  });
});

describe('the bot itself', () => {
  const seen: SelfSeen = {
    sites: ['east', 'west'],
    chats: ['slack', 'matrix'],
    present: [
      { kind: 'worker', site: 'east', id: 'a', version: '1', since: 0, at: 0 },
      { kind: 'gateway', id: 'b', version: '1', since: 0, at: 0, speaks: ['slack'], hears: ['slack', 'matrix'] },
    ],
    backlogMs: 31_000,
  };
  it('misses the sites without a worker, the chats where nobody speaks, and an inbox that is not emptied', () => {
    const names = selfExpected(seen, SELF_TIMES).map(({ name }) => name);
    const there = selfHeard(seen, SELF_TIMES);
    expect(names.filter((name) => !there.includes(name))).toEqual(['site west', 'chat matrix', 'inbox']);
    expect(selfHeard({ ...seen, backlogMs: 30_000 }, SELF_TIMES)).toContain('inbox');
  });
});

describe('an alert that counts as a heartbeat', () => {
  const beat = (name: string, match?: Record<string, readonly string[]>) => ({
    name,
    everyMs: 1,
    severity: 'critical' as const,
    labels: {},
    ...(match ? { match } : {}),
  });
  it('is one that fits, of those that say what fits', () => {
    const says = new Map([['alertname', ['Watchdog']]]);
    const all = [beat('prometheus', { alertname: ['Watchdog', 'DeadMans*'] }), beat('other', { alertname: ['X'] }), beat('posted'), beat('empty', {})];
    expect(beatsOf(says, all)).toEqual(['prometheus']);
  });
});
