import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { behindItsBack } from '../support/behind.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({
    config: (lab) => ({
      ...(typeof lab === 'object' ? lab : {}),
      approvals: [
        { from: 'medium', roles: ['lead'], expires: '30m' },
        { from: 'high', roles: ['lead'], expires: '1s' },
      ],
    }),
  });
});
afterAll(() => world.close());

const effects = (host: string, what: string) => world.lab.host(host).effects.filter((effect) => effect === what);

describe('a world that changes while a request waits', () => {
  it('makes an approval worth nothing: nothing is done, and the new state is told', async () => {
    const card = await world.says('alice', 'vm reboot shop');
    await behindItsBack(world.config, 'kvm1', 'virsh destroy shop');
    const after = await world.presses('bob', card, 'approve');
    expect(after.ticket?.state).toBe('refused');
    expect(after.text).toContain('stopped');
    expect(effects('kvm1', 'virsh reboot shop')).toEqual([]);
  });

  it('asks anew, with another code, where the new plan still makes sense', async () => {
    const card = await world.says('alice', 'svc restart nginx web1');
    await behindItsBack(world.config, 'web1', 'systemctl stop nginx');
    const again = await world.presses('bob', card, 'approve');
    expect(again.ticket?.state).toBe('waiting');
    expect(again.ticket?.code).not.toBe(card.ticket?.code);
    expect(again.text).toContain('inactive');
    expect(again.text).toMatch(/earlier votes are void[\s\S]*what is different[\s\S]*active \(running\) → inactive/);
    expect(effects('web1', 'systemctl restart nginx.service')).toEqual([]);
    const done = await world.presses('bob', again, 'approve');
    expect(done.ticket?.state).toBe('done');
    expect(effects('web1', 'systemctl restart nginx.service')).toHaveLength(1);
  });
});

describe('an approval that does not come', () => {
  it('expires, and cannot be given afterwards', async () => {
    const card = await world.says('alice', 'vm stop mail');
    expect(card.ticket?.state).toBe('waiting');
    const expired = await world.sees('alice', card.id, ({ ticket }) => ticket?.state === 'expired');
    expect(expired.text).toContain('in time');
    const late = await world.presses('bob', card, 'approve');
    expect(late.ticket?.state).toBe('refused');
    expect(effects('kvm2', 'virsh destroy mail')).toEqual([]);
  });
});

describe('cancelling', () => {
  it('stops a wait in the middle, and says what was done', async () => {
    world.lab.host('kvm2').ignoreShutdown('mail', true);
    const card = await world.says('alice', 'vm shutdown mail');
    const running = await world.presses('bob', card, 'approve', { until: ({ text }) => text.includes('until it is stopped') });
    expect(running.ticket?.state).toBe('running');
    const stopped = await world.presses('alice', running, 'cancel', { until: ({ ticket }) => ticket?.state === 'cancelled' || ticket?.state === 'failed' });
    expect(stopped.ticket?.state).toBe('cancelled');
    expect(stopped.text).toContain('Alice');
    expect(effects('kvm2', 'virsh shutdown mail')).toHaveLength(1);
  });
});
