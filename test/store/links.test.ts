import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Links } from '../../src/core/ports.ts';
import { linked, links } from '../../src/store/links.ts';
import { servers } from '../support/redis.ts';

const slack = { chat: 'slack', id: 'U0ANA000001' };
const web = { chat: 'web', id: 'ana' };
const matrix = { chat: 'matrix', id: '@ana:example.org' };
const other = { chat: 'matrix', id: '@eve:example.org' };
const bo = { chat: 'slack', id: 'U0BO0000001' };
/** A code that is surely not the one. */
const wrong = (code: string) => code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));

describe.each(servers())('links on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  let store: Links;
  beforeAll(async () => {
    ({ redis, stop } = await start());
    store = links(redis);
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  const claims = async (code: string, by = matrix) => (await store.claim(code, by))?.code ?? '';
  const add = (account = matrix, person = 'ana') => store.add({ account, person, at: 1 });

  it('are made by both sides, once', async () => {
    const code = await store.offer('ana', slack);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const claim = await store.claim(code.toLowerCase().replace('-', ''), matrix);
    expect(claim).toMatchObject({ person: 'ana', from: slack });
    expect(await add()).toBe(false); // nothing was confirmed
    expect(await store.claimed('ana', slack, claim?.code ?? '')).toEqual(matrix);
    expect(await add()).toBe(true);
    expect(await add()).toBe(true); // the same step again
    expect(await store.list()).toEqual([{ account: matrix, person: 'ana', at: 1 }]);
    expect(await store.claim(code, matrix)).toBeUndefined();
    expect(await store.claimed('ana', slack, claim?.code ?? '')).toBeUndefined();
    expect(await store.remove(matrix)).toBe(true);
    expect(await store.remove(matrix)).toBe(false);
    expect(await add()).toBe(false); // the claim was used up
  });

  it('go to the first account that says the code; told again it hears the same', async () => {
    const code = await store.offer('ana', slack);
    const [mine, theirs] = await Promise.all([store.claim(code, other), store.claim(code, matrix)]);
    expect([mine, theirs].filter((one) => one !== undefined)).toHaveLength(1);
    const first = mine ? other : matrix;
    expect(await store.claim(code, first)).toEqual(mine ?? theirs);
    expect(await store.claimed('ana', slack, (mine ?? theirs)?.code ?? '')).toEqual(first);
    expect(await add(mine ? matrix : other)).toBe(false);
  });

  it('are confirmed only by the same person, from the account the first code was given to', async () => {
    const code = await store.offer('ana', slack);
    await store.offer('bo', bo);
    const second = await claims(code);
    expect(await store.claimed('ana', web, second)).toBeUndefined();
    expect(await store.claimed('bo', slack, second)).toBeUndefined();
    expect(await store.claimed('bo', bo, second)).toBeUndefined();
    expect(await store.claimed('ana', slack, second.toLowerCase())).toEqual(matrix);
    expect(await add(matrix, 'bo')).toBe(false);
  });

  it('are guessed five times by one account, which hurts nobody else', async () => {
    const code = await store.offer('ana', slack);
    for (let i = 0; i < 5; i++) expect(await store.claim(wrong(code), other)).toBeUndefined();
    expect(await store.claim(code, other)).toBeUndefined();
    expect(await store.claim(code, matrix)).toBeDefined();
  });

  it('end with the fifth wrong second code', async () => {
    const second = await claims(await store.offer('ana', slack));
    for (let i = 0; i < 4; i++) expect(await store.claimed('ana', slack, wrong(second))).toBeUndefined();
    expect(await store.claimed('ana', slack, second)).toEqual(matrix);
    expect(await store.claimed('ana', slack, wrong(second))).toBeUndefined();
    expect(await store.claimed('ana', slack, second)).toBeUndefined();
    expect(await add()).toBe(false);
  });

  it('wait ten minutes by Redis’ clock, and a new code ends the old one', async () => {
    const old = await store.offer('ana', slack);
    const code = await store.offer('ana', slack);
    expect(await store.claim(old, matrix)).toBeUndefined();
    const keys = await redis.keys('hostler:links:offer:*');
    expect(keys).toHaveLength(1);
    expect(await redis.pttl(keys[0] ?? '')).toBeGreaterThan(590_000);
    await redis.pexpire(keys[0] ?? '', 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await store.claim(code, matrix)).toBeUndefined();
    for (const name of await redis.keys('hostler:links:*')) expect(await redis.pttl(name)).toBeLessThanOrEqual(600_000);
  });

  it('keep no code in clear', async () => {
    const code = await store.offer('ana', slack);
    const second = await claims(code);
    const all: string[] = [];
    for (const name of await redis.keys('*')) {
      all.push(name, JSON.stringify((await redis.type(name)) === 'hash' ? await redis.hgetall(name) : await redis.get(name)));
    }
    const bare = all.join('\n').toUpperCase();
    expect(bare).not.toContain(code);
    expect(bare).not.toContain(code.replace('-', ''));
    expect(bare).not.toContain(`"${second}"`);
  });

  it('never go from one person to another: who is second gets nothing', async () => {
    const [hers, his] = [await claims(await store.offer('ana', slack)), await claims(await store.offer('bo', bo))];
    expect(await store.claimed('ana', slack, hers)).toEqual(matrix);
    expect(await store.claimed('bo', bo, his)).toEqual(matrix);
    const came = await Promise.all([add(matrix, 'bo'), add(matrix, 'ana')]);
    expect(came.filter(Boolean)).toHaveLength(1);
    expect(await store.list()).toMatchObject([{ person: came[0] ? 'bo' : 'ana' }]);
  });

  it('are followed: what was taken away is gone at the next look', async () => {
    const look = linked(redis);
    expect(await look()).toEqual([]);
    await store.claimed('ana', slack, await claims(await store.offer('ana', slack)));
    await add();
    expect(await look()).toHaveLength(1);
    expect(await look()).toHaveLength(1);
    await store.remove(matrix);
    expect(await look()).toEqual([]);
  });
});
