import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LINK_MS, type Session, sessions } from '../../src/store/sessions.ts';
import { servers } from '../support/redis.ts';

const ana = { person: 'ana', account: { chat: 'slack', id: 'U0ANA000001' }, ticket: 'TAAAAAAAAAAA' };
const bo = { person: 'bo', account: { chat: 'matrix', id: '@bo:example.org' }, ticket: 'TBBBBBBBBBBB' };
const of = (who: typeof ana, since = 1): Session => ({ ...who, via: 'web', since, agent: 'a browser' });
const HOUR = 3_600_000;

describe.each(servers())('on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());
  const store = () => sessions(redis);
  const offered = async (who: typeof ana) => (await store().offer(who)) ?? '';
  /** All that is stored, as text. */
  const everything = async () => {
    const found = await Promise.all((await redis.keys('*')).map(async (name) => [name, await redis.dump(name).catch(() => ''), await redis.pttl(name)]));
    return JSON.stringify(found);
  };

  it('a link is good once, for one of any number that come at once, and its secret is stored nowhere', async () => {
    const secret = await offered(ana);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await everything()).not.toContain(secret);
    const came = await Promise.all(Array.from({ length: 10 }, () => store().redeem(secret)));
    expect(came.filter(Boolean)).toMatchObject([ana]);
    expect(await store().redeem(secret)).toBeUndefined();
  });

  it('a link is good for five minutes by the clock of Redis', async () => {
    const secret = await offered(ana);
    const links = await redis.keys('hostler:login:*');
    for (const name of links) expect(await redis.pttl(name)).toSatisfy((left: number) => left > LINK_MS - 5000 && left <= LINK_MS);
    await Promise.all(links.map((name) => redis.pexpire(name, 1)));
    await expect.poll(() => redis.keys('hostler:login:*')).toEqual([]);
    expect(await store().redeem(secret)).toBeUndefined();
  });

  it('a newer link makes the former one good for nothing, of this person alone', async () => {
    const first = await offered(ana);
    const other = await offered(bo);
    const again = await offered({ ...ana, ticket: 'TCCCCCCCCCCC' });
    expect(await store().redeem(first)).toBeUndefined();
    expect(await store().redeem(other)).toMatchObject(bo);
    expect(await store().redeem(again)).toMatchObject({ person: 'ana', ticket: 'TCCCCCCCCCCC' });
  });

  it('a request whose link was used gets no other', async () => {
    await store().redeem(await offered(ana));
    expect(await store().offer(ana)).toBeUndefined();
    expect(await store().offer({ ...ana, ticket: 'TCCCCCCCCCCC' })).toMatch(/^[\w-]{43}$/);
  });

  it('a session is found by its secret until its time is over, and the secret is stored nowhere', async () => {
    const secret = await store().begin(of(ana), HOUR);
    expect(await store().get(secret)).toMatchObject({ person: 'ana', via: 'web' });
    expect(await store().get(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined();
    expect(await everything()).not.toContain(secret);
    const short = await store().begin(of(ana), 1);
    await expect.poll(() => store().get(short)).toBeUndefined();
    expect(await store().list('ana')).toHaveLength(1);
  });

  it('all sessions of one person end together, a link that was not used with them', async () => {
    const mine = await Promise.all([1, 2, 3].map((since) => store().begin(of(ana, since), HOUR)));
    const other = await store().begin(of(bo), HOUR);
    const link = await offered(ana);
    expect((await store().list('ana')).map(({ since }) => since)).toEqual([3, 2, 1]);
    expect(await store().drop(mine[0] ?? '')).toMatchObject({ person: 'ana', since: 1 });
    expect(await store().drop(mine[0] ?? '')).toBeUndefined();
    expect(await store().end('ana')).toBe(2);
    expect(await store().end('ana')).toBe(0);
    for (const secret of mine) expect(await store().get(secret)).toBeUndefined();
    expect(await store().redeem(link)).toBeUndefined();
    expect(await store().get(other)).toMatchObject({ person: 'bo' });
  });

  it('what format 1 has stored is still good; what a newer version has stored is left to it', async () => {
    const secret = 'A'.repeat(43);
    const hash = '0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a';
    const account = '"account":{"chat":"slack","id":"U0ANA000001"}';
    await redis.set('hostler:login:of:ana', `TAAAAAAAAAAA ${hash}`);
    await redis.set(`hostler:login:${hash}`, `{"person":"ana",${account},"ticket":"TAAAAAAAAAAA","format":1}`);
    expect(await store().redeem(secret)).toMatchObject(ana);
    await redis.set(`hostler:session:${hash}`, `{"person":"ana",${account},"ticket":"TAAAAAAAAAAA","via":"web","since":1,"agent":"a browser","format":1}`);
    expect(await store().get(secret)).toMatchObject(of(ana));
    await redis.set(`hostler:session:${hash}`, '{"person":"ana","format":2}');
    await expect(store().get(secret)).rejects.toThrow('newer version');
  });

  it('attempts are counted by address and together, for a minute', async () => {
    for (let n = 1; n <= 3; n++) expect(await store().attempt('203.0.113.9')).toEqual({ here: n, all: n });
    expect(await store().attempt('198.51.100.7')).toEqual({ here: 1, all: 4 });
    for (const name of await redis.keys('hostler:login:tries*')) expect(await redis.pttl(name)).toSatisfy((left: number) => left > 0 && left <= 60_000);
  });
});
