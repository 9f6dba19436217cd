import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Queues, read } from '../../src/queue/bullmq.ts';
import { servers } from '../support/redis.ts';

describe.each(servers().slice(-1))('what is taken from a queue on $name', ({ start }) => {
  let queues: Queues;
  let logged: string[];
  let stop: () => Promise<void>;
  beforeEach(async () => {
    const server = await start();
    logged = [];
    const { host, port, path } = server.redis.options;
    queues = new Queues(path === undefined ? { host, port } : { path }, (text, detail) => void logged.push(`${text}: ${detail}`));
    stop = async () => {
      await queues.close();
      await server.stop();
    };
  });
  afterEach(() => stop());

  const payload = z.object({ n: z.number() });
  const send = (data: unknown) => queues.send([{ queue: 'q', name: 'one', id: 'one', data }]);

  it('is tried again where what it asks for answers in another shape', async () => {
    let times = 0;
    await queues.work(
      'q',
      async (_, data) => {
        read(payload, data);
        if (++times < 3) payload.parse({ status: 'success' });
      },
      1,
    );
    await send({ n: 1 });
    await expect.poll(() => times).toBe(3);
  });

  it('is given up at once where it is no message of this bot', async () => {
    let times = 0;
    await queues.work(
      'q',
      async (_, data) => {
        times++;
        read(payload, data);
      },
      1,
    );
    await send({ n: 'one' });
    await expect.poll(() => logged).toEqual([expect.stringContaining('not a message of this bot: n: ')]);
    await send({ n: 'one' });
    await expect.poll(() => times).toBe(2);
    expect(logged.every((line) => line.includes('UnrecoverableError'))).toBe(true);
  });
});
