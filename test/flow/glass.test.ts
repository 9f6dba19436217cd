import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Bot, bot } from '../support/bot.ts';

const forbidden = {
  name: 'not-the-mail',
  roles: ['operator'],
  commands: ['vm *'],
  hosts: ['*'],
  input: { guest: 'mail' },
  from: 'low',
  why: 'mail is looked after by others',
};

describe('breaking the glass', () => {
  let world: Bot & { close(): Promise<void> };
  const change = (lab: unknown) => ({ ...z.looseObject({}).parse(lab), deny: [forbidden] });
  beforeAll(async () => {
    world = await bot({ config: change });
  });
  afterAll(() => world.close());
  const reboots = (host: string, guest: string) => world.lab.host(host).effects.filter((effect) => effect === `virsh reboot ${guest}`).length;
  const owed = async () => (await world.says('bob', 'review list')).text;

  it('does at once what would wait, says so to everybody, and owes a review by someone else', async () => {
    const card = await world.says('alice', 'break-glass "vm reboot shop" --reason "the shop is down"');
    expect(card.ticket?.state).toBe('done');
    expect(reboots('kvm1', 'shop')).toBe(1);
    expect(card.text).toContain('nobody approved this');
    expect(card.text).toContain('“the shop is down”');
    expect((await world.sees('bob', card.id)).text).toContain('nobody approved this');
    expect(await owed()).toContain(card.id);

    const own = await world.says('alice', `review done ${card.id} --reason "all right"`);
    expect(own.text).toContain('someone else must review it');
    const viewer = await world.says('carol', `review done ${card.id} --reason "all right"`);
    expect(viewer.ticket?.state).toBe('refused');
    expect(await owed()).toContain(card.id);
    const review = await world.says('bob', `review done ${card.id} --reason "right, it was down"`);
    expect(review.ticket?.state).toBe('done');
    expect(await owed()).toContain('nothing waits for a review');
    expect((await world.says('bob', `review done ${card.id} --reason again`)).text).toContain('no review');
  });

  it('takes a reason', async () => {
    const card = await world.says('alice', 'break-glass "vm reboot shop"');
    expect(card.ticket?.state).toBe('refused');
    expect(card.buttons.map(({ id }) => id)).toContain('fill');
    expect(reboots('kvm1', 'shop')).toBe(1);
  });

  it('gives nobody more than they were granted', async () => {
    for (const [who, line, why] of [
      ['carol', 'break-glass "vm reboot shop" --reason "I want it"', '没有命令'],
      ['alice', 'break-glass "vm reboot mail" --reason "it hangs"', 'mail is looked after by others'],
      ['alice', 'break-glass "vm rebot shop" --reason "it hangs"', 'vm reboot'],
      ['alice', 'break-glass "undo T0123456789A" --reason "it hangs"', 'the command itself'],
      ['alice', 'break-glass "break-glass x --reason y1234" --reason "it hangs"', 'the command itself'],
    ] as const) {
      const card = await world.says(who, line);
      expect(card.ticket?.state, line).toBe('refused');
      expect(card.text, line).toContain(why);
    }
    expect(reboots('kvm1', 'shop')).toBe(1);
    expect(reboots('kvm2', 'mail')).toBe(0);
    expect(await owed()).toContain('nothing waits for a review');
  });

  it('does not go through a freeze, but lifts one', async () => {
    await world.says('alice', 'freeze on kvm1 --reason "we look at it"');
    const frozen = await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs"');
    expect(frozen.text).toContain('we look at it');
    expect(reboots('kvm1', 'shop')).toBe(1);
    const lifted = await world.says('alice', 'break-glass "freeze off kvm1" --reason "it hangs"');
    expect(lifted.ticket?.state, lifted.text).toBe('done');
    expect(await owed()).toContain(lifted.id);
    expect((await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs"')).ticket?.state).toBe('done');
    expect(reboots('kvm1', 'shop')).toBe(2);
  });

  it('is shown by --plan, and breaks nothing', async () => {
    const before = reboots('kvm1', 'shop');
    const card = await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs" --plan');
    expect(card.ticket?.state).toBe('done');
    expect(reboots('kvm1', 'shop')).toBe(before);
    expect(await owed()).not.toContain(card.id);
  });
});

describe('where nobody may break the glass', () => {
  it('it is not broken', async () => {
    const world = await bot({
      config: (lab) => {
        const { breakGlass: _, ...rest } = z.looseObject({}).parse(lab);
        return rest;
      },
    });
    const card = await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs"');
    expect(card.text).toContain('you may not break the glass');
    expect(world.lab.host('kvm1').effects).not.toContain('virsh reboot shop');
    await world.close();
  });
});
