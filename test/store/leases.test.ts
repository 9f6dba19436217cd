import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseServer } from '../../src/start.ts';
import { leases } from '../../src/store/leases.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { tickets } from '../../src/store/tickets.ts';

let server: OwnServer;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const took = (answer: Awaited<ReturnType<ReturnType<typeof leases>['lock']>>) => ('lease' in answer ? answer.lease : undefined);

describe('locks', () => {
  it('are taken all or none: alone by one, shared by many, and the one in the way is named', async () => {
    const { lock } = leases(redis);
    const a = took(await lock([{ name: 'east/kvm1', shared: true }, { name: 'east/kvm1/a' }], 'TA'));
    expect(a?.held()).toBe(true);
    const b = took(await lock([{ name: 'east/kvm1', shared: true }, { name: 'east/kvm1/b' }], 'TB'));
    expect(b?.held()).toBe(true);
    expect(await lock([{ name: 'east/kvm1' }], 'TC')).toMatchObject({ name: 'east/kvm1' });
    expect(await lock([{ name: 'east/kvm1/c' }, { name: 'east/kvm1/a' }], 'TC')).toEqual({ busy: 'TA', name: 'east/kvm1/a' });
    expect(took(await lock([{ name: 'east/kvm1/c' }], 'TD'))?.held()).toBe(true);
    await a?.release();
    await b?.release();
    expect(took(await lock([{ name: 'east/kvm1' }], 'TC'))?.held()).toBe(true);
  });

  it('that an attempt forgets stay with whoever took over for the same ticket', async () => {
    const { lock } = leases(redis);
    const stale = took(await lock([{ name: 'x' }], 'T1'));
    const heir = took(await lock([{ name: 'x' }], 'T1'));
    stale?.forget();
    expect(stale?.held()).toBe(false);
    expect(heir?.held()).toBe(true);
    expect(await lock([{ name: 'x' }], 'T2')).toEqual({ busy: 'T1', name: 'x' });
    await heir?.release();
    expect(took(await lock([{ name: 'x' }], 'T2'))?.held()).toBe(true);
  });

  it('for one run go to one attempt only', async () => {
    const { take } = leases(redis);
    const first = await take('run T1 east', 'east');
    expect(first?.held()).toBe(true);
    expect(await take('run T1 east', 'east')).toBeUndefined();
    await first?.release();
    expect((await take('run T1 east', 'east'))?.held()).toBe(true);
  });
});

describe('a reply code', () => {
  it('stands for the ticket that had it first', async () => {
    const { keepCode, byCode } = tickets(redis);
    expect(await keepCode('7F3KQ', 'T1', 60_000)).toBe(true);
    expect(await keepCode('7F3KQ', 'T1', 60_000)).toBe(true);
    expect(await keepCode('7F3KQ', 'T2', 60_000)).toBe(false);
    expect(await byCode('7F3KQ')).toBe('T1');
  });
});

describe('practice', () => {
  it.each(['redis://redis.example.org:6379', 'redis://127.0.0.1.example.org', 'sentinel://192.0.2.1/one'])('takes no Redis elsewhere: %s', async (url) => {
    await expect(chooseServer(url, true, '/nonexistent')).rejects.toThrow('on this machine only');
  });
});
