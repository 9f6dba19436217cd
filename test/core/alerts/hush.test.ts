import { describe, expect, it } from 'vitest';
import type { Alert, Matcher, Member } from '../../../src/core/alerts/alert.ts';
import { covers, matcherOf, matchersFor, touchedBy } from '../../../src/core/alerts/hush.ts';
import { hushSaysOf, isHushed } from '../../../src/core/alerts/match.ts';
import { meantBy } from '../../../src/core/alerts/silenced.ts';
import type { Desk } from '../../../src/core/command.ts';
import { nobody } from '../../support/stubs.ts';
import { NO_ROUTING } from '../../support/world.ts';
import { fresh, member } from './sample.ts';

const ANA = { id: 'ana', name: 'Ana', roles: [] };
const DESK = { policy: { ...nobody.policy, people: new Map([['ana', ANA]]) }, routing: NO_ROUTING, person: ANA } as unknown as Desk;
const hushes = (matchers: readonly Matcher[], one: Member) => isHushed(matchers, hushSaysOf(one, undefined));
const alert = (firing: number, more: Partial<Alert> = {}) => fresh({ counts: { firing, silenced: 0, resolved: 0 }, ...more });

describe('what is silenced by a button', () => {
  const WILD = '*/5 * * * *';
  it.each(['*', 'cleanup of /srv/* failed', '**', 'a*'])('is by its fingerprint to the letter: %j', (print) => {
    const [own, ...more] = matchersFor(alert(1), [member(print)], DESK);
    expect(more).toEqual([]);
    expect(hushes(own ?? [], member(print))).toBe(true);
    for (const other of ['raid of db1', 'cleanup of /srv/x failed', 'ab', '']) expect(hushes(own ?? [], member(other))).toBe(false);
  });

  it('is by what all of it has in common to the letter', () => {
    const cron = (print: string, schedule: string) => member(print, { labels: { schedule, job: 'cron' } });
    const [own = []] = matchersFor(alert(2), [cron('a', WILD), cron('b', WILD)], DESK);
    expect(own.map(({ name }) => name)).toContain('schedule');
    expect(hushes(own, cron('c', WILD))).toBe(true);
    expect(hushes(own, cron('d', '*/5 1 * * *'))).toBe(false);
  });

  it('is not what a pattern means that looks the same, and says so as it can be typed', () => {
    const exact = matcherOf(`schedule==${WILD}`);
    const pattern = matcherOf(`schedule=${WILD}`);
    const one = member('a', { labels: { schedule: '*/5 1 * * *' } });
    expect([hushes([exact], one), hushes([pattern], one)]).toEqual([false, true]);
    expect(hushes([exact], member('b', { labels: { schedule: WILD } }))).toBe(true);
    const silence = { id: 'Z1', by: 'ana', at: 0, until: 9e9, reason: '', matchers: [pattern] };
    expect(covers([silence], { ...silence, id: 'Z2', matchers: [exact] })).toBeUndefined();
    expect(covers([{ ...silence, matchers: [exact] }], { ...silence, id: 'Z2', matchers: [exact] })).toBeDefined();
    expect(meantBy({ matchers: [exact] })).toBe(`schedule==${WILD}`);
    expect(meantBy({ matchers: [pattern] })).toBe(`schedule=${WILD}`);
    expect(matcherOf(String(meantBy({ matchers: [exact] })))).toEqual(exact);
    expect(matcherOf(meantBy({ matchers: [matcherOf('job===x')] }).toString())).toEqual(matcherOf('job===x'));
    // Where no star is, there is nothing to tell apart.
    expect(matcherOf('host==web1')).toEqual(matcherOf('host=web1'));
  });

  it('is of the hosts that are named to the letter', () => {
    const hosts = ['web1', 'web2'].map((name) => ({ name, tags: [] }));
    const touched = (text: string) => touchedBy([matcherOf(text)], { policy: { ...nobody.policy, hosts: hosts as never } });
    expect([touched('host=web*'), touched('host==web*'), touched('host==web1')]).toEqual([['web1', 'web2'], [], ['web1']]);
  });
});

describe('a pattern as typed', () => {
  it('means the same with fewer stars, and is never all there is', () => {
    expect(matcherOf(`source=${'*'.repeat(30)}x`)).toEqual({ name: 'source', pattern: '*x' });
    expect(matcherOf('job=a**b***')).toEqual({ name: 'job', pattern: 'a*b*' });
    for (const text of ['job=*', 'job=***', 'job=', 'job==']) expect(() => matcherOf(text)).toThrow('LABEL=PATTERN');
  });
});
