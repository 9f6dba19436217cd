import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { schema } from '../../config/schema.ts';
import { jobId } from '../../src/core/digest.ts';
import type { Ticket } from '../../src/core/ticket.ts';
import { INBOX } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { open, settings } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { type Bot, bot } from '../support/bot.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const hour = (n: number) => `${String((new Date().getUTCHours() + n) % 24).padStart(2, '0')}:00`;
const LATER = { zone: 'UTC', days: DAYS, from: hour(6), to: hour(7) };
const ALWAYS = { zone: 'UTC', days: DAYS, from: '00:00', to: '24:00' };

let world: Bot & { close(): Promise<void> };
let redis: Awaited<ReturnType<typeof open>>;
let queues: Queues;
const with_ = (more: object) => schema.parse({ ...z.looseObject({}).parse(structuredClone(world.lab.config)), hours: { later: LATER }, ...more });
beforeAll(async () => {
  world = await bot({ config: (lab) => ({ ...z.looseObject({}).parse(lab), hours: { later: LATER } }) });
  redis = await open(world.redis);
  queues = new Queues({ ...settings(world.redis) }, () => undefined);
});
afterAll(async () => {
  redis?.disconnect();
  await queues?.close();
  await world?.close();
});
afterEach(async () => {
  if (!reloaded) return;
  reloaded = false;
  await world.reload(with_({}));
});
let reloaded = false;
async function under(more: object): Promise<void> {
  reloaded = true;
  await world.reload(with_(more));
}
const reboots = (host: string, guest: string) => world.lab.host(host).effects.filter((effect) => effect === `virsh reboot ${guest}`).length;
const state = (card: { ticket?: { state: string } | null }) => card.ticket?.state;

describe('a line that stands for another', () => {
  it('is itself granted and denied, also where only the place or the time is against it', async () => {
    const done = await world.says('alice', 'vm start ldap');
    expect(state(done), done.text).toBe('done');
    for (const command of ['undo', 'resume', 'break-glass']) {
      await under({ deny: [{ roles: ['operator'], commands: [command], hosts: ['*'], rooms: ['web'], why: 'not from here' }] });
      const line = command === 'break-glass' ? 'break-glass "vm reboot shop" --reason "it hangs"' : `${command} ${done.id}`;
      const card = await world.says('alice', line);
      expect(state(card), line).toBe('refused');
      expect(card.text, line).toContain('not from here');
      expect((await world.says('bob', `policy can @alice "${line.replaceAll('"', '\\"')}" --room web`)).text, line).toContain('not from here');
    }
    await under({ deny: [{ roles: ['operator'], commands: ['break-glass'], hosts: ['*'], hours: ['always'] }], hours: { always: ALWAYS } });
    expect(state(await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs"'))).toBe('refused');
    expect(reboots('kvm1', 'shop')).toBe(0);
  });
});

describe('broken glass', () => {
  it('changes nothing about who is who and who approves for whom', async () => {
    for (const line of ['factor enrol', 'factor forget', 'delegate to @carol', 'delegate revoke @bob', 'link remove slack:U0123ABCD', 'link confirm ABCD']) {
      const card = await world.says('alice', `break-glass "${line}" --reason "it is urgent"`);
      expect(state(card), line).toBe('refused');
      expect(card.text, line).toContain('never changed in an emergency');
    }
    expect((await world.says('alice', 'delegate list')).text).toContain('nobody approves');
  });

  it('does not do at once what was said to be for a window', async () => {
    const card = await world.says('alice', 'break-glass "vm reboot shop --in later" --reason "it hangs"');
    expect(state(card)).toBe('refused');
    expect(card.text).toContain('at once, not in a window');
    expect(reboots('kvm1', 'shop')).toBe(0);
  });

  it('owes its review for longer than its request is kept', async () => {
    const card = await world.says('alice', 'break-glass "vm reboot shop" --reason "it hangs"');
    expect(state(card), card.text).toBe('done');
    await redis.del(`hostler:ticket:${card.id}`);
    expect((await world.says('bob', 'review list')).text).toContain(card.id);
    expect((await world.says('alice', `review done ${card.id} --reason "all right"`)).text).toContain('someone else');
    expect(state(await world.says('bob', `review done ${card.id} --reason "all right"`))).toBe('done');
    expect((await world.says('bob', 'review list')).text).not.toContain(card.id);
  });
});

describe('a window whose hours are changed', () => {
  it('does not open at the hour it once had', async () => {
    const before = reboots('kvm1', 'shop');
    const asked = await world.says('alice', 'vm reboot shop --in later');
    await world.presses('bob', asked, 'approve', { until: (card) => state(card) === 'scheduled' });
    const ticket = await tickets(redis).get(asked.id);
    if (ticket?.state !== 'scheduled') throw new Error(`it is ${ticket?.state}`);
    const slot = { ...ticket.slot, opensAt: Date.now() - 1000, closesAt: Date.now() + 60_000 };
    const now: Ticket = { ...ticket, plan: { ...ticket.plan, at: slot.opensAt - 60_000 }, expiresAt: slot.closesAt, slot };
    await redis.hset(`hostler:ticket:${asked.id}`, 'json', JSON.stringify(now));
    await queues.send([{ queue: INBOX, name: 'decide', id: jobId('wake', asked.id), data: { ticket: asked.id } }]);
    const ended = await world.sees('alice', asked.id, (card) => !['scheduled', 'approved', 'running'].includes(state(card) ?? ''));
    expect(state(ended), ended.text).toBe('refused');
    expect(ended.text).toContain('were changed');
    expect(reboots('kvm1', 'shop')).toBe(before);
  });
});

describe('freezes that nobody can read', () => {
  it.each([
    'garbage',
    '{"format":1}',
    '{"format":1,"freeze":{"scope":"pbs9","by":"x","reason":"y","since":1,"until":null}}',
    '{"format":1,"freeze":{"until":"x"}}',
  ])('stop everything: %s', async (stored) => {
    await redis.hset('hostler:freezes', 'pbs9', stored);
    const card = await world.says('alice', 'vm reboot shop');
    await redis.hdel('hostler:freezes', 'pbs9');
    expect(state(card), card.text).toBe('refused');
    expect(card.text).toContain('cannot be known');
  });
});

// The last: workers may take a moment to let go of these rules.
describe('a deny rule about a guest', () => {
  const uuidOf = async (guest: string) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec((await world.says('bob', `vm show ${guest}`)).text)?.[0] ?? '';
  it('means it by each of its names', async () => {
    const before = reboots('kvm1', 'shop');
    const [mail, ldap] = [await uuidOf('mail'), await uuidOf('ldap')];
    expect([mail, ldap]).not.toContain('');
    const rule = { commands: ['vm *'], hosts: ['*'], from: 'low', why: 'it is for others' };
    await under({
      deny: [
        { ...rule, roles: ['operator'], input: { guest: 'mail' } },
        { ...rule, roles: ['operator'], input: { guest: ldap } },
        { ...rule, roles: ['lead'], input: { guest: 'shop' } },
      ],
    });
    const named = ['mail', 'kvm2/mail', mail, `kvm2/${mail}`].map((name) => `vm reboot ${name}`);
    for (const of of [...named, 'vm reboot ldap', 'vm reboot kvm2/ldap']) {
      for (const line of [of, `break-glass "${of}" --reason "it hangs"`]) {
        const card = await world.says('alice', line);
        expect(state(card), line).toBe('refused');
        expect(card.text, line).toContain('it is for others');
      }
    }
    // Nor may who is denied it approve it.
    const asked = await world.says('alice', 'vm reboot kvm1/shop');
    expect(state(asked), asked.text).toBe('waiting');
    expect((await world.presses('bob', asked, 'approve')).text).toContain('it is for others');
    expect([reboots('kvm2', 'mail'), reboots('kvm2', 'ldap'), reboots('kvm1', 'shop')]).toEqual([0, 0, before]);
    await world.presses('alice', asked, 'cancel');
  });
});
