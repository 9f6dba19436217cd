import type { Redis } from 'ioredis';
import { Secret, TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { factors } from '../../src/store/factors.ts';
import { sealing } from '../../src/store/sealing.ts';
import { servers } from '../support/redis.ts';

const KEY = 'a sealing key of some length';
const START = Date.UTC(2026, 10, 21, 12, 0, 10);

describe.each(servers())('second factors on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  let now = START;
  beforeEach(async () => {
    now = START;
    await redis.flushall();
  });
  const store = () => factors(redis, sealing(KEY, 'second factors'), () => now);
  /** What the person's app shows. */
  const shown = (uri: string, at = now) => {
    const app = URI.parse(uri);
    return app instanceof TOTP ? app.generate({ timestamp: at }) : '';
  };
  async function enrolled(person: string): Promise<string> {
    const uri = await store().begin(person, 'Ana');
    expect(await store().prove(person, shown(uri))).toBe(true);
    expect(await store().enrol(person, (await store().proven(person)) ?? '')).toBe(true);
    now += 30_000;
    return uri;
  }

  it('are begun, proven and then put in force, and only that way', async () => {
    const all = store();
    const uri = await all.begin('ana', 'Ana 安娜');
    expect(uri).toMatch(/^otpauth:\/\/totp\/Hostler/);
    expect(await all.proven('ana')).toBeUndefined();
    expect(await all.enrol('ana', '')).toBe(false);
    expect(await all.prove('ana', '000000')).toBe(false);
    expect(await all.prove('bo', shown(uri))).toBe(false);
    expect(await all.prove('ana', shown(uri))).toBe(true);
    expect(await all.has('ana')).toBe(false);
    expect(await all.check('ana', shown(uri, now + 30_000))).toBe(false);
    const reference = (await all.proven('ana')) ?? '';
    expect(await all.enrol('ana', `${reference}x`)).toBe(false);
    expect(await all.enrol('bo', reference)).toBe(false);
    expect(await all.enrol('ana', reference)).toBe(true);
    expect(await all.enrol('ana', reference)).toBe(true); // told again, after a crash
    expect(await all.has('ana')).toBe(true);
  });

  it('take a code once, a little early or late, and no older one after it', async () => {
    const uri = await enrolled('ana');
    const all = store();
    expect(await all.check('ana', shown(uri, now - 30_000))).toBe(false); // the one it was proven with
    const results = await Promise.all(Array.from({ length: 4 }, () => all.check('ana', shown(uri))));
    expect(results.filter(Boolean)).toHaveLength(1);
    now += 60_000;
    expect(await all.check('ana', ` ${shown(uri, now - 30_000)} `)).toBe(true);
    now += 300_000;
    expect(await all.check('ana', shown(uri, now - 90_000))).toBe(false);
    expect(await all.check('ana', shown(uri, now + 90_000))).toBe(false);
    expect(await all.check('bo', shown(uri))).toBe(false);
  });

  it('are locked after five wrong codes: the right one is none any more for a while', async () => {
    const uri = await enrolled('ana');
    const all = store();
    const wrong = shown(uri) === '123456' ? '654321' : '123456';
    for (let i = 0; i < 5; i++) expect(await all.check('ana', wrong)).toBe(false);
    expect(await all.check('ana', shown(uri))).toBe(false);
    const left = await redis.ttl('hostler:factortries:ana');
    expect(left).toBeGreaterThan(200);
    await redis.del('hostler:factortries:ana');
    expect(await all.check('ana', shown(uri))).toBe(true);
  });

  it('are not to be had from the store, nor with another key', async () => {
    const uri = await enrolled('ana');
    const secret = new URL(uri).searchParams.get('secret') ?? 'missing';
    const raw = Secret.fromBase32(secret);
    for (const name of await redis.keys('*')) {
      const all = JSON.stringify(await redis.hgetall(name).catch(() => redis.get(name)));
      for (const form of [secret, raw.hex, raw.latin1, Buffer.from(raw.bytes).toString('base64')]) expect(all).not.toContain(form);
    }
    const other = factors(redis, sealing('another key, as long as it', 'second factors'), () => now);
    expect(await other.check('ana', shown(uri))).toBe(false);
    const none = factors(redis, undefined, () => now);
    expect([await none.has('ana'), await none.check('ana', shown(uri))]).toEqual([false, false]);
    await expect(none.begin('ana', 'Ana')).rejects.toThrow('factors.key');
    expect(() => sealing('short', 'second factors')).toThrow('16 characters');
  });

  it('of one person moved to another are nothing', async () => {
    const uri = await enrolled('ana');
    await redis.hset('hostler:factor:bo', await redis.hgetall('hostler:factor:ana'));
    expect(await store().check('bo', shown(uri))).toBe(false);
  });

  it('are forgotten', async () => {
    const uri = await enrolled('ana');
    expect(await store().forget('ana')).toBe(true);
    expect(await store().forget('ana')).toBe(false);
    expect(await store().check('ana', shown(uri))).toBe(false);
  });
});
