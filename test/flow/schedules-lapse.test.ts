import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../config/schema.ts';
import { ALERTS } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { open, settings } from '../../src/store/redis.ts';
import { schedules } from '../../src/store/schedules.ts';
import { tickets } from '../../src/store/tickets.ts';
import { type Bot, bot } from '../support/bot.ts';

describe('the approval of what is asked at times', () => {
  let world: Bot & { close(): Promise<void> };
  let redis: Awaited<ReturnType<typeof open>>;
  let queues: Queues;
  beforeAll(async () => {
    world = await bot({
      config(lab) {
        const config = lab as { people: Record<string, unknown> };
        config.people.dora = { name: 'Dora', roles: ['lead'] };
        return config;
      },
    });
    redis = await open(world.redis);
    queues = new Queues(settings(world.redis), () => undefined);
  });
  afterAll(async () => {
    await queues?.close();
    redis?.disconnect();
    await world?.close();
  });
  const reboots = () => world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop').length;
  const only = async () => {
    const [one, ...others] = await schedules(redis).list();
    if (!one || others.length > 0) throw new Error(`there are ${others.length + (one ? 1 : 0)}`);
    return one;
  };
  /** As if its next time had been so many minutes ago. */
  async function back(minutes: number): Promise<void> {
    for (;;) {
      const { last: _, ...one } = await only();
      const at = Date.now() - minutes * 60_000;
      const repeat = { ...one.repeat, cron: `${new Date(at).getUTCMinutes()} * * * *` };
      if (await schedules(redis).set({ ...one, repeat, at: at - 60_000, rev: one.rev + 1 }, one.rev)) return look();
    }
  }
  /** What is due by the clock is done now. */
  let looked = 0;
  const look = () => queues.send([{ queue: ALERTS, name: 'tend', id: `look${++looked}`, data: {} }]);
  const lastRun = async () => {
    await expect.poll(async () => (await only()).last?.ticket ?? '').toMatch(/^T/);
    return world.sees('alice', (await only()).last?.ticket ?? '');
  };
  /** Requests that wait for somebody's word. */
  const waiting = async () => {
    const all = await Promise.all((await tickets(redis).open()).map((id) => tickets(redis).get(id)));
    return all.flatMap((one) => (one?.state === 'waiting' ? [one] : []));
  };
  const without = (person: string): Config => ({
    ...world.config,
    people: Object.fromEntries(Object.entries(world.config.people).filter(([id]) => id !== person)),
  });

  it('holds no longer than those who gave it may give it; it is asked for anew, once, and then goes on', async () => {
    const card = await world.says('alice', 'schedule add "* * * * *" "vm reboot shop" --until 2h');
    await world.presses('bob', card, 'approve');
    const { id } = await only();
    await back(40);
    expect((await lastRun()).ticket?.state).toBe('done');
    expect(reboots()).toBe(1);

    await world.reload(without('bob'));
    await back(30);
    const refused = await lastRun();
    expect(refused.ticket?.state, refused.text).toBe('refused');
    expect(refused.text).toContain('paused');
    await expect.poll(async () => (await only()).paused).toBeDefined();
    await look();
    await expect.poll(async () => (await waiting()).length).toBe(1);
    const [asked] = await waiting();
    expect(asked).toMatchObject({ by: 'alice', text: 'vm reboot shop', repeat: { missed: 'run' }, from: { kind: 'schedule', ticket: id } });
    expect((await world.says('alice', 'schedule list')).text).toMatch(/paused/);

    // Nothing is done meanwhile, and nobody is told again.
    await back(20);
    await world.says('alice', 'host status web1');
    await expect.poll(async () => (await only()).paused).toMatchObject({ asked: asked?.id });
    expect(reboots()).toBe(1);
    expect(await waiting()).toHaveLength(1);

    const goes = await world.presses('dora', await world.sees('dora', asked?.id ?? ''), 'approve');
    expect(goes.ticket?.state, goes.text).toBe('done');
    await expect.poll(async () => (await only()).paused).toBeUndefined();
    expect((await only()).id).toBe(id);
    expect(reboots()).toBe(1);
    await back(10);
    const ran = await lastRun();
    expect(ran.ticket?.state, ran.text).toBe('done');
    expect(reboots()).toBe(2);
    await world.reload(world.config);
    const again = await world.says('alice', `undo ${asked?.id}`);
    const gone = again.ticket?.state === 'waiting' ? await world.presses('bob', again, 'approve') : again;
    expect(gone.ticket?.state, gone.text).toBe('done');
    expect(await schedules(redis).list()).toEqual([]);
  });

  it('is judged by what policy asks for at each time', async () => {
    await expect.poll(async () => (await world.says('bob', 'whoami')).ticket?.state).toBe('done');
    const card = await world.says('alice', 'schedule add "* * * * *" "vm reboot shop" --until 2h');
    await world.presses('bob', card, 'approve');
    const before = reboots();
    const two = world.config.approvals.map((rule) => ({ ...rule, count: 2 }));
    await world.reload({ ...world.config, approvals: two });
    await expect.poll(async () => (await world.says('alice', 'vm reboot shop')).text).toContain('2 of lead');
    await back(3);
    const run = await lastRun();
    expect(run.ticket?.state, run.text).toBe('refused');
    expect(reboots()).toBe(before);
    await expect.poll(async () => (await only()).paused).toBeDefined();
    await look();
    await expect.poll(async () => (await only()).paused?.asked).toBeDefined();
    await world.reload(world.config);
  });
});
