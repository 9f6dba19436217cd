import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Queues } from '../../src/queue/bullmq.ts';
import { depths } from '../../src/queue/depth.ts';
import { spanText } from '../../src/spantext.ts';
import { beats } from '../../src/store/beats.ts';
import { counted, counts } from '../../src/store/counts.ts';
import { presence } from '../../src/store/presence.ts';
import { servers } from '../support/redis.ts';

describe.each(servers())('on $name', ({ start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  it('what is counted adds up over processes, and how long things took falls into buckets', async () => {
    const [one, two] = [counts(server.redis), counts(server.redis)];
    one.add('hostler_presses_total', { action: 'approve' });
    one.add('hostler_presses_total', { action: 'approve' }, 2);
    two.add('hostler_presses_total', { action: 'approve' });
    two.add('hostler_presses_total', { action: 'reject' });
    for (const ms of [40, 100, 1500, 4000, 900_000]) one.took('hostler_ask_to_step_seconds', ms);
    await Promise.all([one.flush(), two.flush()]);
    await one.flush(); // nothing is written twice
    const all = await counted(server.redis);
    const presses = (action: string) => all.find(({ name, labels }) => name === 'hostler_presses_total' && labels.action === action)?.value;
    expect([presses('approve'), presses('reject')]).toEqual([4, 1]);
    const lines = spanText(all).split('\n');
    for (const line of [
      'bucket{le="0.1"} 2',
      'bucket{le="1"} 2',
      'bucket{le="2"} 3',
      'bucket{le="5"} 4',
      'bucket{le="300"} 4',
      'bucket{le="+Inf"} 5',
      'count 5',
    ])
      expect(lines).toContain(`hostler_ask_to_step_seconds_${line}`);
    expect(Number(lines.find((line) => line.startsWith('hostler_ask_to_step_seconds_sum'))?.split(' ')[1])).toBeCloseTo(905.64, 5);
  });

  it('what nobody of this version counts is not counted, whatever is written there', async () => {
    const before = (await counted(server.redis)).length;
    for (const field of [
      'x',
      '[]',
      '["hostler_presses_total",{"action":"a","more":"b"}]',
      '["__proto__",{}]',
      '["hostler_gone_total",{}]',
      '["hostler_presses_total",7]',
    ])
      await server.redis.hset('hostler:counts', field, '1');
    await server.redis.hset('hostler:counts', '["hostler_presses_total",{"action":"odd"}]', 'NaN');
    expect(await counted(server.redis)).toHaveLength(before);
  });

  it('a heartbeat is expected since it was named first, and forgotten when it is named no more', async () => {
    const mine = beats(server.redis);
    expect(await mine.named(['a', 'b'], 1000)).toEqual({ a: 1000, b: 1000 });
    await mine.heard('a', 5000);
    await mine.heard('a', 4000); // heard before, told later
    await mine.setLate('b', 3000);
    expect([await mine.all(), await mine.late()]).toEqual([{ a: 5000 }, { b: 3000 }]);
    expect(await mine.named(['b', 'c'], 9000)).toEqual({ b: 1000, c: 9000 });
    expect(await mine.all()).toEqual({});
    expect(await mine.named(['a'], 9500)).toEqual({ a: 9500 });
    await mine.setLate('b', undefined);
    expect(await mine.late()).toEqual({});
    expect(await beats(server.redis, 'self').named([], 1)).toEqual({});
    expect(await mine.named(['a'], 9900)).toEqual({ a: 9500 }); // what is noted of the bot's own parts is apart
  });

  it('a part is there for as long as it says so', async () => {
    const all = presence(server.redis, 300);
    const worker = { kind: 'worker', site: 'east', id: 'w1', version: '1', since: 5 } as const;
    await all.note(worker);
    await all.note({ kind: 'gateway', id: 'g1', version: '1', since: 6, speaks: ['slack'], hears: [] });
    expect(await all.list(['west'])).toMatchObject([{ kind: 'gateway', speaks: ['slack'] }]);
    expect(await all.list(['east'])).toMatchObject([{ kind: 'gateway' }, worker]);
    await expect.poll(() => all.list(['east'])).toEqual([]);
    await all.note(worker);
    await all.leave(worker);
    expect(await all.list(['east'])).toEqual([]);
  });

  it('the oldest that waits in a queue is found among all priorities', async () => {
    expect(await depths(server.redis, ['empty'])).toEqual([{ queue: 'empty', waiting: 0, active: 0, delayed: 0, oldestMs: 0 }]);
    const { host = '127.0.0.1', port, path } = server.redis.options;
    const queues = new Queues(path === undefined ? { host, port } : { path }, () => undefined);
    try {
      await queues.send([{ queue: 'full', name: 'ask', id: 'a1', data: {}, priority: 3 }]);
      const before = Date.now();
      await expect.poll(() => Date.now() - before).toBeGreaterThan(200);
      await queues.send([
        { queue: 'full', name: 'ask', id: 'a2', data: {}, priority: 2 },
        { queue: 'full', name: 'ask', id: 'a3', data: {} },
        { queue: 'full', name: 'ask', id: 'a4', data: {}, delayMs: 60_000 },
      ]);
      const [full] = await depths(server.redis, ['full']);
      expect(full).toMatchObject({ waiting: 3, active: 0, delayed: 1 });
      expect(full?.oldestMs).toBeGreaterThan(200);
    } finally {
      await queues.close();
    }
  });

  it('what is counted while Redis is away is counted when it is back, and nothing throws', async () => {
    let isAway = true;
    const away = () => {
      throw new Error('Connection is closed.');
    };
    const flaky = new Proxy(server.redis, {
      get(redis, name) {
        const found = name === 'multi' && isAway ? away : Reflect.get(redis, name);
        return typeof found === 'function' ? found.bind(redis) : found;
      },
    });
    const mine = counts(flaky);
    mine.add('hostler_messages_sent_total', { chat: 'slack' }, 3);
    await mine.flush();
    isAway = false;
    mine.add('hostler_messages_sent_total', { chat: 'slack' });
    await mine.flush();
    expect((await counted(server.redis)).find(({ name }) => name === 'hostler_messages_sent_total')?.value).toBe(4);
  });
});
