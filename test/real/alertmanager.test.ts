import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Member } from '../../src/core/alerts/alert.ts';
import { exactly } from '../../src/core/alerts/match.ts';
import { thereOf } from '../../src/core/alerts/through.ts';
import type { Host } from '../../src/core/command.ts';
import { ERRANDS } from '../../src/messages.ts';
import { type Door, hookDoor, type Told } from '../support/hooks.ts';
import { needs, which } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { start, stop, until } from '../support/real/processes.ts';

interface There {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly { readonly name: string; readonly value: string }[];
  readonly comment: string;
  readonly createdBy: string;
}

describe.runIf(needs(['prometheus-alertmanager']))('a real Alertmanager', () => {
  let door: Door;
  let dir: string;
  let api: string;
  let program: ReturnType<typeof start> | undefined;
  let begin: () => Promise<void>;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hostler-alertmanager-'));
    const port = await freePort();
    api = `http://127.0.0.1:${port}`;
    door = await hookDoor({
      sources: { am: { kind: 'alertmanager', api, labels: { origin: 'lab' } }, gone: { kind: 'alertmanager', api: 'http://127.0.0.1:1' } },
    });
    const hook = { url: `${door.url}/hooks/am`, http_config: { authorization: { credentials: 'the-very-secret-of-am' } } };
    // JSON is YAML, too.
    const config = {
      route: {
        receiver: 'the bot',
        group_by: ['alertname'],
        group_wait: '1s',
        group_interval: '1s',
        routes: [{ matchers: ['team="other"'], receiver: 'other' }],
      },
      receivers: [{ name: 'the bot', webhook_configs: [hook] }, { name: 'other' }],
    };
    writeFileSync(join(dir, 'config.yml'), JSON.stringify(config));
    const file = which('prometheus-alertmanager') ?? '';
    begin = async () => {
      program = start([
        ...([file, `--config.file=${join(dir, 'config.yml')}`, `--storage.path=${join(dir, 'data')}`] as const),
        ...[`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address=', '--log.level=error'],
      ]);
      await until('Alertmanager', async () => (await fetch(`${api}/-/ready`).catch(() => undefined))?.ok === true);
    };
    await begin();
  });
  afterAll(async () => {
    if (program) await stop(program);
    await door?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const long = new Date(Date.now() - 600_000).toISOString();
  const fire = async (...alerts: readonly { readonly labels: Record<string, string>; readonly startsAt?: string; readonly endsAt?: string }[]) => {
    const answer = await fetch(`${api}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts.map((one) => ({ startsAt: long, ...one }))),
    });
    expect(answer.status).toBe(200);
  };
  const silences = async (): Promise<There[]> => (await (await fetch(`${api}/api/v2/silences`)).json()) as There[];
  /** What was told meanwhile, once some of it is of this kind: what is asked every half minute may come between. */
  const told = async (isIt: (one: Told) => boolean, during: () => Promise<unknown>) => {
    const [, all] = await door.heard(async () => {
      await during();
      await until('word of it', async () => (await door.waiting()).some(isIt));
    });
    return all.filter(isIt);
  };
  const down = (instance: string, more: Record<string, string> = {}) => ({ labels: { alertname: 'HostDown', severity: 'critical', instance, ...more } });

  it('is heard as it sends, and asked what fires: for us, also what is silenced there, and not what has just begun', async () => {
    const sent = await told(
      ({ signals, whole }) => signals?.length === 2 && !whole,
      () => fire(down('web1.example.org:9100'), down('db1.example.org:9100'), down('far.example.org:9100', { team: 'other' })),
    );
    expect(sent[0]).toMatchObject({ source: 'am', signals: [{ title: 'HostDown', labels: { origin: 'lab' } }, { status: 'firing' }] });
    const group = sent[0]?.signals?.[0]?.group;
    const made = await fetch(`${api}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'instance', value: 'db1.example.org:9100', isRegex: false, isEqual: true }],
        ...{ startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString(), createdBy: 'somebody', comment: 'elsewhere' },
      }),
    });
    expect(made.status).toBe(200);
    await fire({ ...down('new.example.org:9100'), startsAt: new Date().toISOString() });
    const whole = await told(
      ({ whole }) => whole === true,
      () => door.queue(ERRANDS, 'pull', {}),
    );
    const list = whole.find((one) => one.whole);
    expect(list?.at).toBeLessThan(Date.now() - 59_000);
    expect(list?.signals?.map(({ labels, fingerprint }) => [labels.instance, fingerprint]).sort()).toEqual(
      sent[0]?.signals?.map(({ labels, fingerprint }) => [labels.instance, fingerprint]).sort(),
    );
    expect(list?.signals?.every((one) => one.group === group && one.labels.origin === 'lab' && one.endsAt === undefined)).toBe(true);
    // What is silenced there is never said to be over: it is missing from the list.
    await fire({ ...down('db1.example.org:9100'), endsAt: new Date().toISOString() });
    const next = await told(
      ({ whole }) => whole === true,
      () => door.queue(ERRANDS, 'pull', {}),
    );
    expect(next.find((one) => one.whole)?.signals?.map(({ labels }) => labels.instance)).toEqual(['web1.example.org:9100']);
  });

  it('is not believed, after it was started anew, that what it does not know is over', async () => {
    await fire(down('old.example.org:9100'));
    const pulled = async (isIt: (one: Told) => boolean) => {
      const found = async () => (await door.waiting()).find((one) => one.whole === true && isIt(one));
      const [one] = await door.heard(async () => {
        await until('what fires there', async () => {
          await door.queue(ERRANDS, 'pull', {});
          return (await found()) !== undefined;
        });
        return found();
      });
      return one;
    };
    const instances = ({ signals }: Told) => signals?.map(({ labels }) => labels.instance) ?? [];
    await pulled((one) => instances(one).includes('old.example.org:9100'));
    const before = await door.clock();
    if (program) await stop(program);
    await begin();
    const young = await pulled((one) => (one.since ?? 0) >= before);
    expect(young && instances(young)).toEqual([]);
    expect(young?.since).toBeLessThanOrEqual(await door.clock());
    // What it is told of anew it knows.
    await fire(down('old.example.org:9100'));
    await pulled((one) => instances(one).includes('old.example.org:9100') && Math.abs((one.since ?? 0) - (young?.since ?? 0)) <= 1100);
  });

  it('is told of a silence once, however often it is asked for, and of its end', async () => {
    const matchers = [{ name: 'instance', value: 'web1\\..*', isRegex: true, isEqual: true }];
    const errand = { errand: 'hush', source: 'am', silence: 'Xabc', matchers, until: Date.now() + 3_600_000, by: 'alice', reason: 'a new "disk"' };
    const written = () =>
      told(
        ({ written }) => written !== undefined,
        () => door.queue(ERRANDS, 'errand', errand),
      );
    const [first] = await written();
    const [again] = await written();
    expect(first).toMatchObject({ silence: 'Xabc', source: 'am', written: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(again?.written).toEqual(first?.written);
    const ours = (await silences()).filter(({ createdBy }) => createdBy === 'hostler: alice');
    expect(ours).toMatchObject([{ id: first?.written?.id, comment: 'a new "disk" (hostler Xabc)', status: { state: 'active' } }]);
    const ended = () =>
      told(
        ({ written }) => written !== undefined,
        () => door.queue(ERRANDS, 'errand', { errand: 'unhush', source: 'am', silence: 'Xabc', there: first?.written?.id }),
      );
    expect(await ended()).toMatchObject([{ written: { trouble: 'over' } }]);
    expect((await silences()).find(({ id }) => id === first?.written?.id)?.status.state).toBe('expired');
    expect(await ended()).toMatchObject([{ written: { trouble: 'over' } }]);
  });

  it('silences what is said of one host, and nothing of another that has a label in common', async () => {
    const host = (name: string, i: number): Host => ({ name, site: 'east', sites: ['east'], kind: 'linux', tags: [], address: `192.0.2.${i}`, libvirt: '' });
    const labelled = (instance: string) => ({ alertname: 'Shared', severity: 'critical', host: 'cluster-a', instance });
    const [web, db, more] = ['web7:9100', 'db7:9100', 'web7:9187'].map(labelled);
    if (!web || !db || !more) throw new Error('they are three');
    await fire({ labels: web }, { labels: db }, { labels: more });
    const member: Omit<Member, 'labels'> = {
      ...{ source: 'am', fingerprint: 'f', status: 'firing', severity: 'critical', title: 'Shared', since: 0, heardAt: 0, times: 1 },
      host: 'web7',
    };
    const there = thereOf(
      { matchers: [exactly('host', 'web7')] },
      {
        source: { name: 'am', kind: 'alertmanager', perMinute: 1, bytes: 1, labels: {}, api },
        members: [web, more].map((labels) => ({ ...member, labels })),
        hosts: [host('web7', 7), host('db7', 8)],
        overrides: false,
      },
    );
    const matchers = there && 'matchers' in there ? there.matchers : [];
    const errand = { errand: 'hush', source: 'am', silence: 'Xhost', matchers, until: Date.now() + 3_600_000, by: 'alice', reason: '' };
    const [written] = await told(
      (one) => one.written !== undefined,
      () => door.queue(ERRANDS, 'errand', errand),
    );
    expect(written?.written).toEqual({ id: expect.any(String), matchers });
    const silenced = async () => {
      const all = (await (await fetch(`${api}/api/v2/alerts?filter=alertname=Shared`)).json()) as {
        labels: { instance: string };
        status: { silencedBy: string[] };
      }[];
      return all.flatMap(({ labels, status }) => (status.silencedBy.length > 0 ? [labels.instance] : [])).sort();
    };
    await expect.poll(silenced).toEqual(['web7:9100', 'web7:9187']);
  });

  it('says why a silence was not taken, as one does that is not there', async () => {
    const errand = (source: string, matchers: readonly object[]) => ({
      errand: 'hush',
      source,
      silence: `X${source}`,
      matchers,
      until: Date.now() + 60_000,
      by: 'a',
      reason: '',
    });
    const no = await told(
      ({ written }) => written !== undefined,
      () => door.queue(ERRANDS, 'errand', errand('am', [{ name: 'a', value: '(', isRegex: true, isEqual: true }])),
    );
    expect(no).toMatchObject([{ written: { trouble: expect.stringMatching(/^it answers 400: /) } }]);
    const away = await told(
      ({ written }) => written !== undefined,
      () => door.queue(ERRANDS, 'errand', errand('gone', [{ name: 'a', value: 'b', isRegex: false, isEqual: true }])),
    );
    expect(away[0]?.written?.trouble).toMatch(/^it does not answer: /);
  });
});
