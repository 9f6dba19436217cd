import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { open } from '../../src/store/redis.ts';
import { remedies } from '../../src/store/remedies.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { watches } from '../../src/store/watches.ts';

/** What watches found, and what runbooks did by themselves, as an earlier version stored it. */
const hashes: Record<string, Record<string, string>> = JSON.parse(readFileSync(new URL('./acting-1.json', import.meta.url), 'utf8'));

let server: OwnServer;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  for (const [key, fields] of Object.entries(hashes)) await redis.hset(key, fields);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

it('what a watch found is still known, and changed', async () => {
  const store = watches(redis);
  const was = await store.get('pitfalls');
  expect(was).toMatchObject({ asked: { ticket: 'TWATCH' }, fires: [{ labels: { fix: 'cert deploy shop web1' } }], trouble: { fingerprint: 'watch/pitfalls' } });
  expect(await store.change('pitfalls', was, { format: 1, fires: [] })).toBe(true);
});

it('a runbook that was in vain does nothing more by itself', async () => {
  const begin = (at: number) => remedies(redis).begin('0123456789abcdef01234567', 'A0123456789B', { at, perDay: 3 });
  expect(await begin(1795167600000)).toBe('stopped');
  expect(await begin(1795167600000 + 86_400_000)).toBe('go');
});
