import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { receivers } from '../../src/store/receivers.ts';
import { servers } from '../support/redis.ts';

describe.each(servers())('receivers on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('are all remembered, also those that are heard at once, and each by its source', async () => {
    const store = receivers(redis);
    const names = Array.from({ length: 40 }, (_, i) => `team ${i}`);
    await Promise.all(names.map((name) => store.heard('am', name)));
    await store.heard('other', 'team 1');
    expect([...(await store.of('am'))].sort()).toEqual([...names].sort());
    expect([await store.of('other'), await store.of('none')]).toEqual([['team 1'], []]);
  });

  it('are forgotten each by itself, when it was not heard of for long', async () => {
    const store = receivers(redis);
    await store.heard('am', 'old');
    await redis.zadd('hostler:chat:sources:receivers:am', Date.now() - 31 * 86_400_000, 'old', Date.now() - 29 * 86_400_000, 'rare');
    expect(await store.of('am')).toEqual(['rare']);
    await store.heard('am', 'new');
    await store.heard('am', 'old');
    expect([...(await store.of('am'))].sort()).toEqual(['new', 'old', 'rare']);
    expect(await redis.pttl('hostler:chat:sources:receivers:am')).toBeGreaterThan(29 * 86_400_000);
  });
});
