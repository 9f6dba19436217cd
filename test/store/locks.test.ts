import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Right } from '../../src/core/ports.ts';
import { leases } from '../../src/store/leases.ts';
import { locks } from '../../src/store/locks.ts';
import { journals } from '../../src/store/plans.ts';
import { servers } from '../support/redis.ts';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const x = (...names: string[]) => names.map((name) => ({ name }));
const s = (...names: string[]) => names.map((name) => ({ name, shared: true as const }));

describe.each(servers())('locks on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());

  async function took(ticket: string, wanted: Parameters<ReturnType<typeof locks>['acquire']>[1]): Promise<number> {
    const answer = await locks(redis).acquire(ticket, wanted);
    if (!('token' in answer) || answer.token === undefined) throw new Error(`${ticket} did not get ${JSON.stringify(wanted)}: ${JSON.stringify(answer)}`);
    return answer.token;
  }
  async function refused(ticket: string, wanted: Parameters<ReturnType<typeof locks>['acquire']>[1]) {
    const answer = await locks(redis).acquire(ticket, wanted);
    if (!('busy' in answer)) throw new Error(`${ticket} got ${JSON.stringify(wanted)}`);
    return answer.busy;
  }

  it('cover what is below and keep off what is above', async () => {
    await took('T1', x('east/kvm1/shop'));
    await took('T2', x('east/kvm1/build'));
    expect(await refused('T3', x('east/kvm1'))).toMatchObject({ name: 'east/kvm1', ticket: 'T1', place: 1 });
    expect(await refused('T4', s('east'))).toMatchObject({ name: 'east', ticket: 'T1', place: 2 });
    await locks(redis).release('T4');
    await took('T5', x('east/kvm10', 'west'));
    expect(await refused('T6', x('west/kvm1/a'))).toMatchObject({ name: 'west/kvm1/a', ticket: 'T5', place: 1 });
  });

  it('that are shared go together, and one ticket may have both kinds', async () => {
    await took('T1', s('east'));
    await took('T2', [...s('east'), ...x('west')]);
    expect(await refused('T3', x('east/kvm1'))).toMatchObject({ name: 'east/kvm1', ticket: 'T1' });
    await locks(redis).release('T3');
    await locks(redis).release('T2');
    await locks(redis).release('T1');
    await took('T4', [...s('east'), ...x('east/kvm1/shop')]);
    await took('T5', s('east/kvm2'));
    expect(await refused('T6', s('east'))).toMatchObject({ ticket: 'T4' });
    expect(await refused('T7', x('east/kvm2/a'))).toMatchObject({ ticket: 'T4' });
  });

  it('are given all at once or not at all', async () => {
    await took('T1', x('b'));
    expect(await refused('T2', x('c', 'a', 'b'))).toMatchObject({ name: 'b', ticket: 'T1' });
    expect((await locks(redis).list()).map(({ name, holders }) => [name, holders.length])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 0],
    ]);
  });

  it('go to one ticket of many that ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => locks(redis).acquire(`T${i}`, x('a'))));
    expect(answers.filter((answer) => 'token' in answer)).toHaveLength(1);
    expect(answers.flatMap((answer) => ('busy' in answer ? [answer.busy.place] : [])).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 29 }, (_, i) => i + 1),
    );
  });

  it('keep their token while the ticket holds them, and get a new one with another set', async () => {
    const first = await took('T1', [...x('a'), ...s('b')]);
    expect(await took('T1', [...s('b'), ...x('a', 'a')])).toBe(first);
    const second = await took('T1', x('a'));
    expect(second).toBeGreaterThan(first);
    expect(await took('T2', x('b'))).toBeGreaterThan(second);
    expect(await refused('T1', x('a', 'b'))).toMatchObject({ name: 'b', ticket: 'T2' });
    expect(await took('T1', x('a'))).toBe(second);
    expect((await locks(redis).list()).flatMap(({ waiting }) => waiting)).toEqual([]);
  });

  it('of a ticket that has none need nothing', async () => {
    expect(await locks(redis).acquire('T1', [])).toEqual({ token: undefined });
    expect(await redis.keys('*')).toEqual([]);
  });

  it('come in turn: nobody passes who would be in the way of one that waits', async () => {
    await took('T1', s('east/kvm1'));
    const before = Date.now();
    const busy = await refused('T2', x('east/kvm1/shop'));
    expect(Math.abs(busy.since - before)).toBeLessThan(5000);
    expect(await refused('T3', s('east'))).toMatchObject({ name: 'east', ticket: 'T2', place: 2 });
    await took('T4', s('east/kvm2'));
    expect(await refused('T2', x('east/kvm1/shop'))).toEqual(busy);
    expect(await locks(redis).release('T1')).toEqual(['T2', 'T3']);
    expect(await refused('T3', s('east'))).toMatchObject({ ticket: 'T2' });
    await took('T2', x('east/kvm1/shop'));
    expect(await locks(redis).release('T2')).toEqual(['T3']);
    await took('T3', s('east'));
  });

  it('are not kept back for a ticket that holds what others wait for', async () => {
    await took('T1', x('a', 'b'));
    await refused('T2', x('a', 'c'));
    await took('T1', x('a'));
    await took('T1', x('a', 'c'));
    await locks(redis).release('T1');
    await took('T2', x('a', 'c'));
  });

  it('are waited for only while the ticket asks', async () => {
    const short = locks(redis, { waitsMs: 200 });
    await took('T1', x('a'));
    await short.acquire('T2', x('a'));
    await wait(150);
    await short.acquire('T3', x('a'));
    expect((await short.list())[0]?.waiting.map(({ ticket }) => ticket)).toEqual(['T2', 'T3']);
    await wait(100);
    expect((await short.list())[0]?.waiting.map(({ ticket }) => ticket)).toEqual(['T3']);
    expect(await short.acquire('T4', x('a'))).toMatchObject({ busy: { place: 2 } });
    expect(await short.release('T1')).toEqual(['T3', 'T4']);
    await wait(250);
    expect(await redis.keys('*')).toEqual(['hostler:token']);
  });

  it('are listed by name, with who holds them and who waits', async () => {
    const token = await took('T1', x('east/kvm1/shop'));
    await refused('T2', x('east/kvm1'));
    const [first, second, ...more] = await locks(redis).list();
    expect(first).toMatchObject({ name: 'east/kvm1', holders: [], waiting: [{ ticket: 'T2' }] });
    expect(second).toMatchObject({ name: 'east/kvm1/shop', holders: [{ ticket: 'T1', shared: false, token }], waiting: [] });
    expect(more).toEqual([]);
  });

  it('can be given back any number of times, and leave nothing', async () => {
    await took('T1', x('a/b/c', 'd'));
    await refused('T2', x('a'));
    for (let i = 0; i < 2; i++) await locks(redis).release('T2');
    for (let i = 0; i < 2; i++) expect(await locks(redis).release('T1')).toEqual([]);
    expect(await redis.keys('*')).toEqual(['hostler:token']);
  });

  it('can be taken away, one at a time, which ends the right of who had them', async () => {
    const { steal, robbed, release } = locks(redis);
    const token = await took('T1', x('east/kvm1/shop', 'west/kvm9'));
    expect(await steal('east/kvm1/shop', 'T1', token - 1)).toBe(false);
    expect(await steal('east/kvm1', 'T1', token)).toBe(false);
    expect(await steal('east/kvm1/shop', 'T2', token)).toBe(false);
    expect(await robbed('T1')).toBe(false);
    expect(await steal('east/kvm1/shop', 'T1', token)).toBe(true);
    expect(await steal('east/kvm1/shop', 'T1', token)).toBe(false);
    expect([await robbed('T1'), await robbed('T2')]).toEqual([true, false]);
    await took('T2', x('east'));
    expect(await refused('T3', x('west'))).toMatchObject({ ticket: 'T1' });
    expect(await took('T1', x('east/kvm1/shop', 'west/kvm9'))).toBe(token);
    expect((await locks(redis).list()).map(({ name }) => name)).toEqual(['east', 'west', 'west/kvm9']);
    await release('T1');
    expect(await robbed('T1')).toBe(false);
    await took('T3', x('west'));
  });

  it('leave what they mean for nodes above where the ticket still needs it', async () => {
    const token = await took('T1', x('east', 'east/kvm1/a', 'east/kvm1/b'));
    expect(await locks(redis).steal('east', 'T1', token)).toBe(true);
    await took('T2', x('east/kvm1/c'));
    await locks(redis).steal('east/kvm1/a', 'T1', token);
    expect(await refused('T3', x('east/kvm1'))).toMatchObject({ ticket: 'T1' });
    await locks(redis).release('T2');
    await locks(redis).steal('east/kvm1/b', 'T1', token);
    await took('T3', x('east/kvm1'));
  });

  it('fence the journal', async () => {
    const write = (ticket: string, right: Right) => journals(redis).write(ticket, 1, 0, { state: 'intent', at: 1 }, right);
    const lease = await leases(redis).take('run T1 east', 'a');
    if (!lease) throw new Error('someone else holds it');
    const right = (token: number): Right => ({ lease: { name: 'run T1 east', token: lease.token }, locks: token });
    const first = await took('T1', x('a'));
    expect(await write('T1', right(first))).toBe(true);
    expect(await write('T2', right(first))).toBe(false);
    const second = await took('T1', x('a', 'b'));
    expect(await write('T1', right(first))).toBe(false);
    expect(await write('T1', right(second))).toBe(true);
    await locks(redis).steal('b', 'T1', second);
    expect(await write('T1', right(second))).toBe(false);
    await locks(redis).release('T1');
    expect(await write('T1', right(second))).toBe(false);
    await lease.release();
  });

  it('that a newer version wrote are left alone', async () => {
    await redis.hset('hostler:lock:held', 'T1', JSON.stringify({ format: 2, token: 1, since: 1, modes: {} }));
    await expect(locks(redis).acquire('T2', x('a'))).rejects.toThrow('newer version');
    await expect(locks(redis).list()).rejects.toThrow('newer version');
    await expect(locks(redis).robbed('T1')).rejects.toThrow('newer version');
  });
});
