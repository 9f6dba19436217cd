import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { type Bot, bot } from '../support/bot.ts';

let world: Bot & { close(): Promise<void> };
beforeAll(async () => {
  world = await bot({
    config: (lab) => {
      const { people, roles, ...rest } = lab as { people: object; roles: object };
      const eve = { name: 'Eve', roles: ['viewer', 'auditor'] };
      const auditor = { grants: [{ commands: ['audit *'], hosts: ['*'] }] };
      const probes = [{ name: 'nobody', hosts: ['web2'], ping: '203.0.113.66' }];
      return { ...rest, people: { ...people, eve }, roles: { ...roles, auditor }, probes };
    },
  });
});
afterAll(() => world.close());

const proving = (card: FlatCard) => card.buttons.some(({ id }) => id === 'keep') && card.text.includes('nobody');
const over = (card: FlatCard) => ['done', 'failed', 'cancelled'].includes(card.ticket?.state ?? '');
/** Asked by one, approved by another. */
async function does(line: string, until: (card: FlatCard) => boolean): Promise<FlatCard> {
  const asked = await world.says('alice', line);
  expect(asked.ticket?.state, asked.text).toBe('waiting');
  return world.presses('bob', asked, 'approve', { until });
}

it('a change that proves itself is kept, and is taken back by its undo', async () => {
  const before = (await world.says('alice', 'net firewall show web1')).text;
  const asked = await world.says('alice', 'net firewall open web1 8080 --from 192.0.2.0/24');
  expect(asked.text).toContain('for 192.0.2.0/24, first of all in: nft inet filter input');
  expect(asked.text).toContain('after a reboot the host has what its files say');
  const done = await world.presses('bob', asked, 'approve', { until: over });
  expect(done.text).toContain('web1: kept: all 2 probes were good');
  expect((await world.says('alice', 'net firewall show web1')).text).toContain(`hostler-${done.id}`);
  expect((await does(`undo ${done.id}`, over)).ticket?.state).toBe('done');
  expect((await world.says('alice', 'net firewall show web1')).text).toBe(before);
});

it('one that does not shows what was found and counts down, until who may ask for it says to keep it; that is on record', async () => {
  const card = await does('net firewall open web2 8080', proving);
  expect(card.text).toMatch(/web2 goes back by itself unless it is kept within \d+ s/);
  expect(card.buttons.map(({ id }) => id)).toEqual(['keep', 'cancel']);
  const no = await world.presses('eve', card, 'keep');
  expect(no.ticket?.state, no.text).toBe('refused');
  const kept = await world.presses('alice', card, 'keep', { until: over });
  expect(kept.ticket?.state, kept.text).toBe('done');
  expect(kept.text).toContain('web2: kept by Alice before it had proven itself');
  expect(kept.text).toMatch(/nobody: web2 pings 203\.0\.113\.66/);
  await expect.poll(async () => (await world.says('eve', `audit search --ticket ${card.id}`)).text).toMatch(/pressed/);
});

it('who takes it back has it put back at once', async () => {
  const before = (await world.says('alice', 'net firewall show web2')).text;
  const card = await does('net firewall open web2 8443', proving);
  const back = await world.presses('alice', card, 'cancel', { until: over });
  expect(back.ticket?.state, back.text).toBe('cancelled');
  expect(back.text).toContain('web2: put back: it is as it was');
  expect((await world.says('alice', 'net firewall show web2')).text).toBe(before);
});

it('the port by which the bot comes in is never closed', async () => {
  const card = await world.says('alice', 'net firewall close web1 22');
  expect(card.ticket?.state).toBe('refused');
  expect(card.text).toContain('it stays open');
});

it('rules that cannot be read are not taken for none', async () => {
  const { files } = world.lab.host('web1');
  files.set('/run/lab/nft-fails', 'Operation not permitted (you must be root)');
  try {
    const shown = (await world.says('alice', 'net firewall show web1')).text;
    expect(shown).toContain('NOT ALL RULES ARE SHOWN');
    expect(shown).toContain('nft says “Operation not permitted (you must be root)”');
    expect(shown).not.toContain('nothing filters packets');
    for (const line of ['net firewall open web1 8081', 'net firewall close web1 80']) {
      const card = await world.says('alice', line);
      expect(card.ticket?.state, card.text).toBe('refused');
      expect(card.text).toContain('the rules of web1 cannot be read; nothing was done: nft says');
    }
  } finally {
    files.delete('/run/lab/nft-fails');
  }
});

it('on a node the rule goes to pve-firewall, which the cluster shows; undone, it is as it was', async () => {
  for (const line of ['net firewall open pve1 9090 --from 192.0.2.0/24', 'net firewall close pve1 9090']) {
    const before = (await world.says('alice', 'net firewall show pve1')).text;
    expect(before).toContain('monitoring');
    const done = await does(line, over);
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'net firewall show pve1')).text).toContain(`hostler-${done.id}`);
    expect((await does(`undo ${done.id}`, over)).ticket?.state).toBe('done');
    expect((await world.says('alice', 'net firewall show pve1')).text).toBe(before);
  }
});

it('on a node a port is opened for a time, and never closed to the bot itself', async () => {
  const done = await does('net firewall open pve1 9090 --from 192.0.2.0/24 --for 2h', over);
  expect(done.ticket?.state, done.text).toBe('done');
  expect((await world.says('alice', 'net firewall show pve1')).text).toContain(`hostler-${done.id}-x`);
  expect((await does('net firewall close pve1 9090', over)).ticket?.state).toBe('done');
  expect((await world.says('alice', 'net firewall close pve1 22')).text).toContain('it stays open');
});
