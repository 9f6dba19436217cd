import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWatched, writeWatched } from '../../src/cli/watchfile.ts';
import { alerts } from '../../src/store/alerts.ts';
import { beats } from '../../src/store/beats.ts';
import { counted, counts } from '../../src/store/counts.ts';
import { presence } from '../../src/store/presence.ts';
import { open } from '../../src/store/redis.ts';
import { schedules } from '../../src/store/schedules.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';

/** Schedules, heartbeats, who runs, what was counted and what could not be read, as an earlier version stored them; and what a watchdog kept. `NOW` is when it was heard. */
const sample: { hashes: Record<string, Record<string, string>>; lists: Record<string, string[]>; watchdog: { url: string } } = JSON.parse(
  readFileSync(new URL('./watching-1.json', import.meta.url), 'utf8'),
);

let server: OwnServer;
let redis: Redis;
const dir = mkdtempSync(join(tmpdir(), 'hostler-formats-'));
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  const now = String(Date.now());
  for (const [key, fields] of Object.entries(sample.hashes))
    await redis.hset(key, Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, value.replace(/^NOW/, now)])));
  for (const [key, all] of Object.entries(sample.lists)) await redis.rpush(key, ...all);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

it('a schedule is still due, and changed; one that was removed is not made again', async () => {
  const store = schedules(redis);
  const [one, ...others] = await store.list();
  if (!one) throw new Error('it is gone');
  expect([one, others]).toMatchObject([
    { id: 'SSAMPLE00001', repeat: { cron: '0 3 * * 6', missed: 'run' }, granted: { risk: 'low' }, last: { ticket: 'TLAST' } },
    [],
  ]);
  expect(await store.set({ ...one, rev: 2 }, 1)).toBe(true);
  expect(await store.get('SSAMPLE00002')).toBeUndefined();
  expect(await store.set({ ...one, id: 'SSAMPLE00002' }, 0)).toBe(false);
  await redis.hset('hostler:schedules', 'SNEW', JSON.stringify({ ...one, format: 2 }));
  expect((await store.list()).map(({ id }) => id)).toEqual(['SSAMPLE00001']);
});

it('heartbeats are still expected since then, and the late one is still late', async () => {
  const store = beats(redis);
  expect(await store.named(['nightly', 'mirror'], 1_800_000_000_000)).toEqual({ nightly: 1_795_308_440_500, mirror: 1_795_308_440_500 });
  expect([await store.all(), await store.late()]).toEqual([{ nightly: 1_795_308_450_500 }, { mirror: 1_795_308_460_500 }]);
  await store.heard('nightly', 1_795_308_440_500);
  expect((await store.all()).nightly).toBe(1_795_308_450_500);
  expect(await beats(redis, 'self').named(['inbox'], 1_800_000_000_000)).toEqual({ inbox: 1_795_308_440_500 });
});

it('parts that run are still seen, and those of a newer version are not', async () => {
  await redis.hset('hostler:presence:desk', 'desk-9', `${Date.now()} {"format":2}`);
  expect(await presence(redis).list(['east'])).toMatchObject([
    { kind: 'gateway', id: 'gw-1', speaks: ['slack'], hears: ['slack', 'matrix'] },
    { kind: 'worker', site: 'east', id: 'east-1' },
  ]);
});

it('what was counted is counted on', async () => {
  const more = counts(redis);
  more.add('hostler_alerts_received_total', { source: 'prometheus', status: 'firing' });
  await more.close();
  expect(await counted(redis)).toEqual(
    expect.arrayContaining([
      { name: 'hostler_alerts_received_total', labels: { source: 'prometheus', status: 'firing' }, value: 4 },
      { name: 'hostler_press_to_step_seconds', labels: { le: '0.1' }, value: 1 },
    ]),
  );
});

it('what could not be read is still shown', async () => {
  const store = alerts(redis);
  await redis.rpush('hostler:alerts:malformed', '{"format":2}');
  expect(await store.malformed()).toMatchObject([{ source: 'prometheus', body: '{"version":"4",', why: 'no JSON', from: '192.0.2.7' }]);
  await store.keepMalformed({ source: 'x', at: 1, body: '', why: '', from: '' });
  expect((await store.malformed()).map(({ source }) => source)).toEqual(['x', 'prometheus']);
});

it('a watchdog still knows since when a bot is silent, and who was told', () => {
  const file = join(dir, 'watchdog.json');
  writeFileSync(file, JSON.stringify(sample.watchdog));
  const was = readWatched(file, sample.watchdog.url);
  expect(was).toEqual(sample.watchdog);
  writeWatched(file, was);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(sample.watchdog);
  writeFileSync(file, JSON.stringify({ ...sample.watchdog, format: 2 }));
  expect(readWatched(file, sample.watchdog.url)).toMatchObject({ at: 0, told: [] });
});
