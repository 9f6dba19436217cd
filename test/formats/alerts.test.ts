import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alertCard } from '../../src/core/alerts/card.ts';
import { follow } from '../../src/core/alerts/follow.ts';
import { flatten } from '../../src/core/flatten.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { silences } from '../../src/store/silences.ts';
import { fresh, member } from '../core/alerts/sample.ts';

/** An alert and its silences, as an earlier version stored them. */
const { hashes, sets, zsets }: { [kind in 'hashes' | 'zsets']: Record<string, Record<string, string>> } & { sets: Record<string, string[]> } = JSON.parse(
  readFileSync(new URL('./alerts-1.json', import.meta.url), 'utf8'),
);

let server: OwnServer;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  for (const [key, fields] of Object.entries(hashes)) await redis.hset(key, fields);
  for (const [key, members] of Object.entries(sets)) await redis.sadd(key, ...members);
  for (const [key, scores] of Object.entries(zsets)) for (const [member, score] of Object.entries(scores)) await redis.zadd(key, score, member);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

it('an alert is still looked after, shown, followed, and told when it is over', async () => {
  const store = alerts(redis);
  const [id = ''] = await store.open();
  const alert = await store.get(id);
  if (!alert) throw new Error('it is gone');
  expect(flatten(alertCard(alert, { ana: 'Ana', bo: 'Bo' }), 'en').text).toMatch(/DiskWillFill[\s\S]*Bo ran `?disk show web1/);
  expect(follow(alert, { id: 'x', at: 1, kind: 'unacked', by: 'ana' }).acked).toBeUndefined();
  const all = await store.members(id);
  expect(all.map(({ fingerprint, silence }) => [fingerprint, silence])).toEqual([
    ['0a1b', undefined],
    ['0a1c', 'SIL00000001'],
  ]);
  const at = Date.now();
  const touched = await store.put(
    alert,
    all.map((one) => ({ ...one, status: 'resolved', heardAt: at, endedAt: at })),
    900_000,
  );
  expect([...touched]).toEqual([[id, true]]);
  expect(await store.get(id)).toMatchObject({ state: 'resolved', counts: { firing: 0, silenced: 0, resolved: 2 } });
});

it('a silence is still in force where it was not ended, and is known where it was written', async () => {
  const store = silences(redis);
  expect(await store.list()).toMatchObject([{ id: 'SIL00000001', by: 'ana', written: { prometheus: { id: expect.any(String) } } }]);
  expect(await store.end('SIL00000001')).toMatchObject({ reason: 'disk is being grown' });
  expect(await store.over(Date.now())).toMatchObject([{ id: 'SIL00000001' }]);
  expect(await store.over(Date.now())).toEqual([]);
});

it('is left alone where a newer version wrote it', async () => {
  await redis.hset('hostler:alert:ANEW', { turn: '1', json: '{}', format: '2' });
  await expect(alerts(redis).get('ANEW')).rejects.toThrow('newer version');
  await redis.hset('hostler:silences', 'SNEW', JSON.stringify({ format: 2 }));
  expect((await silences(redis).list()).map(({ id }) => id)).not.toContain('SNEW');
});

it('keeps what comes with it from nobody: all else is put, and it is said that one was not', async () => {
  const store = alerts(redis);
  const [first, other] = [fresh({ id: 'AHELD0000001', key: 'held' }), fresh({ id: 'AELSE0000001', key: 'else' })];
  await store.put(first, [member('held')], 900_000);
  await redis.hset('hostler:alert:AHELD0000001', 'format', '2');
  const before = await redis.hgetall('hostler:alert:AHELD0000001');
  const later = { heardAt: 2000, since: 2000 };
  await expect(store.put(other, [member('held', { ...later, status: 'resolved' }), member('free', later)], 900_000)).rejects.toMatchObject({
    name: 'Held',
    ids: ['AHELD0000001'],
    touched: new Map([['AELSE0000001', true]]),
  });
  expect(await store.of('am', 'free')).toBe('AELSE0000001');
  expect(await redis.hgetall('hostler:alert:AHELD0000001')).toEqual(before);
  // What comes by its key is not lost on people meanwhile.
  await store.put(fresh({ id: 'ANEXT0000001', key: 'held' }), [member('more', later)], 900_000);
  expect(await store.of('am', 'more')).toBe('ANEXT0000001');
});
