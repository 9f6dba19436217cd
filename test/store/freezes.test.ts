import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Freeze } from '../../src/core/types.ts';
import { freezes } from '../../src/store/freezes.ts';
import { open } from '../../src/store/redis.ts';
import { startInProcess } from '../../src/store/server.ts';
import { servers } from '../support/redis.ts';

const freeze = (scope: string, more: Partial<Freeze> = {}): Freeze => ({ scope, by: 'bo', reason: 'fire', since: 1, ...more });

describe.each(servers())('freezes on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('are one for each scope, the oldest first, and are lifted by their scope', async () => {
    const store = freezes(redis);
    await store.set(freeze('@web', { since: 2 }));
    await store.set(freeze('*'));
    await store.set(freeze('@web', { since: 2, reason: 'flood' }));
    expect(await store.list()).toEqual([freeze('*'), freeze('@web', { since: 2, reason: 'flood' })]);
    expect(await store.lift('*', 1)).toBe(true);
    expect(await store.lift('*', 1)).toBe(false);
    expect(await store.list()).toHaveLength(1);
  });

  it('stay when one that took the place of the one that was seen is lifted', async () => {
    const store = freezes(redis);
    const now = Date.now();
    await store.set(freeze('*', { since: now }));
    expect(await store.lift('*', now - 1)).toBe(false);
    expect(await store.list()).toHaveLength(1);
    expect(await store.lift('*', now)).toBe(true);
  });

  it('end by the clock of Redis, and are then dropped', async () => {
    const store = freezes(redis);
    await store.set(freeze('a', { until: Date.now() - 60_000 }));
    await store.set(freeze('b', { until: Date.now() + 60_000 }));
    expect((await store.list()).map(({ scope }) => scope)).toEqual(['b']);
    await store.set(freeze('c'));
    expect((await redis.hkeys('hostler:freezes')).sort()).toEqual(['b', 'c']);
  });

  it('of a newer version stop everything: nobody can say what they are about', async () => {
    await freezes(redis).set(freeze('a'));
    await redis.hset('hostler:freezes', 'b', JSON.stringify({ format: 2, freeze: {} }));
    await expect(freezes(redis).list()).rejects.toThrow('newer version');
  });
});

it('that cannot be read are not none', async () => {
  const server = await startInProcess();
  const redis = await open(server.url);
  await redis.set('hostler:freezes', 'no hash');
  await expect(freezes(redis).list()).rejects.toThrow();
  redis.disconnect();
  await expect(freezes(redis).list()).rejects.toThrow();
  await server.close();
});
