import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jobId } from '../../src/core/digest.ts';
import { type In, isOver, type Ticket } from '../../src/core/ticket.ts';
import { INBOX } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { open, settings } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { type Bot, bot } from '../support/bot.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Open for an hour a day, and not within the next hours. */
function later(): { zone: string; days: string[]; from: string; to: string } {
  const hour = (n: number) => String((new Date().getUTCHours() + n) % 24).padStart(2, '0');
  return { zone: 'UTC', days: DAYS, from: `${hour(6)}:00`, to: `${hour(7)}:00` };
}

describe('what is approved now and done in its window', () => {
  let world: Bot & { close(): Promise<void> };
  let redis: Awaited<ReturnType<typeof open>>;
  let queues: Queues;
  beforeAll(async () => {
    world = await bot({
      config: (lab) => ({ ...z.looseObject({}).parse(lab), hours: { later: later(), always: { zone: 'UTC', days: DAYS, from: '00:00', to: '24:00' } } }),
    });
    redis = await open(world.redis);
    queues = new Queues({ ...settings(world.redis) }, () => undefined);
  });
  afterEach(() => world.reload(world.config));
  afterAll(async () => {
    redis?.disconnect();
    await queues?.close();
    await world?.close();
  });
  const reboots = (guest: string) => world.lab.host('kvm1').effects.filter((effect) => effect === `virsh reboot ${guest}`).length;
  const state = (card: { ticket?: { state: string } | null }) => card.ticket?.state;

  async function stored(id: string): Promise<In<'scheduled'>> {
    const ticket = await tickets(redis).get(id);
    if (ticket?.state !== 'scheduled') throw new Error(`it is ${ticket?.state}`);
    return ticket;
  }
  /** Moves a ticket's window, as if time went by until its hours, and wakes the desk. */
  async function moves(id: string, slot: { opensAt: number; closesAt: number }): Promise<void> {
    await world.reload({ ...world.config, hours: { ...world.config.hours, later: { zone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 } } });
    const ticket = await stored(id);
    const next: Ticket = { ...ticket, plan: { ...ticket.plan, at: slot.opensAt - 60_000 }, expiresAt: slot.closesAt, slot: { ...ticket.slot, ...slot } };
    await redis.hset(`hostler:ticket:${id}`, 'json', JSON.stringify(next));
    await queues.send([{ queue: INBOX, name: 'decide', id: jobId('wake', id, slot.opensAt), data: { ticket: id } }]);
  }
  const scheduled = async (line: string) => {
    const asked = await world.says('alice', line);
    expect(state(asked), asked.text).toBe('waiting');
    return world.presses('bob', asked, 'approve', { until: (card) => state(card) === 'scheduled' });
  };
  const ends = (id: string) => world.sees('alice', id, (card) => !['scheduled', 'approved', 'running'].includes(state(card) ?? ''));

  it('waits, and then is done once, with the votes it has', async () => {
    const card = await scheduled('vm reboot shop --in later');
    expect(card.text).toContain('runs in the window “later”');
    expect(card.text).toContain('approved by Bob');
    expect(reboots('shop')).toBe(0);
    await moves(card.id, { opensAt: Date.now() - 1000, closesAt: Date.now() + 60_000 });
    const done = await ends(card.id);
    expect(state(done), done.text).toBe('done');
    expect(done.text).toContain('approved by Bob');
    expect(reboots('shop')).toBe(1);
  });

  it('is asked anew when it has become another kind of plan meanwhile', async () => {
    const before = reboots('shop');
    const card = await scheduled('vm reboot shop --in later');
    const code = card.ticket?.code;
    // Off now: there is nothing to reboot.
    const off = await world.says('alice', 'vm stop shop');
    expect(state(await world.presses('bob', off, 'approve'))).toBe('done');
    await moves(card.id, { opensAt: Date.now() - 1000, closesAt: Date.now() + 60_000 });
    const changed = await ends(card.id);
    expect(state(changed), changed.text).not.toBe('done');
    expect(changed.ticket?.code === code && state(changed) === 'waiting').toBe(false);
    expect(reboots('shop')).toBe(before);
    await world.says('alice', 'vm start shop');
  });

  it('ends with its window', async () => {
    const before = reboots('shop');
    const card = await scheduled('vm reboot shop --in later');
    await moves(card.id, { opensAt: Date.now() - 2000, closesAt: Date.now() - 1000 });
    expect(state(await ends(card.id))).toBe('expired');
    expect(reboots('shop')).toBe(before);
  });

  it('can be taken back, rejected and cancelled until it opens', async () => {
    const card = await scheduled('vm reboot shop --in later');
    expect(card.buttons.map(({ id }) => id)).toEqual(['withdraw', 'reject', 'cancel']);
    const waits = await world.presses('bob', card, 'withdraw', { until: (one) => state(one) === 'waiting' });
    expect(waits.text).not.toContain('approved by Bob');
    await world.presses('bob', waits, 'approve', { until: (one) => state(one) === 'scheduled' });
    expect(state(await world.presses('bob', waits, 'reject'))).toBe('rejected');
    const other = await scheduled('vm reboot shop --in later');
    expect(state(await world.presses('alice', other, 'cancel'))).toBe('cancelled');
    expect(isOver((await tickets(redis).get(other.id)) ?? ({} as never))).toBe(true);
  });

  it('is done at once where the window is open, and where nobody need approve it when it opens', async () => {
    const before = reboots('shop');
    const open = await world.says('alice', 'vm reboot shop --in always');
    expect(state(await world.presses('bob', open, 'approve'))).toBe('done');
    expect(reboots('shop')).toBe(before + 1);
    const low = await world.says('alice', 'vm start ldap --in later', { until: (card) => state(card) === 'scheduled' });
    expect(world.lab.host('kvm2').effects.filter((effect) => effect.includes('start ldap'))).toHaveLength(0);
    await moves(low.id, { opensAt: Date.now() - 1000, closesAt: Date.now() + 60_000 });
    expect(state(await ends(low.id))).toBe('done');
  });

  it('is refused where there is no such window, or nothing to wait for', async () => {
    const none = await world.says('alice', 'vm reboot shop --in sometime');
    expect(none.text).toContain('there is no window “sometime”');
    expect(none.text).toContain('later, always');
    expect((await world.says('alice', 'vm list --in later')).text).toContain('has no option');
    expect((await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs" --in later')).text).toContain('at once');
  });
});
