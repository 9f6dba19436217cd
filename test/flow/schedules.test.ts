import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../src/store/redis.ts';
import { schedules } from '../../src/store/schedules.ts';
import { type Bot, bot } from '../support/bot.ts';

describe('what is asked at times', () => {
  let world: Bot & { close(): Promise<void> };
  let redis: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    world = await bot();
    redis = await open(world.redis);
  });
  afterAll(async () => {
    redis?.disconnect();
    await world?.close();
  });
  const reboots = () => world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop').length;
  const only = async () => {
    const [one, ...others] = await schedules(redis).list();
    if (!one || others.length > 0) throw new Error(`there are ${others.length + (one ? 1 : 0)}`);
    return one;
  };
  /** As if its last time were so many minutes ago. */
  async function back(minutes: number): Promise<void> {
    const one = await only();
    const at = Date.now() - minutes * 60_000;
    const { last: _, ...fresh } = one;
    if (!(await schedules(redis).set({ ...fresh, at, rev: one.rev + 1 }, one.rev))) throw new Error('changed meanwhile');
  }
  const asked = async (ticket: string | undefined) => world.sees('alice', ticket ?? '');

  it('is approved once, and then done at each time without anybody', async () => {
    const card = await world.says('alice', 'schedule add "* * * * *" "vm reboot shop" --until 2h');
    expect(card.ticket?.state, card.text).toBe('waiting');
    expect(card.text).toContain('not now, but asked at * * * * * (UTC), until');
    expect(card.text).toContain('waits for approval');
    // What is taken back is the schedule, not the line it asks.
    expect(card.text).toMatch(/undo +`?schedule remove S[0-9A-Z]{11}`?/);
    expect(card.ticket?.plan?.undo).toMatch(/^schedule remove S[0-9A-Z]{11}$/);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(done.buttons.map(({ id }) => id)).not.toContain('undo');
    expect(reboots()).toBe(0);
    expect((await world.says('alice', 'schedule list')).text).toMatch(/S[0-9A-Z]{11} +vm reboot shop +\* \* \* \* \* UTC +Alice/);
    await back(3);
    await expect.poll(async () => (await only()).last?.ticket ?? '').toMatch(/^T/);
    const ran = await asked((await only()).last?.ticket);
    expect(ran.ticket?.state, ran.text).toBe('done');
    expect(ran.ticket?.by).toBe('alice');
    expect(reboots()).toBe(1);
  });

  /** Another one, in place of the one there is. */
  async function anew(): Promise<void> {
    const old = await only();
    await schedules(redis).remove(old.id, old.rev);
    const card = await world.says('alice', 'schedule add "* * * * *" "vm reboot shop"');
    await world.presses('bob', card, 'approve');
    await expect.poll(async () => (await schedules(redis).list()).length).toBe(1);
  }

  it('waits for approval when it has become something else', async () => {
    await anew();
    const before = reboots();
    // The risk is another one now: it is the bot's own guest.
    await world.reload({ ...world.config, self: { host: 'kvm1', guest: 'shop' } });
    await expect.poll(async () => (await world.says('alice', 'vm reboot shop --plan')).text).toContain('this bot');
    await back(3);
    await expect.poll(async () => (await only()).last?.ticket ?? '').toMatch(/^T/);
    const card = await asked((await only()).last?.ticket);
    await world.reload(world.config);
    expect(['waiting', 'refused'], card.text).toContain(card.ticket?.state);
    expect(reboots()).toBe(before);
  });

  it('is asked in the name of its owner, by what they may do then', async () => {
    await anew();
    const { alice, ...others } = world.config.people;
    if (!alice) throw new Error('there is no alice');
    await world.reload({ ...world.config, people: { ...others, alice: { ...alice, roles: [] } } });
    const before = reboots();
    await back(3);
    await expect.poll(async () => (await only()).last?.ticket ?? '').toMatch(/^T/);
    await world.reload(world.config);
    const card = await asked((await only()).last?.ticket);
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(reboots()).toBe(before);
  });

  it('is removed, once, and made again by nobody', async () => {
    const { id, ticket } = await only();
    expect((await world.sees('alice', ticket)).ticket?.plan?.undo).toBe(`schedule remove ${id}`);
    const gone = await world.says('alice', `undo ${ticket}`);
    expect(gone.ticket?.state === 'refused' ? gone.text : '').toBe('');
    const end = gone.ticket?.state === 'waiting' ? await world.presses('bob', gone, 'approve') : gone;
    expect(end.ticket?.state, end.text).toBe('done');
    expect(await schedules(redis).list()).toEqual([]);
    // The request that made it is looked at once more.
    await world.presses('alice', await world.sees('alice', ticket), 'cancel');
    expect(await schedules(redis).list()).toEqual([]);
    expect((await world.says('alice', `schedule remove ${id}`)).ticket?.state).toBe('refused');
  });

  it('is refused with what would be right', async () => {
    const no = async (line: string) => {
      const card = await world.says('alice', line);
      expect(card.ticket?.state, card.text).toBe('refused');
      return card.text;
    };
    expect(await no('schedule add "0 3 * *" "vm reboot shop"')).toContain('five fields');
    expect(await no('schedule add "0 3 * * *" "vm reboot shop" --zone Mars/Phobos')).toContain('Mars/Phobos');
    expect(await no('schedule add "0 3 30 2 *" "vm reboot shop"')).toContain('never comes');
    expect(await no('schedule add "0 3 * * *" "vm rebot shop"')).toContain('rebot');
    expect(await no('schedule add "0 3 * * *" "undo T0123456789A"')).toContain('say the command itself');
    expect(await no('schedule add "* * * * *" "vm reboot shop" --jitter 5m')).toContain('jitter');
    // Whichever two come next, others are six hours apart.
    expect(await no('schedule add "0 3,9 * * *" "vm reboot shop" --jitter 7h')).toContain('jitter');
    expect(await no('schedule add "0 15,21 * * *" "vm reboot shop" --jitter 7h')).toContain('jitter');
    expect(await no('schedule add "0 3 * * *" "vm reboot shop" --until 2020-01-01')).toContain('over already');
  });

  it('of what only reads needs nobody, and `--plan` makes nothing', async () => {
    expect((await world.says('alice', 'schedule add "* * * * *" "host status web1" --plan')).ticket?.state).toBe('done');
    expect(await schedules(redis).list()).toEqual([]);
    expect((await world.says('alice', 'schedule add "* * * * *" "host status web1"')).ticket?.state).toBe('done');
    await expect.poll(async () => (await schedules(redis).list()).length).toBe(1);
    await back(2);
    await expect.poll(async () => (await only()).last?.ticket ?? '').toMatch(/^T/);
    expect((await asked((await only()).last?.ticket)).ticket?.state).toBe('done');
  });
});
