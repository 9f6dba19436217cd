import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tasks } from '../../src/core/ports.ts';
import { inMemory } from '../../src/hosts/proxmox/memory.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { tasks } from '../../src/store/tasks.ts';

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

describe.each<[string, () => Tasks]>([
  ['in Redis', () => tasks(redis)],
  ['in memory', inMemory],
])('which task is whose, %s', (where, make) => {
  const before = { clock: 1_795_167_493, still: '[["/x",{"digest":"a"}]]' };
  const id = (name: string) => `${where} ${name}`;

  it('is known once it is claimed, and claimed once', async () => {
    const one = make();
    expect(await one.known(id('a'))).toEqual({});
    expect(await one.intend(id('a'), before)).toEqual({ before });
    expect(await one.claim(id('T1'), id('a'))).toBe(true);
    expect(await one.claim(id('T1'), id('a'))).toBe(true);
    expect(await one.intend(id('a'), { ...before })).toEqual({ before, task: id('T1') });
    await one.intend(id('b'), before);
    expect(await one.claim(id('T1'), id('b'))).toBe(false);
    expect(await one.known(id('b'))).toEqual({ before });
  });

  it('is that of one call of a step: the next call needs its own', async () => {
    const one = make();
    await one.intend(id('c'), before);
    expect(await one.claim(id('T2'), id('c'))).toBe(true);
    const later = { ...before, clock: before.clock + 12 };
    expect(await one.intend(id('c'), later)).toEqual({ before: later });
    expect(await one.claim(id('T2'), id('c'))).toBe(false);
    expect(await one.claim(id('T3'), id('c'))).toBe(true);
    expect(await one.known(id('c'))).toEqual({ before: later, task: id('T3') });
  });

  it('goes to one of many that want it at once', async () => {
    const one = make();
    const ids = Array.from({ length: 8 }, (_, i) => id(`many ${i}`));
    await Promise.all(ids.map((step) => one.intend(step, before)));
    expect((await Promise.all(ids.map((step) => one.claim(id('T4'), step)))).filter(Boolean)).toHaveLength(1);
  });
});

it('what a newer version wrote is left alone', async () => {
  await redis.hset('hostler:call:new', { format: 2, before: '{}' });
  await expect(tasks(redis).known('new')).rejects.toThrow('newer version');
});
