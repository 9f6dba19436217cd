import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/alerts/alert.ts';
import { readBody } from '../../src/core/alerts/reading.ts';
import type { DeclaredSource } from '../../src/core/alerts/routing.ts';
import { loadSources } from '../../src/registry.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const kinds = await loadSources();
const declared = (kind: string, more: Partial<DeclaredSource> = {}): DeclaredSource => ({
  name: kind,
  kind,
  perMinute: 600,
  bytes: 1_000_000,
  labels: {},
  ...more,
});

function read(kind: string, body: string, more: Partial<DeclaredSource> = {}) {
  const found = kinds.find(({ id }) => id === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return readBody(body, found.types?.[0] ?? 'application/json', AT, declared(kind, more), found);
}
const sample = (kind: string, i: number) => kinds.find(({ id }) => id === kind)?.samples[i]?.body ?? '';

/** What each sample says: status, severity, title, fingerprint, when it began. */
const SAID: Readonly<Record<string, readonly (readonly string[])[]>> = {
  alertmanager: [
    ['firing critical HostDown befe7034c5675479 2026-11-22T01:16:55.000Z', 'firing critical HostDown 656f172678c6937d 2026-11-22T01:16:55.000Z'],
    ['resolved critical HostDown 656f172678c6937d 2026-11-22T01:16:55.000Z'],
  ],
  grafana: [
    ['firing warning High memory usage c6eadffa33fcdf37 2021-10-12T07:51:03.157Z', 'firing warning High CPU usage bc97ff14869b13e3 2021-10-12T07:56:03.157Z'],
  ],
  influxdb: [['firing critical Temperature ["05a5547a510fb000",["device","RoomWeather"],["location","web1"]] 2020-07-01T17:57:00.000Z']],
  json: [
    [
      'firing critical High memory usage c6eadffa33fcdf37 2021-10-12T07:51:03.157Z',
      'resolved critical High CPU usage bc97ff14869b13e3 2021-10-12T07:56:03.157Z',
    ],
  ],
  notify: [['firing critical backup failed cron web1 backup 2026-11-22T12:00:00.000Z']],
  pbs: [
    ['firing critical Verify Datastore \'backup1\' failed ["verification","pbs1","v-12ab34cd-0000","backup1"] 2026-01-01T00:00:00.000Z'],
    ['resolved notice Verify Datastore \'backup1\' successful ["verification","pbs1","v-12ab34cd-0000","backup1"] 2026-01-02T00:00:00.000Z'],
  ],
  pve: [
    ['firing critical vzdump backup status (pve1.example.org): backup failed ["vzdump","pve1","backup-4f6c1a2b-8d3e",""] 2026-01-01T00:00:00.000Z'],
    ['resolved notice vzdump backup status (pve1.example.org): backup successful ["vzdump","pve1","backup-4f6c1a2b-8d3e",""] 2026-01-02T00:00:00.000Z'],
    ['firing critical Try to fence node \'pve2\' ["fencing","pve1","",""] 2026-01-01T00:00:00.000Z once'],
  ],
  telegraf: [
    ['firing critical docker ["docker",["host","web1"]] 2016-03-17T15:39:00.000Z', 'resolved notice docker ["docker",["host","db1"]] 2016-03-17T15:39:00.000Z'],
  ],
};

describe('every sample is read', () => {
  it.each(kinds.map(({ id, samples }) => ({ id, samples })))('of $id', ({ id, samples }) => {
    const said = samples.map(({ body, mapping }) =>
      read(id, body, mapping ? { mapping } : {}).map(({ status, severity, title, fingerprint, startsAt, once }) =>
        [status, severity, title, fingerprint, new Date(startsAt).toISOString(), ...(once ? ['once'] : [])].join(' '),
      ),
    );
    expect(said).toEqual(SAID[id]);
  });
});

describe('what begins and what ends is the same thing', () => {
  it.each(['pve', 'pbs'])('of a job of %s', (kind) => {
    const [failed] = read(kind, sample(kind, 0));
    const [went] = read(kind, sample(kind, 1));
    expect(failed?.status).toBe('firing');
    expect(went).toMatchObject({ status: 'resolved', fingerprint: failed?.fingerprint, group: failed?.group });
  });

  it('of an alert of Alertmanager', () => {
    const [, fired] = read('alertmanager', sample('alertmanager', 0));
    const [over] = read('alertmanager', sample('alertmanager', 1));
    expect(over).toMatchObject({ status: 'resolved', fingerprint: fired?.fingerprint, group: fired?.group, endsAt: Date.UTC(2026, 10, 22, 1, 16, 58) });
  });

  it('of a series of InfluxDB, whatever was measured', () => {
    const fired = JSON.parse(sample('influxdb', 0));
    const over = { ...fired, _level: 'ok', value: 20, _time: '2020-07-01T18:57:00Z' };
    expect(read('influxdb', JSON.stringify(over))).toMatchObject([
      { status: 'resolved', fingerprint: read('influxdb', JSON.stringify(fired))[0]?.fingerprint },
    ]);
  });

  it('of a metric of Telegraf, and of a plugin', () => {
    const metric = (level: string) => JSON.stringify({ name: 'disk', tags: { host: 'web1', level }, fields: { used: 99 }, timestamp: 1458229140 });
    expect(read('telegraf', metric('ok'))).toMatchObject([{ status: 'resolved', fingerprint: read('telegraf', metric('crit'))[0]?.fingerprint }]);
    const nagios = (state: number) =>
      JSON.stringify({ name: 'nagios_state', tags: { host: 'web1' }, fields: { state, service_output: 'DISK' }, timestamp: 1458229140 });
    expect([0, 1, 2, 3].map((state) => read('telegraf', nagios(state))[0]).map((one) => `${one?.status} ${one?.severity}`)).toEqual([
      'resolved notice',
      'firing warning',
      'firing critical',
      'firing warning',
    ]);
  });
});

describe('a body that makes no sense is refused by the part that is wrong', () => {
  const grafana = { receiver: 'r', alerts: [{ status: 'on', labels: {}, fingerprint: 'f' }] };
  it.each([
    ['alertmanager', 'nothing', /^not JSON: /],
    ['alertmanager', '[]', /^body: /],
    ['alertmanager', sample('alertmanager', 0).replace('"version":"4"', '"version":"5"'), /^version: 5, not 4$/],
    ['alertmanager', sample('alertmanager', 0).replace('"fingerprint":"befe7034c5675479"', '"fingerprint":1'), /^alerts\.0\.fingerprint: /],
    ['grafana', JSON.stringify(grafana), /^alerts\.0\.status: /],
    ['pve', '{"title":"t","message":"m","severity":"bad","timestamp":1,"fields":{}}', /^severity: /],
    ['influxdb', '{"_check_id":"1","_check_name":"n"}', /^_level: /],
    ['telegraf', '{"metrics":[{"name":"cpu","fields":{"usage":1},"timestamp":1}]}', /^metrics: none has a level/],
    ['telegraf', '{"metrics":[{"name":"cpu","fields":{"usage":[]},"timestamp":1}]}', /^metrics\.0\.fields\.usage: /],
    ['notify', '{"title":""}', /^title: /],
  ])('%s', (kind, body, why) => {
    expect(() => read(kind, body)).toThrow(why);
  });
});

describe('a mapping', () => {
  const body = JSON.stringify({
    name: 'x',
    host: { 'a-b': 'web1' },
    list: [
      { t: 'one', s: 'UP' },
      { t: 'two', s: 'bad' },
    ],
    n: 1767225600,
  });
  it.each<[Record<string, string>, RegExp]>([
    [{}, /^mapping\.title: is missing$/],
    [{ title: 'name', colour: 'n' }, /^mapping\.colour: there is title, /],
    [{ title: 'a b' }, /^mapping\.title: a b is neither/],
    [{ title: 'list[].t', text: 'other[].t' }, /two lists/],
    [{ title: 'name[].t' }, /^name\[\]: is no list$/],
    [{ title: 'nothing' }, /^nothing: is missing$/],
    [{ title: 'host' }, /^host: is neither a text nor a number$/],
    [{ title: '__proto__.name' }, /^__proto__\.name: is missing$/],
    [{ title: 'constructor.name' }, /^constructor\.name: is missing$/],
    [{ title: 'name', status: 'state' }, /^state: is missing$/],
    [{ title: 'name', status: 'name', resolved: 'fine' }, /^mapping\.resolved: fine is no words in quotes/],
    [{ title: 'name', status: 'name', resolved: "' , '" }, /^mapping\.resolved: ' , ' is no words in quotes/],
  ])('%j is refused', (mapping, why) => {
    expect(() => read('json', body, { mapping })).toThrow(why);
  });

  it('goes through a list, and takes what stands elsewhere for each', () => {
    const mapping = {
      title: 'list[].t',
      status: 'list[].s',
      resolved: "'up,fine'",
      'label.host': 'host.a-b',
      'label.first': 'list[0].t',
      startsAt: 'n',
      severity: "'page'",
    };
    expect(read('json', body, { mapping })).toMatchObject([
      { title: 'one', status: 'resolved', severity: 'critical', labels: { host: 'web1', first: 'one' }, startsAt: 1767225600_000 },
      { title: 'two', status: 'firing', labels: { host: 'web1' } },
    ]);
  });

  it('takes what says nothing for none of the words that mean that it is over', () => {
    const mapping = { title: 'name', status: 'state', resolved: "'fine,, up,'" };
    const status = (state: string) => read('json', JSON.stringify({ name: 'x', state }), { mapping }).map((signal) => signal.status);
    expect(['', ' ', 'fine', 'UP'].map(status)).toEqual([['firing'], ['firing'], ['resolved'], ['resolved']]);
  });
});

describe('outside text', () => {
  it('is cut and cleaned, and a long fingerprint stays its own', () => {
    const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`l${i}`, 'v'.repeat(5000)]));
    const body = (end: string) =>
      JSON.stringify({
        title: `a\u202e\u0000${'t'.repeat(999)}`,
        text: 'x'.repeat(99_999),
        labels,
        fingerprint: `${'f'.repeat(999)}${end}`,
        url: 'javascript:alert(1)',
      });
    const [one] = read('notify', body('1'), { labels: { team: 'ops' } });
    const [two] = read('notify', body('2'));
    expect(one?.title).toHaveLength(LIMITS.title);
    expect(one?.title.startsWith('a\uFFFD\uFFFDt')).toBe(true);
    expect(one?.text).toHaveLength(LIMITS.text);
    expect(Object.keys(one?.labels ?? {})).toHaveLength(LIMITS.labels);
    expect(one?.labels.team).toBe('ops');
    expect(one?.url).toBeUndefined();
    expect(one?.fingerprint.length).toBeLessThanOrEqual(LIMITS.fingerprint);
    expect(one?.fingerprint).not.toBe(two?.fingerprint);
  });

  it('has no name that means something else', () => {
    const [signal] = read('notify', '{"title":"t","labels":{"__proto__":"x","constructor":"y","prototype":"z","ok":"1"}}');
    expect(Object.entries(signal?.labels ?? {})).toEqual([['ok', '1']]);
  });
});
