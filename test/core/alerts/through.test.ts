import { describe, expect, it } from 'vitest';
import type { Member, Silence } from '../../../src/core/alerts/alert.ts';
import type { ErrandDue } from '../../../src/core/alerts/errand.ts';
import { tendErrands } from '../../../src/core/alerts/errands.ts';
import type { DeclaredSource } from '../../../src/core/alerts/routing.ts';
import { matchersThere } from '../../../src/core/alerts/through.ts';

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
const said = (...matchers: readonly (readonly [string, string])[]) =>
  matchersThere(silence(...matchers), SOURCE, [member('web1'), member('db1')])?.map(({ name, value, isRegex }) => `${name}${isRegex ? '=~' : '='}${value}`);

describe('a silence in the words of an Alertmanager', () => {
  it.each<[readonly (readonly [string, string])[], readonly string[] | undefined]>([
    [[['team', 'blue']], ['team=blue']],
    [[['instance', 'web*.example.org:*']], ['instance=~web.*\\.example\\.org:.*']],
    [
      [
        ['title', 'HostDown'],
        ['job', '*'],
      ],
      ['alertname=HostDown', 'job=~.*'],
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
    [[['job', '*']], ['job=~.*', 'alertname=~.+']],
    // Not about it, or not to be said.
    [
      [
        ['source', 'other'],
        ['team', 'blue'],
      ],
      undefined,
    ],
    [[['origin', 'elsewhere']], undefined],
    [[['fingerprint', 'of another']], undefined],
    [[['host', 'unknown']], undefined],
    [[['tag', 'edge']], undefined],
  ])('%j', (matchers, there) => {
    expect(said(...matchers)).toEqual(there);
  });
});

describe('what is to be done at sources', () => {
  async function due(list: readonly Silence[], over: readonly Silence[] = [], now = 1000) {
    const sent: ErrandDue[] = [];
    const written: string[] = [];
    await tendErrands(now, {
      rules: async () => ({ routing: { sources: new Map([['am', SOURCE]]) } }) as never,
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
