import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

describe('services of the practice fleet', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    // The bot runs on kvm1.
    world = await bot({ config: (lab) => ({ ...(lab as object), self: { host: 'kvm1' } }) });
  });
  afterAll(() => world?.close());

  const done = async (line: string) => {
    const asked = await world.says('alice', line);
    return asked.ticket?.state === 'waiting' ? world.presses('bob', asked, 'approve') : asked;
  };
  const unit = async (name: string, host: string) => {
    const card = await world.says('alice', `svc show ${name} ${host}`);
    const table = card.blocks.find((block) => block.kind === 'table');
    return table?.kind === 'table' ? table.rows[0]?.slice(1, 4) : undefined;
  };

  it.each([
    ['svc stop nginx web1', ['inactive', 'dead', 'enabled']],
    ['svc disable nginx web1', ['active', 'running', 'disabled']],
    ['svc mask nginx web1', ['active', 'running', 'masked']],
  ])('%s, and its undo', async (line, after) => {
    const before = await unit('nginx', 'web1');
    const card = await done(line);
    expect(card.ticket?.state, card.text).toBe('done');
    expect(await unit('nginx', 'web1')).toEqual(after);
    expect((await done(`undo ${card.id}`)).ticket?.state).toBe('done');
    expect(await unit('nginx', 'web1')).toEqual(before);
  });

  it('does on many hosts what is left to do, and undoes no more than that', async () => {
    expect((await done('svc start haproxy web1')).ticket?.state).toBe('done');
    const both = await done('svc start haproxy @web');
    expect(both.text).toContain('start haproxy.service on web2');
    expect(both.text).not.toContain('web1/haproxy');
    expect((await done(`undo ${both.id}`)).ticket?.state).toBe('done');
    expect([(await unit('haproxy', 'web1'))?.[0], (await unit('haproxy', 'web2'))?.[0]]).toEqual(['active', 'inactive']);
  });

  it.each([
    ['svc stop sshd web1', 'reach the host by it'],
    ['svc stop NetworkManager db1', 'network'],
    ['svc start reboot.target web1', 'host reboot'],
    ['svc stop redis-server kvm1', 'the bot itself needs it'],
    ['svc start hostler-revert-T1ABC web1', 'the host takes a change back'],
    ['svc mask hostler-revert-T1ABC web1', 'the host takes a change back'],
    ['svc stop hostler-revert-now-T1ABC.timer web1', 'the host takes a change back'],
    ['svc stop hostler-T1ABC-x.timer web1', 'the host takes a change back'],
    ['svc stop hostler-T00000000001-2 web1', 'a step of the bot'],
    ['svc start apache2 web1', 'is masked'],
    ['svc enable certbot web1', 'no [Install]'],
    ['svc restart ngnix web1', 'did you mean nginx?'],
  ])('%s is refused', async (line, why) => {
    const card = await world.says('alice', line);
    expect([card.ticket?.state, card.text.includes(why)], card.text).toEqual(['refused', true]);
  });

  it('takes what carries the system for high risk', async () => {
    const card = await world.says('alice', 'svc restart systemd-logind web1 --plan');
    expect(card.text).toMatch(/mind +it is a part of systemd itself/);
    expect(card.text).toContain('high');
  });

  it('keeps a cluster whole: one node at a time, and only where its quorum holds', async () => {
    const card = await world.says('alice', 'svc restart corosync pve1 --plan');
    expect(card.text).toMatch(/quorum of alpha +\d+\/\d+/);
    expect(card.text).toContain('high');
    expect((await world.says('alice', 'svc restart corosync pve1 pve2')).text).toContain('one node of a cluster at a time');
  });

  it('says it in Chinese, too', async () => {
    expect((await world.says('carol', 'svc timers web1')).text).toContain('定时器');
  });
});
