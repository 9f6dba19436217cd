import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import type { AlertMessage } from '../../jobs/alert.ts';
import type { Alert, Signal } from '../../src/core/alerts/alert.ts';
import type { Alerts } from '../../src/core/ports.ts';
import { type RunningDesk, startDesk } from '../../src/desk.ts';
import { ALERT_PRIORITY, ALERTS } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { loadCommands } from '../../src/registry.ts';
import { alerts } from '../../src/store/alerts.ts';
import { beats } from '../../src/store/beats.ts';
import { open, settings } from '../../src/store/redis.ts';
import { Parts } from '../support/parts.ts';
import { needs } from '../support/real/have.ts';

const poll = <T>(what: () => Promise<T>, timeout = 25_000) => expect.poll(what, { timeout, interval: 100 });

describe.skipIf(!needs(['redis-server or valkey-server']))('a desk that watches over the others', () => {
  let parts: Parts;
  let redis: Redis;
  let queues: Queues;
  let store: Alerts;
  let desk: RunningDesk;
  const logged: string[] = [];
  const config = (heartbeats: object) =>
    schema.parse({
      ...(parts.lab.config as object),
      alerts: { sources: { am: { kind: 'alertmanager', secret: 'env:PATH' } }, routes: [{ name: 'all', rooms: [] }], heartbeats },
    });
  /** The card of something of the bot itself, or of a heartbeat. */
  const cardOf = async (fingerprint: string, source = 'self'): Promise<Alert | undefined> => {
    const id = await store.of(source, fingerprint);
    return id === undefined ? undefined : store.get(id);
  };
  let sent = 0;
  const tell = (data: AlertMessage) => queues.send([{ queue: ALERTS, name: 'alert', id: `told${++sent}`, data, priority: ALERT_PRIORITY }]);

  beforeAll(async () => {
    parts = await Parts.start();
    redis = await open(parts.redis);
    queues = new Queues(settings(parts.redis), () => undefined);
    store = alerts(redis);
    desk = await startDesk({
      redis: parts.redis,
      config: config({
        nightly: { every: '2s', severity: 'warning', secret: 'env:PATH' },
        prometheus: { every: '2s', match: { source: 'am', alertname: 'Watchdog' } },
      }),
      home: parts.folder.file('desk'),
      commands: await loadCommands(),
      log: (text, detail) => void logged.push(`${text}: ${detail}`),
      selfTimes: { lastsMs: 1500, siteMs: 500, tendMs: 300 },
    });
  }, 60_000);
  afterAll(async () => {
    await desk?.close();
    await queues?.close();
    redis?.disconnect();
    await parts?.folder.close();
  });

  it('says that a site has lost its worker, once, and that it is back', async () => {
    const script = fileURLToPath(new URL('../support/beating.ts', import.meta.url));
    const begin = () => parts.folder.run(process.execPath, [script, parts.redis, 'east']).says('is ready');
    await poll(() => cardOf('site east')).toMatchObject({
      state: 'firing',
      severity: 'critical',
      title: 'no worker at east: nothing can be done there',
      titled: { words: { zh: '{site} 没有 worker：无法在那里执行任何操作' }, with: { site: 'east' } },
    });
    const worker = await begin();
    await poll(() => cardOf('site east')).toMatchObject({ state: 'resolved' });
    process.kill(worker.pid, 'SIGKILL');
    await poll(() => cardOf('site east')).toMatchObject({
      state: 'firing',
      history: expect.arrayContaining([expect.objectContaining({ kind: 'fired-again' })]),
    });
    const { id, rev } = (await cardOf('site east')) ?? {};
    await begin();
    await poll(() => cardOf('site east')).toMatchObject({ id, state: 'resolved' });
    expect((await cardOf('site east'))?.rev).toBe((rev ?? 0) + 1); // nothing was said of it in between
    expect(await cardOf('inbox')).toBeUndefined();
  }, 90_000);

  it('says that a heartbeat does not come, and that it comes again: as a message of its own, or as an alert that always fires', async () => {
    await poll(() => cardOf('nightly', 'beat')).toMatchObject({
      state: 'firing',
      severity: 'warning',
      title: 'nightly is not heard of',
      titled: { words: { zh: '收不到 {name} 的心跳' } },
      labels: { beat: 'nightly' },
    });
    await poll(() => cardOf('prometheus', 'beat')).toMatchObject({ state: 'firing', severity: 'critical' });
    const watchdog: Signal = {
      ...{ source: 'am', fingerprint: 'w', status: 'firing', severity: 'notice', title: 'Watchdog' },
      ...{ labels: { alertname: 'Watchdog' }, startsAt: 1000 },
    };
    const beating = setInterval(() => {
      tell({ beat: 'nightly', at: Date.now() }).catch(() => undefined);
      tell({ source: 'am', at: Date.now(), signals: [watchdog] }).catch(() => undefined);
    }, 300);
    try {
      await poll(() => cardOf('nightly', 'beat')).toMatchObject({ state: 'resolved' });
      await poll(() => cardOf('prometheus', 'beat')).toMatchObject({ state: 'resolved' });
      expect(await cardOf('w', 'am')).toBeUndefined(); // it is a heartbeat, and no alert
      await tell({ beat: 'nobody', at: Date.now() }); // not one of the configuration
    } finally {
      clearInterval(beating);
    }
    await poll(() => cardOf('nightly', 'beat')).toMatchObject({ state: 'firing' });
    expect(Object.keys(await beats(redis).all()).sort()).toEqual(['nightly', 'prometheus']);
  }, 60_000);

  it('is done with a heartbeat that is not wanted any more', async () => {
    await desk.reload(config({}));
    await poll(() => cardOf('nightly', 'beat')).toMatchObject({ state: 'resolved' });
    expect(await beats(redis).all()).toEqual({});
    expect(logged).toEqual([]);
  }, 40_000);
});
