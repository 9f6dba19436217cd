import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AlertMessage } from '../../jobs/alert.ts';
import { ALERT_PRIORITY, ALERTS } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open, settings } from '../../src/store/redis.ts';
import { member } from '../core/alerts/sample.ts';
import { agrees } from '../support/alerts.ts';
import { Parts } from '../support/parts.ts';

let parts: Parts;
beforeAll(async () => {
  parts = await Parts.start();
});
afterAll(() => parts?.folder.close());

const FLOOD = 300;
const ENDED = 100;

it('a flood in which a desk is killed again and again loses nothing and counts nothing twice', async () => {
  const redis = await open(parts.redis);
  const queues = new Queues(settings(parts.redis), () => undefined);
  try {
    await parts.desk();
    let victim = await parts.folder.hostler(['desk', '--config', parts.file, '--redis', parts.redis]).says('is ready');
    const placed = () => redis.hlen('hostler:alerts:at:flood');
    const at = Date.now();
    const message = (i: number, status: 'firing' | 'resolved'): AlertMessage => {
      const labels = { instance: `h${i}` };
      const signal = { source: 'flood', fingerprint: `f${i}`, status, severity: 'warning', title: 'Disk full', labels, startsAt: at } as const;
      return { source: 'flood', at: status === 'firing' ? at : at + 1000, signals: [signal] };
    };
    const flood = Array.from({ length: FLOOD }, (_, i) => [message(i, 'firing'), ...(i < ENDED ? [message(i, 'resolved')] : [])]).flat();
    await queues.send(flood.map((data, i) => ({ queue: ALERTS, name: 'alert', id: `flood${i}`, data, priority: ALERT_PRIORITY })));
    for (const share of [0.2, 0.5]) {
      await expect.poll(placed, { timeout: 30_000, interval: 20 }).toBeGreaterThan(FLOOD * share);
      victim.child.kill('SIGKILL');
      await victim.ended;
      if (share < 0.5) victim = await parts.folder.hostler(['desk', '--config', parts.file, '--redis', parts.redis]).says('is ready');
    }
    const store = alerts(redis);
    const ends = async () => {
      let resolved = 0;
      for (const id of await store.open()) resolved += (await store.get(id))?.counts.resolved ?? 0;
      return [await placed(), resolved];
    };
    await expect.poll(ends, { timeout: 40_000, interval: 200 }).toEqual([FLOOD, ENDED]);
    await agrees(
      redis,
      Array.from({ length: FLOOD }, (_, i) => member(`f${i}`, { source: 'flood' })),
    );
  } finally {
    await queues.close();
    redis.disconnect();
  }
});
