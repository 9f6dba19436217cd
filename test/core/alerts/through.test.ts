import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Matcher, Member, Signal, Silence } from '../../../src/core/alerts/alert.ts';
import type { ErrandDue } from '../../../src/core/alerts/errand.ts';
import { tendErrands } from '../../../src/core/alerts/errands.ts';
import { matcherOf } from '../../../src/core/alerts/hush.ts';
import { memberOf } from '../../../src/core/alerts/making.ts';
import { exactly, hushSaysOf, isHushed, routeOf, saysOf } from '../../../src/core/alerts/match.ts';
import type { DeclaredSource, Route } from '../../../src/core/alerts/routing.ts';
import { hostOf } from '../../../src/core/alerts/target.ts';
import { signalOf } from '../../../src/core/alerts/there.ts';
import { type About, isAbout, thereOf } from '../../../src/core/alerts/through.ts';
import { tidied } from '../../../src/core/alerts/tidy.ts';
import type { Host } from '../../../src/core/command.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { NO_ROUTING } from '../../support/world.ts';

const SOURCE: DeclaredSource = { name: 'am', kind: 'alertmanager', perMinute: 1, bytes: 1, labels: { origin: 'lab' }, api: 'http://am.example.org' };
const member = (host: string, more: Partial<Member> = {}): Member => ({
  source: 'am',
  fingerprint: `f-${host}`,
  status: 'firing',
  severity: 'critical',
  title: 'HostDown',
  labels: { alertname: 'HostDown', instance: `${host}.example.org:9100`, severity: 'page', origin: 'lab' },
  host,
  since: 0,
  heardAt: 0,
  times: 1,
  ...more,
});
const silence = (...matchers: readonly (readonly [string, string])[]): Silence => ({
  id: 'X1',
  by: 'alice',
  at: 0,
  until: 3_600_000,
  reason: 'disk',
  matchers: matchers.map(([name, pattern]) => ({ name, pattern })),
});
const HOSTS = ['web1', 'db1'].map(
  (name, i): Host => ({ ...{ name, site: 'east', sites: ['east'], kind: 'linux', tags: [`t${i}`], address: `192.0.2.${i + 1}`, libvirt: '' } }),
);
const about = (members: readonly Member[], more: Partial<About> = {}): About => ({ source: SOURCE, members, hosts: HOSTS, overrides: false, ...more });
/** What is said there of a silence, without the labels that shall not be there; or why nothing is. */
const saidOf = (one: Pick<Silence, 'matchers'>, what: About) => {
  const there = thereOf(one, what);
  if (there === undefined) return undefined;
  if ('here' in there) return there.here.words.en;
  return there.matchers.filter(({ value, isRegex }) => value !== '' || isRegex).map(({ name, value, isRegex }) => `${name}${isRegex ? '=~' : '='}${value}`);
};
const said = (...matchers: readonly (readonly [string, string])[]) => saidOf(silence(...matchers), about([member('web1'), member('db1')]));

describe('a silence in the words of an Alertmanager', () => {
  it.each<[readonly (readonly [string, string])[], readonly string[] | string | undefined]>([
    [[['team', 'blue']], ['team=blue']],
    [[['instance', 'web*.example.org:*']], ['instance=~web.*\\.example\\.org:.*']],
    [
      [
        ['title', 'HostDown'],
        ['job', '*'],
      ],
      ['alertname=HostDown', 'job=~.+'],
    ],
    [[['host', 'web1']], ['instance=web1.example.org:9100']],
    // Two that come to the same label must both fit there, too.
    [
      [
        ['host', '*'],
        ['instance', 'web1.example.org:9100'],
      ],
      ['instance=~db1\\.example\\.org:9100|web1\\.example\\.org:9100', 'instance=web1.example.org:9100'],
    ],
    [[['host', '*']], ['instance=~db1\\.example\\.org:9100|web1\\.example\\.org:9100']],
    [[['fingerprint', 'f-db1']], ['alertname=HostDown', 'instance=db1.example.org:9100', 'severity=page']],
    [
      [
        ['severity', 'critical'],
        ['title', 'Host*'],
      ],
      ['severity=page', 'alertname=~Host.*'],
    ],
    // What the source itself is, and its labels here, are not said there.
    [
      [
        ['source', 'am'],
        ['origin', 'lab'],
        ['team', 'blue'],
      ],
      ['team=blue'],
    ],
    [[['source', 'am']], ['alertname=~.+']],
    [[['job', '*']], ['job=~.+']],
    // Not about it, or not to be said.
    [
      [
        ['source', 'other'],
        ['team', 'blue'],
      ],
      undefined,
    ],
    [[['origin', 'elsewhere']], undefined],
    [[['fingerprint', 'of another']], 'nothing of that fires there now'],
    [[['host', 'unknown']], 'nothing of that fires there now'],
    [[['tag', 'edge']], 'there are no tags there'],
  ])('%j', (matchers, there) => {
    expect(said(...matchers)).toEqual(there);
  });
});

describe('what is said at a source', () => {
  const at = (host: string | undefined, labels: Record<string, string>) =>
    member(host ?? 'x', { labels: { alertname: 'Down', ...labels }, host } as Partial<Member>);

  it('names a host by the label it was known by, and by none before it', () => {
    const [web, db] = ['web1', 'db1'].map((name) => at(name, { host: 'cluster-a', instance: `${name}:9100` }));
    const there = thereOf(silence(['host', 'web1']), about([web, db].filter((one) => one !== undefined)));
    expect(there).toEqual({
      matchers: [
        { name: 'host', value: 'cluster-a', isRegex: false, isEqual: true },
        ...['hostname', 'nodename', 'node'].map((name) => ({ name, value: '', isRegex: false, isEqual: true })),
        { name: 'instance', value: 'web1:9100', isRegex: false, isEqual: true },
      ],
    });
  });

  it('is nothing where hosts are named by different labels', () => {
    expect(saidOf(silence(['host', 'web1']), about([at('web1', { host: 'web1' }), at('web1', { instance: 'web1:9100' })]))).toBe(
      'no one label names that host there',
    );
  });

  it('is of several by their fingerprints only where one label tells them apart', () => {
    const two = (job: string) => [member('web1'), member('db1', { labels: { ...member('db1').labels, job } })];
    const matchers = [matcherOf('fingerprint=f-*')];
    expect(saidOf({ matchers }, about([member('web1'), member('db1')]))).toContain('instance=~db1\\.example\\.org:9100|web1\\.example\\.org:9100');
    expect(saidOf({ matchers }, about(two('node')))).toBe('these are several there, with little in common');
  });

  it('is nothing of all a source says because of what it is called here', () => {
    for (const labels of [{ host: 'cluster-a' }, { tag: 'edge' }, { title: 'Down' }, { fingerprint: 'f' }, { severity: 'page' }] as const) {
      const source = { ...SOURCE, labels };
      const [[name, value] = ['', '']] = Object.entries(labels);
      const there = thereOf(
        { matchers: [exactly(name, value)] },
        about([member('web1', { labels: { alertname: 'Other', instance: 'web1:9100', ...labels } })], { source }),
      );
      const all = there && 'matchers' in there && there.matchers.some((one) => one.name === 'alertname' && one.value === '.+');
      expect([name, all]).toEqual([name, name === 'severity']);
    }
  });

  it('is nothing by a severity that a route has given', () => {
    const matchers = [exactly('severity', 'critical')];
    expect(saidOf({ matchers }, about([member('web1')]))).toEqual(['severity=page']);
    expect(saidOf({ matchers }, about([member('web1')], { overrides: true }))).toBe('a route says how severe that is');
    expect(saidOf({ matchers: [exactly('severity', 'page')] }, about([member('web1')], { overrides: true }))).toEqual(['severity=page']);
  });

  it('is to the letter what is to the letter here, and takes no longer for a wicked pattern', () => {
    expect(saidOf({ matchers: [exactly('job', 'a*.b')] }, about([]))).toEqual(['job=a*.b']);
    expect(saidOf({ matchers: [matcherOf('job=a*.b')] }, about([]))).toEqual(['job=~a.*\\.b']);
    const wicked = { matchers: [{ name: 'source', pattern: `${'*a'.repeat(200)}x` }] };
    expect(isAbout(wicked, { ...SOURCE, name: 'a'.repeat(60) })).toBe(false);
    expect(isAbout({ matchers: [{ name: 'source', pattern: `${'*'.repeat(40)}x` }] }, SOURCE)).toBe(false);
  });

  it('by a fingerprint and more takes the labels of what all of it means alone', () => {
    const members = [member('web1', { fingerprint: '1', labels: { job: 'web1', page: 'x' } }), member('web1', { fingerprint: '2', labels: { page: 'x' } })];
    expect(thereOf({ matchers: [{ name: 'job', pattern: 'w*' }, exactly('fingerprint', '2')] }, about(members))).toHaveProperty('here');
  });

  it('is never more than is silenced here, whatever fires then or later', () => {
    const text = fc.constantFrom('web1', 'web1:9100', 'db1', 'cluster-a', '*', 'page', 'warning', 'a');
    const labels = fc.dictionary(fc.constantFrom('host', 'node', 'instance', 'severity', 'job', 'alertname'), text, { maxKeys: 4 });
    const own = fc.dictionary(fc.constantFrom('host', 'instance', 'severity', 'job', 'tag', 'title'), text, { maxKeys: 1 });
    const matcher = fc
      .oneof(
        fc.tuple(fc.constantFrom('host', 'severity', 'title', 'tag', 'job', 'instance'), fc.oneof(text, fc.constantFrom('w*', 'p*', 'c*'))),
        fc.tuple(fc.constant('host'), fc.constantFrom('web1', 'db1')),
        fc.tuple(fc.constant('severity'), fc.constantFrom('critical', 'warning')),
        fc.tuple(fc.constant('fingerprint'), fc.constantFrom('0*', '1*', '2*', '3*')),
      )
      .map(([name, pattern]): Matcher => (pattern.length > 1 && pattern.endsWith('*') ? { name, pattern } : exactly(name, pattern)));
    const routes = fc.constantFrom<readonly Route[]>(
      [{ name: 'all', match: {}, rooms: [], mention: [], escalate: [] }],
      [
        { name: 'a', match: { job: ['a'] }, rooms: [], mention: [], escalate: [], severity: 'critical' },
        { name: 'all', match: {}, rooms: [], mention: [], escalate: [] },
      ],
    );
    // So few that some are alike.
    const printOf = (one: object) =>
      sha256(JSON.stringify(Object.entries(one).sort()))
        .replace(/[4-9a-f]/, '0')
        .slice(0, 3);
    let told = 0;
    fc.assert(
      fc.property(
        fc.record({
          own: fc.oneof(fc.constant({}), own),
          now: fc.array(labels, { maxLength: 6 }),
          later: fc.array(fc.tuple(fc.nat(5), labels), { maxLength: 12 }),
          routes,
        }),
        fc.array(matcher, { minLength: 1, maxLength: 2 }),
        fc.option(fc.nat(5), { nil: undefined }),
        ({ own, now, later: changed, routes: all }, typed, button) => {
          const source = { ...SOURCE, labels: own };
          const came = (one: Record<string, string>, i: number): Member => {
            const signal: Signal = tidied(
              signalOf({ labels: one, fingerprint: printOf(one), annotations: {}, startsAt: '', endsAt: '', generatorURL: `${i}` }, 'am', 1),
              'am',
              own,
            );
            const host = hostOf(signal, HOSTS);
            const route = routeOf(saysOf(signal, host), { ...NO_ROUTING, routes: all });
            if (!route) throw new Error('there is one for all');
            return memberOf(signal, route, host, 1, []);
          };
          const later = changed.map(([i, more]) => ({ ...now[i], ...more }));
          const members = now.map(came);
          const pressed = button === undefined ? undefined : members[button];
          const matchers = pressed ? [exactly('source', 'am'), exactly('fingerprint', pressed.fingerprint)] : typed;
          const there = thereOf({ matchers }, about(members, { source, overrides: all.some(({ severity }) => severity !== undefined) }));
          if (!there || 'here' in there) return;
          const isSilencedThere = (one: Record<string, string>) =>
            there.matchers.every(({ name, value, isRegex }) => (isRegex ? new RegExp(`^(?:${value})$`).test(one[name] ?? '') : (one[name] ?? '') === value));
          for (const one of [...now, ...later].filter(isSilencedThere)) {
            const known = came(one, 0);
            told++;
            const says = hushSaysOf(
              known,
              HOSTS.find(({ name }) => name === known.host),
            );
            // By its fingerprint it is by all its labels: what has more of them, and the same host, cannot be told from it there.
            const isOf = ({ host, labels: its }: Member) => host === known.host && Object.entries(its).every(([name, value]) => known.labels[name] === value);
            const like = members.filter((m) =>
              isHushed(
                matchers,
                hushSaysOf(
                  m,
                  HOSTS.find(({ name }) => name === m.host),
                ),
              ),
            );
            if (matchers.some(({ name }) => name === 'fingerprint')) expect([one, there.matchers, like.some(isOf)]).toEqual([one, there.matchers, true]);
            else expect([one, there.matchers, isHushed(matchers, says)]).toEqual([one, there.matchers, true]);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(told).toBeGreaterThan(300);
  });
});

describe('what is to be done at sources', () => {
  async function due(list: readonly Silence[], over: readonly Silence[] = [], now = 1000) {
    const sent: ErrandDue[] = [];
    const written: string[] = [];
    await tendErrands(now, {
      rules: async () => ({ routing: { routes: [], sources: new Map([['am', SOURCE]]) }, policy: { hosts: HOSTS } }) as never,
      silences: {
        list: async () => list,
        over: async () => over,
        written: async (id: string, source: string, what: object) => void written.push(`${id} ${source} ${JSON.stringify(what)}`),
      } as never,
      alerts: {
        standing: async function* () {
          yield [member('web1')];
        },
      } as never,
      send: async (jobs) => void sent.push(...jobs.filter((one) => one.job === 'errand')),
    });
    return { sent, written };
  }

  it('is to write a silence until it is written, and later again where that was not taken', async () => {
    const one = silence(['host', 'web1']);
    expect((await due([one])).sent).toMatchObject([{ errand: { errand: 'hush', source: 'am', silence: 'X1', until: 3_600_000, by: 'alice', reason: 'disk' } }]);
    expect((await due([{ ...one, written: { am: { trouble: 'it does not answer' } } }])).sent).toMatchObject([{ delayMs: 60_000 }]);
    expect((await due([{ ...one, written: { am: { id: 'there' } } }])).sent).toEqual([]);
  });

  it('is to take back what ended before its time, and nothing of what is over there, too', async () => {
    const one = { ...silence(['team', 'blue']), written: { am: { id: 'there' }, gone: { id: 'x' }, no: { trouble: 'no' } } };
    const early = await due([], [one]);
    expect(early.sent).toMatchObject([{ errand: { errand: 'unhush', source: 'am', silence: 'X1', there: 'there' } }]);
    expect(early.written).toEqual(['X1 gone {"trouble":"over"}']);
    expect(await due([], [one], 3_600_000)).toEqual({ sent: [], written: ['X1 am {"trouble":"over"}', 'X1 gone {"trouble":"over"}'] });
  });
});
