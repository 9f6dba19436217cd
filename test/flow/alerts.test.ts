import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertMessage } from '../../jobs/alert.ts';
import type { Alert, Signal } from '../../src/core/alerts/alert.ts';
import type { Alerts, Silences } from '../../src/core/ports.ts';
import { ALERT_PRIORITY, ALERTS } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open, settings } from '../../src/store/redis.ts';
import { silences } from '../../src/store/silences.ts';
import { type Bot, bot } from '../support/bot.ts';

let it_: Bot & { close(): Promise<void> };
let redis: Redis;
let queues: Queues;
let store: Alerts;
let hush: Silences;
beforeAll(async () => {
  it_ = await bot({
    config: (lab) => ({
      ...(lab as object),
      alerts: {
        routes: [
          { name: 'quiet', match: { team: 'db' }, rooms: [], group: ['team'] },
          { name: 'all', rooms: [] },
        ],
        storm: { cards: 10 },
      },
    }),
  });
  redis = await open(it_.redis);
  queues = new Queues(settings(it_.redis), () => undefined);
  store = alerts(redis);
  hush = silences(redis);
});
afterAll(async () => {
  await queues?.close();
  redis?.disconnect();
  await it_?.close();
});

let sent = 0;
/** As a gateway hands it on. */
const tell = (...all: readonly AlertMessage[]) =>
  queues.send(all.map((data) => ({ queue: ALERTS, name: 'alert', id: `alert${++sent}`, data, priority: ALERT_PRIORITY })));
const signal = (fingerprint: string, more: Partial<Signal> = {}): Signal => ({
  ...{
    source: 'am',
    fingerprint,
    status: 'firing',
    severity: 'warning',
    title: `Disk full ${fingerprint}`,
    labels: { instance: 'web1:9100' },
    startsAt: Date.now(),
  },
  ...more,
});
const says = (signals: readonly Signal[], more: { whole?: true; besides?: string[]; since?: number; at?: number; source?: string } = {}): AlertMessage => ({
  source: 'am',
  at: Date.now(),
  signals: [...signals],
  ...more,
});
async function cardOf(fingerprint: string, source = 'am'): Promise<Alert | undefined> {
  const id = await store.of(source, fingerprint);
  return id === undefined ? undefined : store.get(id);
}
const poll = <T>(what: () => Promise<T>) => expect.poll(what, { timeout: 20_000, interval: 100 });

describe('alerts', () => {
  it('come to a card of their own, with the host they are about, and the same again changes nothing', async () => {
    const one = says([signal('one')]);
    await tell(one, one);
    await poll(() => cardOf('one')).toMatchObject({ rev: expect.any(Number), hosts: ['web1'], route: 'all', counts: { firing: 1 }, state: 'firing' });
    const rev = (await cardOf('one'))?.rev;
    await tell(one, says([signal('mark')]));
    await poll(() => cardOf('mark')).toBeDefined();
    expect((await cardOf('one'))?.rev).toBe(rev);
    await tell(says([signal('one', { status: 'resolved' })]));
    await poll(() => cardOf('one')).toMatchObject({ state: 'resolved', counts: { firing: 0, resolved: 1 } });
    await tell(one); // a redelivered one that is older than what is known
    await tell(says([signal('one', { startsAt: Date.now() })]));
    await poll(() => cardOf('one')).toMatchObject({ state: 'firing', history: expect.arrayContaining([expect.objectContaining({ kind: 'fired-again' })]) });
  });

  it('come together by the labels of their route, and those that are listed no more are over', async () => {
    const db = (fingerprint: string) => signal(fingerprint, { source: 'db', labels: { team: 'db' } });
    await tell(says([db('d1'), db('d2'), { ...db('d3'), once: true }], { source: 'db' }));
    await poll(() => cardOf('d1', 'db')).toMatchObject({ route: 'quiet', counts: { firing: 3 } });
    expect(await cardOf('d2', 'db')).toEqual(await cardOf('d3', 'db'));
    await tell(says([db('d2')], { source: 'db', whole: true }));
    await poll(() => cardOf('d1', 'db')).toMatchObject({ counts: { firing: 2, resolved: 1 } });
    await tell(says([], { source: 'db', whole: true, at: Date.now() - 60_000 })); // of the past: what was heard since stands
    await tell(says([signal('mark2')]));
    await poll(() => cardOf('mark2')).toBeDefined();
    expect(await cardOf('d1', 'db')).toMatchObject({ counts: { firing: 2, resolved: 1 } });
  });

  it('that a source lists besides, or of which it knows nothing since it was started anew, are not over', async () => {
    const far = (fingerprint: string) => signal(fingerprint, { labels: { team: 'db', rack: 'r9' }, source: 'far' });
    await tell(says([far('f1'), far('f2'), far('f3')], { source: 'far' }));
    await poll(() => cardOf('f1', 'far')).toMatchObject({ counts: { firing: expect.any(Number) } });
    const started = Date.now();
    await tell(says([], { source: 'far', whole: true, at: started + 1000, since: started }));
    await tell(says([], { source: 'far', whole: true, at: started + 2000, besides: ['f1', 'f2'] }));
    await poll(async () => (await store.members((await cardOf('f3', 'far'))?.id ?? '')).find(({ fingerprint }) => fingerprint === 'f3')?.status).toBe(
      'resolved',
    );
    const [all, card] = [await store.members((await cardOf('f1', 'far'))?.id ?? ''), await cardOf('f1', 'far')];
    const f3 = all.find(({ fingerprint }) => fingerprint === 'f3');
    // It ended by the second list, not by the first.
    expect(f3?.endedAt).toBe(started + 2000);
    expect(all.filter(({ fingerprint }) => ['f1', 'f2'].includes(fingerprint)).map(({ status }) => status)).toEqual(['firing', 'firing']);
    expect(card?.state).toBe('firing');
    await tell(says([], { source: 'far', whole: true, at: started + 3000, since: 0 }));
    await poll(async () => (await store.members(card?.id ?? '')).filter(({ source, status }) => source === 'far' && status === 'firing')).toEqual([]);
  });

  it('that are silenced stand apart, also those that come later, and fire again when that is over', async () => {
    const sick = (fingerprint: string) => signal(fingerprint, { labels: { team: 'db', rack: 'r7' }, source: 'racks' });
    await tell(says([sick('s1')], { source: 'racks' }));
    await poll(() => cardOf('s1', 'racks')).toMatchObject({ counts: { firing: expect.any(Number) } });
    const asked = await it_.says('alice', 'silence add rack=r* 1h --reason moving');
    expect(asked.ticket?.state, asked.text).toBe('done');
    // At once, as soon as the request is done.
    expect(await cardOf('s1', 'racks')).toMatchObject({
      counts: { silenced: 1 },
      history: expect.arrayContaining([expect.objectContaining({ kind: 'silenced', by: 'alice' })]),
    });
    await tell(says([sick('s2')], { source: 'racks' }));
    await poll(() => cardOf('s2', 'racks')).toMatchObject({ counts: { silenced: 2 } });
    // Ended without anybody's asking: found when alerts are looked after.
    const [silence] = await hush.list();
    await hush.end(silence?.id ?? '');
    await poll(() => cardOf('s1', 'racks')).toMatchObject({
      counts: { silenced: 0 },
      history: expect.arrayContaining([expect.objectContaining({ kind: 'unsilenced' })]),
    });
  });

  it('that cannot be read are kept, counted and told of', async () => {
    await tell({ source: 'am', at: Date.now(), malformed: { body: '{"alerts":', why: 'cut off', from: '192.0.2.9' } });
    await poll(() => cardOf('malformed am', 'self')).toMatchObject({ counts: { firing: 1 }, top: [{ once: true }] });
    expect(await store.malformed()).toMatchObject([{ source: 'am', why: 'cut off', body: '{"alerts":' }]);
  });

  it('that come as a flood come to one card, and each stands on exactly one', async () => {
    const all = Array.from({ length: 500 }, (_, i) => signal(`f${i}`, { source: 'flood', labels: { instance: `h${i}` } }));
    const batches = [all.slice(0, 250), ...Array.from({ length: 25 }, (_, i) => all.slice(250 + i * 10, 260 + i * 10))];
    await tell(...batches.map((some) => says(some, { source: 'flood' })));
    const standing = async () => {
      const ids = await Promise.all(all.map(({ fingerprint }) => store.of('flood', fingerprint)));
      return ids.filter((id) => id !== undefined).length;
    };
    await poll(standing).toBe(500);
    const cards = new Map<string, number>();
    for (const id of await store.open())
      for (const { source } of await store.members(id, 10_000)) if (source === 'flood') cards.set(id, (cards.get(id) ?? 0) + 1);
    expect([...cards.values()].reduce((a, b) => a + b)).toBe(500);
    expect(cards.size).toBeLessThanOrEqual(11);
    const storm = await store.keyed('all', 'storm');
    expect(storm).toMatchObject({ storm: true, counts: { firing: cards.get(storm?.id ?? '') } });
    expect(JSON.stringify(storm).length).toBeLessThan(16_384);
    await tell(
      says(
        all.map((one) => ({ ...one, status: 'resolved' as const })),
        { source: 'flood' },
      ),
    );
    await poll(async () => (await store.keyed('all', 'storm'))?.state).toBe('resolved');
    expect(it_.logged.filter((line) => /alert|clock/.test(line))).toEqual([]);
  });
});
