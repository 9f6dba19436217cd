import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const alpha = () => world.lab.cluster('alpha');

/** What the cluster was really made to do since. */
function watch() {
  const before = alpha().effects.length;
  return () => alpha().effects.slice(before);
}

describe('a node is emptied', () => {
  it('as far as it can be: what stays is named, and the rest goes one after the other', async () => {
    const since = watch();
    const card = await world.says('alice', 'node evacuate pve1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    expect(card.text).toContain('move 3 of 4 guests off pve1 of alpha');
    expect(card.text).toMatch(/gpu \(105\) STAYS\s+.*hostpci0/);
    expect(card.text).toMatch(/down meanwhile\s+dns1 \(200\)/);
    expect(card.text).toMatch(/memory left on pve2/);
    expect(since()).toEqual([]);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(since().filter((effect) => /migrate/.test(effect))).toEqual(['qmigrate 101', 'hamigrate 100', 'qmigrate 100', 'vzmigrate 200']);
    // local-zfs is not there on pve3: what is on it can only go to pve2.
    expect([101, 200].map((vmid) => alpha().guest(vmid)?.node)).toEqual(['pve2', 'pve2']);
    expect([100, 101, 200].map((vmid) => [alpha().guest(vmid)?.node === 'pve1', alpha().guest(vmid)?.status])).toEqual(Array(3).fill([false, 'running']));
    expect(alpha().guest(105)).toMatchObject({ node: 'pve1', status: 'running' });
    const again = await world.says('alice', 'node evacuate pve1');
    expect(again.ticket?.state).toBe('refused');
    expect(again.text).toContain('no guest of pve1 can be moved: gpu (105)');
  }, 60_000);

  it('to one node', async () => {
    const own = await world.says('alice', 'node evacuate pve3 --to pve2');
    expect((await world.presses('bob', own, 'approve')).ticket?.state).toBe('done');
    expect(alpha().guest(103)?.node).toBe('pve2');
    expect((await world.says('alice', 'node evacuate pve3')).text).toContain('nothing on pve3 of alpha is to be moved');
  }, 60_000);

  it('not without quorum', async () => {
    alpha().quorum(false);
    try {
      const card = await world.says('alice', 'node evacuate pve2');
      expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining('no quorum')]);
    } finally {
      alpha().quorum(true);
    }
  });
});

describe('a guest is replicated', () => {
  it('at once, and it is seen how that came out', async () => {
    alpha().meddle(101, { node: 'pve1' });
    const since = watch();
    const card = await world.says('alice', 'cluster replicate gitlab');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(card.text).toContain('until it ends');
    expect(since()).toEqual(['POST /nodes/pve1/replication/101-0/schedule_now']);
  }, 60_000);

  it('asked for again when the answer was lost', async () => {
    alpha().fault({ method: 'POST', path: /schedule_now$/ }, { kind: 'drop', when: 'after' });
    const card = await world.says('alice', 'cluster replicate alpha/101', { ms: 40_000 });
    expect(card.ticket?.state, card.text).toBe('done');
  }, 60_000);

  it('not without a replication', async () => {
    const card = await world.says('alice', 'cluster replicate wiki');
    expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining('wiki has no replication')]);
  });
});

describe('a directory is shared with a guest', () => {
  it('after its restart, and taken away by undo', async () => {
    const list = await world.says('alice', 'vm virtiofs list vault');
    expect(list.text).toMatch(/media\s+\/srv\/media\s+no/);
    expect(list.text).toMatch(/scratch\s+not on pve2\s+no/);
    expect((await world.says('carol', 'vm virtiofs list vault')).text).toContain('pve2 上没有');
    const card = await world.says('alice', 'vm virtiofs attach vault media');
    expect(card.text).toMatch(/takes effect\s+PENDING until its next restart/);
    expect(card.text).toContain('cannot be moved while it runs, suspended, or snapshotted with its memory');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'vm virtiofs list vault')).text).toMatch(/media\s+\/srv\/media\s+from the next restart on\s+virtiofs0 cache=auto/);
    expect((await world.says('alice', 'vm virtiofs attach vault media')).text).toContain('has directory media already');
    const back = await world.says('alice', `undo ${done.id}`);
    expect(back.text).toContain('detach directory media from');
    expect((await world.presses('bob', back, 'approve')).ticket?.state).toBe('done');
    expect((await world.says('alice', 'vm virtiofs list vault')).text).toMatch(/media\s+\/srv\/media\s+no/);
  }, 60_000);

  it('at once when it is stopped', async () => {
    const card = await world.says('alice', 'vm virtiofs attach wiki media');
    expect((await world.presses('bob', card, 'approve')).ticket?.state).toBe('done');
    expect(alpha().guest(102)?.config.virtiofs0).toBe('dirid=media,cache=auto');
    const away = await world.says('alice', 'vm virtiofs detach wiki media');
    expect((await world.presses('bob', away, 'approve')).ticket?.state).toBe('done');
    expect(alpha().guest(102)?.config.virtiofs0).toBeUndefined();
  }, 60_000);

  it.each([
    ['vm virtiofs attach dns1 media', 'is a container'],
    ['vm virtiofs attach wiki scratch', 'has no path on pve2, only on pve1'],
    ['vm virtiofs attach wiki nosuch', 'on pve2 there is: media'],
    ['vm virtiofs detach wiki media', 'has no directory “media”'],
  ])('`%s` is refused', async (line, words) => {
    const card = await world.says('alice', line);
    expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining(words)]);
  });
});
