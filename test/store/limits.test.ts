import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../src/core/types.ts';
import { limits } from '../../src/store/limits.ts';
import { servers } from '../support/redis.ts';

const ana: Account = { chat: 'slack', id: 'U0ANA000001' };
const anaToo: Account = { chat: 'matrix', id: '@ana:example.org' };
const bo: Account = { chat: 'slack', id: 'U0BO0000001' };
const stranger: Account = { chat: 'slack', id: 'U0MALLORY01' };
const people = new Map([
  [ana.id, 'ana'],
  [anaToo.id, 'ana'],
  [bo.id, 'bo'],
]);

describe.each(servers())('limits on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  const of = (person: number, room: number) => limits(redis, async () => ({ limits: { person, room }, personOf: ({ id }) => people.get(id) }));

  it('let so many through in a minute, and say when the next one may come; only the first no is to be answered', async () => {
    const some = of(3, 100);
    for (let i = 0; i < 3; i++) expect(await some.take('ask', ana, 'ops')).toEqual({ ok: true });
    const no = await some.take('ask', ana, 'ops');
    expect(no).toMatchObject({ ok: false, first: true, whose: 'person', most: 3 });
    // One comes back every 20 s.
    if (no.ok) throw new Error('let through');
    expect(no.afterMs).toBeGreaterThan(15_000);
    expect(no.afterMs).toBeLessThanOrEqual(20_000);
    expect(await some.take('ask', ana, 'ops')).toMatchObject({ ok: false, first: false });
    expect(await some.take('ask', bo, 'ops')).toEqual({ ok: true });
  });

  it('fill up again by the clock of Redis', async () => {
    const some = of(2, 100);
    await some.take('ask', ana, 'ops');
    await some.take('ask', ana, 'ops');
    expect(await some.take('ask', ana, 'ops')).toMatchObject({ ok: false });
    const name = 'hostler:limit:ask:person:ana';
    const full = Number(await redis.get(name));
    await redis.set(name, String(full - 30_000_000)); // half a minute goes by
    expect(await some.take('ask', ana, 'ops')).toEqual({ ok: true });
    expect(await some.take('ask', ana, 'ops')).toMatchObject({ ok: false });
    expect(await redis.pttl(name)).toBeGreaterThan(0);
  });

  it('count all accounts of a person together, and presses apart from asks', async () => {
    const some = of(2, 100);
    await some.take('ask', ana, 'ops');
    await some.take('ask', anaToo, 'elsewhere');
    expect(await some.take('ask', ana, 'ops')).toMatchObject({ ok: false });
    expect(await some.take('ask', anaToo, 'elsewhere')).toMatchObject({ ok: false });
    expect(await some.take('press', ana, 'ops')).toEqual({ ok: true });
  });

  it('of a room hold for all people in it; what is refused by one costs nothing of the other', async () => {
    const some = of(2, 3);
    await some.take('ask', ana, 'ops');
    await some.take('ask', ana, 'ops');
    for (let i = 0; i < 5; i++) expect(await some.take('ask', ana, 'ops')).toMatchObject({ whose: 'person' });
    expect(await some.take('ask', bo, 'ops')).toEqual({ ok: true });
    expect(await some.take('ask', bo, 'ops')).toMatchObject({ ok: false, whose: 'room', most: 3, first: true });
    expect(await some.take('ask', bo, 'other')).toEqual({ ok: true });
  });

  it('keep strangers from shutting out the people of a room', async () => {
    const some = of(2, 2);
    for (let i = 0; i < 4; i++) await some.take('ask', { ...stranger, id: `U0MALLORY0${i}` }, 'ops');
    expect(await some.take('ask', { ...stranger, id: 'U0MALLORY09' }, 'ops')).toMatchObject({ whose: 'room' });
    expect(await some.take('ask', ana, 'ops')).toEqual({ ok: true });
  });

  it('let no more through when many come at once', async () => {
    const some = of(5, 100);
    const all = await Promise.all(Array.from({ length: 40 }, () => some.take('ask', ana, 'ops')));
    expect(all.filter(({ ok }) => ok)).toHaveLength(5);
    expect(all.filter((one) => !one.ok && one.first)).toHaveLength(1);
  });
});
