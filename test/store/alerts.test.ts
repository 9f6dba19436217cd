import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, Member } from '../../src/core/alerts/alert.ts';
import { nameOf } from '../../src/core/alerts/members.ts';
import { alerts } from '../../src/store/alerts.ts';
import { fresh, member } from '../core/alerts/sample.ts';
import { agrees } from '../support/alerts.ts';
import { servers } from '../support/redis.ts';

const HOUR = 3_600_000;
const resolved = (one: Member, heardAt = 2000): Member => ({ ...one, status: 'resolved', heardAt, endedAt: heardAt });
let made = 0;
/** A card to be, of a key; its id is its own. */
const card = (key = 'k', more: Partial<Alert> = {}) => fresh({ id: `A${++made}`, key, ...more });

describe.each(servers())('alerts on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  it('come to one card by their key, and are counted', async () => {
    const store = alerts(redis);
    const first = card();
    expect([...(await store.put(first, [member('a')], HOUR))]).toEqual([[first.id, true]]);
    expect([...(await store.put(card(), [member('b')], HOUR))]).toEqual([[first.id, true]]);
    expect([...(await store.put(card('other'), [member('c')], HOUR)).keys()]).not.toContain(first.id);
    expect(await store.get(first.id)).toMatchObject({ rev: 2, counts: { firing: 2 }, top: [{ fingerprint: 'a' }, { fingerprint: 'b' }] });
    expect(await store.recent(1)).toHaveLength(1);
    await agrees(redis, [member('a'), member('b'), member('c')]);
  });

  it('that are sent again change nothing, and neither does what comes late', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a')], HOUR);
    await store.put(card(), [resolved(member('a'))], HOUR);
    const before = await redis.hgetall(`hostler:alert:${first.id}`);
    for (const one of [resolved(member('a')), member('a'), member('a', { heardAt: 1999 })])
      expect([...(await store.put(card(), [one, one], HOUR))]).toEqual([[first.id, false]]);
    expect(await redis.hgetall(`hostler:alert:${first.id}`)).toEqual(before);
  });

  it('that are heard of again only are as they were, but known to be', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a')], HOUR);
    expect([...(await store.put(card(), [member('a', { heardAt: 5000 })], HOUR))]).toEqual([[first.id, false]]);
    expect(await store.members(first.id)).toMatchObject([{ heardAt: 5000 }]);
    expect((await store.get(first.id))?.rev).toBe(1);
  });

  it('stay on the card they stand on, whatever their key is meanwhile', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a'), member('b')], HOUR);
    expect([...(await store.put(card('storm'), [resolved(member('a')), member('c')], HOUR)).keys()]).toHaveLength(2);
    expect(await store.get(first.id)).toMatchObject({ counts: { firing: 1, resolved: 1 } });
    await agrees(redis, [member('a'), member('b'), member('c')]);
  });

  it('come back on their card for a while, and later on a new one', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a')], HOUR);
    await store.put(card(), [resolved(member('a'))], HOUR);
    expect(await store.get(first.id)).toMatchObject({ state: 'resolved' });
    await store.put(card(), [member('a', { heardAt: 3000, since: 3000 })], HOUR);
    expect(await store.get(first.id)).toMatchObject({ state: 'firing', history: [{}, {}, { kind: 'fired-again' }] });
    await store.put(card(), [resolved(member('a'), 4000)], HOUR);
    const [second] = (await store.put(card(), [member('a', { heardAt: 5000, since: 5000 })], -1)).keys();
    expect(second).not.toBe(first.id);
    expect(await store.of('am', 'a')).toBe(second);
    expect((await store.get(first.id))?.state).toBe('resolved');
  });

  it('that were closed by a person get a new card when they begin anew', async () => {
    const store = alerts(redis);
    const first = card();
    const once = member('a', { once: true });
    await store.put(first, [once], HOUR);
    await store.change(first.id, { id: 'x', at: 1, kind: 'closed', by: 'ana' });
    expect([...(await store.put(card(), [once], HOUR))]).toEqual([[first.id, false]]);
    expect([...(await store.put(card(), [{ ...once, since: 9000, heardAt: 9000 }], HOUR)).keys()]).not.toContain(first.id);
  });

  it('whose end is heard before their beginning are over, and make no card for that alone', async () => {
    const store = alerts(redis);
    expect((await store.put(card(), [resolved(member('a'))], HOUR)).size).toBe(0);
    const [id = ''] = (await store.put(card(), [member('a')], HOUR)).keys();
    expect(await store.get(id)).toMatchObject({ state: 'resolved', history: [{ kind: 'fired' }, { kind: 'resolved' }] });
    expect(await store.open()).toEqual([id]);
    // By their source's own times it is their end that is known, though it was heard first.
    await store.put(card(), [{ ...resolved(member('b'), 1500), own: { from: 900, to: 1400 } }], HOUR);
    const [late = ''] = (await store.put(card('b'), [member('b', { heardAt: 1600, own: { from: 900 } })], HOUR)).keys();
    expect(await store.get(late)).toMatchObject({ state: 'resolved' });
    await store.put(card(), [{ ...resolved(member('c'), 1500), own: { from: 900, to: 1400 } }], HOUR);
    const [anew = ''] = (await store.put(card('c'), [member('c', { heardAt: 1400, own: { from: 1450 } })], HOUR)).keys();
    expect(await store.get(anew)).toMatchObject({ state: 'firing' });
  });

  it('are silenced and fire again, and all that fire can be walked through', async () => {
    const store = alerts(redis);
    const first = card();
    const all = Array.from({ length: 620 }, (_, i) => member(`m${i}`));
    await store.put(first, [...all, resolved(member('gone'))], HOUR);
    await store.put(card(), [resolved(member('m7'))], HOUR);
    await store.mark(
      first.id,
      new Map([
        [nameOf(member('m1')), 'S1'],
        [nameOf(member('m7')), 'S1'],
      ]),
    );
    expect(await store.get(first.id)).toMatchObject({ counts: { firing: 618, silenced: 1, resolved: 1 } });
    for (const walk of [store.firing(first.id), store.standing('am')]) {
      const seen: Member[] = [];
      for await (const some of walk) seen.push(...some);
      expect(new Set(seen.map(nameOf)).size).toBe(619);
    }
    await store.mark(first.id, new Map([[nameOf(member('m1')), undefined]]));
    expect(await store.get(first.id)).toMatchObject({ counts: { firing: 619, silenced: 0 } });
  });

  it('show the next when one of the first ends', async () => {
    const store = alerts(redis);
    const first = card();
    const all = Array.from({ length: 20 }, (_, i) => member(`m${i}`, { since: i }));
    for (const one of all) await store.put(card(), [one], HOUR);
    const [id = ''] = await store.open();
    await store.put(
      first,
      all.slice(15).map((one) => resolved(one)),
      HOUR,
    );
    expect((await store.get(id))?.top.map(({ fingerprint }) => fingerprint)).toEqual(Array.from({ length: 12 }, (_, i) => `m${14 - i}`));
  });

  it('are looked after until they are closed, and then stand nowhere; they are kept for a week', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a')], HOUR);
    await store.close(first.id);
    expect(await store.open()).toEqual([first.id]);
    await store.put(card(), [resolved(member('a'))], HOUR);
    await store.close(first.id);
    expect([await store.open(), await store.of('am', 'a'), await store.keyed('all', 'k')]).toEqual([[], undefined, undefined]);
    expect(await redis.hlen('hostler:alerts:at:am')).toBe(0);
    for (const name of ['', ':members', ':ranks']) expect(await redis.ttl(`hostler:alert:${first.id}${name}`)).toBeGreaterThan(6 * 86_400);
    expect([...(await store.put(card(), [member('a', { heardAt: 9000, since: 9000 })], HOUR)).keys()]).not.toContain(first.id);
  });

  it('are forgotten while their card is open, where they are over for long and there are many; how many there were stays known', async () => {
    const store = alerts(redis);
    const first = card('storm');
    const all = Array.from({ length: 250 }, (_, i) => member(`m${i}`, { since: 1000 + i }));
    await store.put(first, all, HOUR);
    const over = all.slice(0, 240).map((one, i) => resolved(one, i < 230 ? 2000 : 9000));
    await store.put(card(), over, HOUR);
    expect(await store.trim(first.id, 5000, 20)).toBe(220);
    expect(await store.trim(first.id, 5000, 20)).toBe(0);
    expect(await store.trim(first.id, 5000, 5)).toBe(10); // the others are not over for long
    expect(await store.get(first.id)).toMatchObject({ state: 'firing', counts: { firing: 10, silenced: 0, resolved: 240 } });
    const left = await store.members(first.id, 1000);
    expect(left.map(({ status, heardAt }) => [status, heardAt])).toEqual([...Array(10).fill(['firing', 1000]), ...Array(10).fill(['resolved', 9000])]);
    expect([await store.of('am', 'm0'), await redis.hlen('hostler:alerts:at:am')]).toEqual([undefined, 20]);
    // What is back is news, and stands on one card again.
    await store.put(card('storm'), [member('m0', { since: 9500, heardAt: 9500 })], HOUR);
    expect(await store.of('am', 'm0')).toBe(first.id);
    await store.put(card(), [resolved(member('m245'), 9600)], HOUR);
    expect(await store.get(first.id)).toMatchObject({ counts: { firing: 10, resolved: 241 } });
  });

  it('are counted by room, and a flood has its time', async () => {
    const store = alerts(redis);
    for (let i = 1; i <= 3; i++) expect(await store.born('slack C1', 1000, 10_000 + i)).toBe(i);
    expect(await store.born('slack C1', 1000, 11_003)).toBe(2);
    expect(await store.storming('all')).toBe(false);
    expect(await store.storming('all', Date.now() + HOUR)).toBe(true);
    expect(await store.storming('all')).toBe(true);
    expect(await store.storming('other')).toBe(false);
  });

  it('keep the newest fifty of what could not be read', async () => {
    const store = alerts(redis);
    for (let at = 0; at < 53; at++) await store.keepMalformed({ source: 'am', at, body: '{', why: 'cut off', from: '192.0.2.1' });
    expect((await store.malformed()).map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, i) => 52 - i));
  });

  it('of a newer version are left alone', async () => {
    const store = alerts(redis);
    const first = card();
    await store.put(first, [member('a')], HOUR);
    await redis.hset(`hostler:alert:${first.id}`, 'format', '2');
    await expect(store.get(first.id)).rejects.toThrow('newer version');
    await expect(store.put(card(), [resolved(member('a'))], HOUR)).rejects.toThrow('newer version');
  });

  it('of several desks at once come to one card each', async () => {
    const others = await Promise.all([redis.duplicate(), redis.duplicate()]);
    try {
      const all = Array.from({ length: 60 }, (_, i) => member(`m${i}`));
      const put = async (desk: Redis, shift: number) => {
        for (let i = 0; i < 60; i += 6) {
          const some = all.slice((i + shift) % 60, ((i + shift) % 60) + 12);
          await alerts(desk).put(card(`k${(i + shift) % 4}`), some, HOUR);
          await alerts(desk).put(
            card(`k${i % 3}`),
            some.filter((_, n) => n % 3 === 0).map((one) => resolved(one)),
            HOUR,
          );
        }
      };
      await Promise.all([put(redis, 0), ...others.map((desk, i) => put(desk, 18 * (i + 1)))]);
      await agrees(redis, all);
    } finally {
      for (const other of others) other.disconnect();
    }
  });
});
