import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bot, bot } from '../support/bot.ts';

let world: Bot & { close(): Promise<void> };
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world?.close());

it('sums up hosts, clusters and what waits, on one card', async () => {
  await world.says('alice', 'vm reboot shop');
  const card = await world.says('alice', 'roundup');
  expect(card.ticket?.state, card.text).toBe('done');
  expect(card.text).toMatch(/^critical +pve1 +pve-firewall is meant to be off/m);
  expect(card.text).toMatch(/^alpha +\d+ +\d+ +\d+ of \d+ good/m);
  expect(card.text).toMatch(/^web1 +\d+ +\d+ +\d+ of \d+ good +\d+/m);
  expect(card.text).toMatch(/waiting for approval +1/);
  await world.lab.host('web1').down();
  const away = await world.says('alice', 'roundup web1 kvm1');
  expect(away.text).toMatch(/^web1 +not known +not known +0 of 1 good +not known/m);
  expect(away.text).toMatch(/^kvm1 +\d/m);
  await world.lab.host('web1').up();
});

it('speaks only of what who asks may see', async () => {
  const one = await world.says('alice', 'roundup web1');
  expect(one.text).not.toMatch(/^kvm1/m);
});
