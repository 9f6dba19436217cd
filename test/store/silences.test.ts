import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Silence } from '../../src/core/alerts/alert.ts';
import { silences } from '../../src/store/silences.ts';
import { servers } from '../support/redis.ts';

const silence = (id: string, more: Partial<Silence> = {}): Silence => ({
  ...{ id, by: 'ana', at: 1, until: Date.now() + 3_600_000, reason: '', matchers: [{ name: 'job', pattern: 'node' }] },
  ...more,
});

describe.each(servers())('silences on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('are in force until they end, and what was ended does not begin again', async () => {
    const store = silences(redis);
    await store.add(silence('B', { at: 2 }));
    await store.add(silence('A'));
    await store.add(silence('C', { until: Date.now() - 1000 }));
    expect((await store.list()).map(({ id }) => id)).toEqual(['A', 'B']);
    expect(await store.end('A')).toMatchObject({ id: 'A' });
    expect([await store.end('A'), await store.end('C'), await store.end('D')]).toEqual([undefined, undefined, undefined]);
    await store.add(silence('A'));
    expect((await store.list()).map(({ id }) => id)).toEqual(['B']);
  });

  it('that were written at a source are given when they are over, once a minute, until they are forgotten', async () => {
    const store = silences(redis);
    for (const id of ['A', 'B', 'C']) await store.add(silence(id));
    await store.written('A', 'am', { id: 'there-1' });
    await store.written('B', 'am', { trouble: 'refused' });
    await store.written('Z', 'am', { id: 'there-2' });
    expect((await store.list()).map(({ written }) => written)).toEqual([{ am: { id: 'there-1' } }, { am: { trouble: 'refused' } }, undefined]);
    expect(await store.over(Date.now())).toEqual([]);
    for (const id of ['A', 'B', 'C']) await store.end(id);
    const later = Date.now() + 5000;
    expect(await store.over(later)).toMatchObject([{ id: 'A', written: { am: { id: 'there-1' } } }]);
    expect(await store.over(later)).toEqual([]);
    await redis.del('hostler:silences:told:A');
    expect(await store.over(later)).toHaveLength(1);
    // It is still in force there, and by its note of what it says.
    await store.written('A', 'am', { id: 'there-1', matchers: [{ name: 'job', value: 'node', isRegex: false, isEqual: true }] });
    expect((await store.lingering()).map(({ id, written }) => [id, written?.am])).toEqual([
      ['A', { id: 'there-1', matchers: [{ name: 'job', value: 'node', isRegex: false, isEqual: true }] }],
    ]);
    await store.written('A', 'am', { trouble: 'over' });
    expect(await store.lingering()).toEqual([]);
    await store.written('A', 'am', { id: 'there-1' });
    await store.forget('A');
    await redis.del('hostler:silences:told:A');
    expect(await store.over(later)).toEqual([]);
    expect((await redis.hkeys('hostler:silences')).sort()).toEqual(['B', 'C']);
    await store.over(later + 2 * 86_400_000);
    expect([await redis.hlen('hostler:silences'), await redis.hlen('hostler:silences:written')]).toEqual([0, 0]);
  });

  it('say by which of them what stands on cards was marked', async () => {
    const store = silences(redis);
    expect(await store.marked()).toBeUndefined();
    await store.mark('');
    expect(await store.marked()).toBe('');
  });
});
