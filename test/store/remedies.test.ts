import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Watched } from '../../src/core/ports.ts';
import { remedies } from '../../src/store/remedies.ts';
import { watches } from '../../src/store/watches.ts';
import { servers } from '../support/redis.ts';

const DAY = 86_400_000;
const START = 1_780_000_000_000;

describe.each(servers())('on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('a runbook does so much by itself within a day, for each host by itself', async () => {
    const store = remedies(redis);
    const begin = (name: string, alert: string, at: number) => store.begin(name, alert, { at, perDay: 2 });
    expect(await begin('k', 'A1', START)).toBe('go');
    expect(await begin('k', 'A1', START + 1)).toBe('go');
    expect(await begin('k', 'A2', START + 2)).toBe('go');
    expect(await begin('k', 'A3', START + 3)).toBe('spent');
    expect(await begin('other', 'A3', START + 3)).toBe('go');
    expect(await begin('k', 'A4', START + DAY + 1)).toBe('go');
    expect(await begin('k', 'A5', START + DAY + 1)).toBe('spent');
  });

  it('does nothing more by itself once it was in vain, until somebody does it by hand or a day has passed', async () => {
    const store = remedies(redis);
    const begin = (alert: string, at: number) => store.begin('k', alert, { at, perDay: 100 });
    expect(await begin('A1', START)).toBe('go');
    await store.learn('k', { vain: { alert: 'A1', at: START + 10 } });
    expect(await begin('A2', START + 20)).toBe('stopped');
    await store.learn('k', { byHand: START + 5 });
    expect(await begin('A2', START + 20)).toBe('stopped');
    await store.learn('k', { byHand: START + 30 });
    await store.learn('k', { vain: { alert: 'A1', at: START + 99 } }); // of this alert it is known
    expect(await begin('A2', START + 40)).toBe('go');
    await store.learn('k', { vain: { alert: 'A2', at: START + 50 } });
    expect(await begin('A3', START + 49 + DAY)).toBe('stopped');
    expect(await begin('A3', START + 50 + DAY)).toBe('go');
  });

  it('only one of two desks puts down what a watch found', async () => {
    const store = watches(redis);
    const first: Watched = { format: 1, fires: [], asked: { ticket: 'T1', at: 1 } };
    expect(await store.change('reach', undefined, first)).toBe(true);
    expect(await store.change('reach', undefined, first)).toBe(false);
    const was = await store.get('reach');
    expect(was).toEqual(first);
    expect(await store.change('reach', was, { format: 1, fires: [] })).toBe(true);
    expect(await store.change('reach', was, { format: 1, fires: [] })).toBe(false);
    expect(await store.names()).toEqual(['reach']);
    expect(await store.change('reach', { format: 1, fires: [] }, undefined)).toBe(true);
    expect(await store.names()).toEqual([]);
    await redis.hset('hostler:watches', 'reach', '{"format":2}');
    await expect(store.get('reach')).rejects.toThrow(/newer/);
  });
});
