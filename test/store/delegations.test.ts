import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delegations, lent } from '../../src/store/delegations.ts';
import { servers } from '../support/redis.ts';

describe.each(servers())('delegations on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('are one for each two people, end by themselves, and are taken back', async () => {
    const later = Date.now() + 60_000;
    const store = delegations(redis);
    await store.add({ from: 'ana', to: 'bo', until: Date.now() - 1000 });
    expect(await lent(redis)).toEqual([]);
    await store.add({ from: 'ana', to: 'bo', until: later });
    await store.add({ from: 'ana', to: 'bo', until: later + 1 });
    await store.add({ from: 'bo', to: 'ana', until: later });
    expect(await lent(redis)).toHaveLength(2);
    expect(await lent(redis)).toContainEqual({ from: 'ana', to: 'bo', until: later + 1 });
    expect(await store.remove('ana', 'bo')).toBe(true);
    expect(await store.remove('ana', 'bo')).toBe(false);
    expect(await lent(redis)).toEqual([{ from: 'bo', to: 'ana', until: later }]);
  });

  it('that are over go with the next, and one of a newer version lends nothing', async () => {
    const later = Date.now() + 60_000;
    await redis.hset('hostler:delegations', 'cleo bo', JSON.stringify({ format: 2, delegation: { from: 'cleo', to: 'bo', until: later } }));
    await delegations(redis).add({ from: 'ana', to: 'bo', until: 1 });
    await delegations(redis).add({ from: 'ana', to: 'dan', until: later });
    expect((await redis.hkeys('hostler:delegations')).sort()).toEqual(['ana dan', 'cleo bo']);
    expect(await lent(redis)).toEqual([{ from: 'ana', to: 'dan', until: later }]);
  });
});
