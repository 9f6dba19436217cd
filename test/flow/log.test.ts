import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

describe('logs of the practice fleet', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    world = await bot();
  });
  afterAll(() => world?.close());

  it('merges hosts by time, each line with its host', async () => {
    const card = await world.says('alice', 'log show web1 db1 kvm1 --priority err --lines 20');
    const code = card.blocks.find((block) => block.kind === 'code');
    const lines = code?.kind === 'code' ? code.text.split('\n') : [];
    expect(lines).toHaveLength(20);
    expect(lines.map((line) => line.slice(0, 19))).toEqual(lines.map((line) => line.slice(0, 19)).toSorted());
    expect(new Set(lines.map((line) => line.split(' ')[2]))).toEqual(new Set(['web1', 'db1', 'kvm1']));
  });

  it('shows what a service said when it was restarted', async () => {
    const asked = await world.says('alice', 'svc restart nginx web1');
    await world.presses('bob', asked, 'approve');
    expect((await world.says('alice', 'svc logs nginx web1')).text).toMatch(/systemd: Started nginx.service/);
  });

  it('refuses a pattern that is none, and takes one that looks like an option for a pattern', async () => {
    expect((await world.says('alice', 'log show web1 --grep "("')).text).toMatch(/does not take this: Failed to compile/);
    expect((await world.says('alice', 'log show web1 --grep "--output=cat"')).text).toContain('no line matches');
  });

  it('frees what it says, once', async () => {
    const asked = await world.says('alice', 'log vacuum web1 --older 20d');
    expect(asked.text).toMatch(/freed +about 48 MiB in 2 archived files/);
    const done = await world.presses('bob', asked, 'approve');
    expect(done.ticket?.state).toBe('done');
    expect((await world.says('alice', 'log vacuum web1 --older 20d')).text).toContain('nothing was done');
    expect((await world.says('alice', 'log vacuum web1')).text).toContain('either --keep or --older');
  });

  it('groups errors by what stays of them', async () => {
    expect((await world.says('alice', 'log errors web1')).text).toMatch(
      /web1 +ssh +10 .*maximum authentication attempts exceeded for invalid user admin from … port … ssh…/,
    );
  });
});
