import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bot, bot } from '../support/bot.ts';
import { dumped } from '../support/dumped.ts';

let world: Bot & { close(): Promise<void> };
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const approved = async (line: string) => {
  const card = await world.says('alice', line);
  expect(card.ticket?.state, card.text).toBe('waiting');
  return { card, done: await world.presses('bob', card, 'approve') };
};
const shown = async () => (await world.says('alice', 'cert list kvm1 web1')).text.split('\n').filter((line) => line.includes('shop.example.org'));

it('certificates of hosts and of a cluster stand in one table, and it is said who cannot be asked, the first to expire first', async () => {
  const { text } = await world.says('alice', 'cert list');
  expect(text).toMatch(/^kvm1 +\/etc\/ssl\/shop\/fullchain\.pem .* expires soon$/m);
  expect(text).toMatch(/^web1 +:443 /m);
  expect(text).toMatch(/^alpha +pve1: pve-ssl\.pem /m);
  // A backup server shows its certificate only to who may change it.
  expect(text).toContain('pbs1: our API token lacks a privilege');
});

it('deployed, undone: as before; and the key is in no part of what is stored', async () => {
  const before = await shown();
  const { card, done } = await approved('cert deploy shop');
  expect(done.ticket?.state, done.text).toBe('done');
  expect((await shown()).join()).not.toBe(before.join());
  expect((await world.says('alice', 'cert deploy shop')).text).toContain('nothing to do');
  expect(await dumped(world.redis)).not.toContain(Buffer.from('PRACTICE KEY new').toString('base64'));
  const back = await approved(`undo ${card.id}`);
  expect(back.done.ticket?.state, back.done.text).toBe('done');
  expect(await shown()).toEqual(before);
});

it('is refused where the host it comes from is not part of the request', async () => {
  const card = await world.says('alice', 'cert deploy shop kvm1');
  expect(card.ticket?.state).toBe('refused');
  expect(card.text).toContain('comes from web1, which is not among the hosts of this request');
});
