import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const alpha = () => world.lab.cluster('alpha');

/** What the cluster itself says of a storage. */
async function config(storage: string): Promise<{ readonly nodes?: string; readonly disable?: number }> {
  const [node] = alpha().nodes;
  const headers = { authorization: `PVEAPIToken=root@pam!full=${alpha().tokens['root@pam!full']}` };
  const text = await new Promise<string>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: node?.port, path: `/api2/json/storage/${storage}`, headers, ca: alpha().ca, checkServerIdentity: () => undefined },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          body += part;
        });
        answer.on('end', () => resolve(body));
      },
    )
      .on('error', reject)
      .end();
  });
  return JSON.parse(text).data;
}

describe('storage list', () => {
  it('names what is wrong, and what helps', async () => {
    const card = await world.says('alice', 'storage list');
    expect(card.text).toContain('local-zfs is not active on pve3; `storage nodes local-zfs pve1 pve2` keeps it to the nodes that have it');
    const calls = alpha().heard.filter(({ path }) => path === '/cluster/resources').length;
    expect(calls).toBe(1);
  });
});

describe('storage nodes', () => {
  it('keeps a storage to the nodes that have it, which ends the fault, and is undone', async () => {
    const card = await world.says('alice', 'storage nodes local-zfs pve1 pve2');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await config('local-zfs')).nodes?.split(',').sort()).toEqual(['pve1', 'pve2']);
    expect((await world.says('alice', 'storage list')).text).not.toContain('NOT ACTIVE');
    const undo = await world.says('alice', `undo ${card.id}`);
    expect(undo.text).toContain('keep storage local-zfs of alpha to all nodes');
    const undone = await world.presses('bob', undo, 'approve');
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await config('local-zfs')).nodes).toBeUndefined();
  });

  it('refuses a node that is not there, and to take a guest’s disk away', async () => {
    expect((await world.says('alice', 'storage nodes ceph pve1 pve9')).text).toContain('alpha has no node “pve9”');
    const card = await world.says('alice', 'storage nodes ceph pve1 pve2');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('runner (103, running)');
    expect((await config('ceph')).nodes).toBeUndefined();
  });
});

describe('storage disable', () => {
  it('is a high risk where guests run, and is undone by enabling', async () => {
    const risky = await world.says('alice', 'storage disable ceph --plan');
    expect(risky.text).toMatch(/risk\s+high/);
    expect(risky.text).toContain('web-a (100, running)');
    expect((await world.says('alice', 'storage disable pbs --plan')).text).toMatch(/backup jobs +nightly: will fail meanwhile/);
    const card = await world.says('alice', 'storage disable nas');
    expect(card.text).not.toContain('nightly');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await config('nas')).disable).toBe(1);
    expect((await world.says('alice', 'storage list')).text).toMatch(/nas .*all disabled/);
    const undo = await world.says('alice', `undo ${card.id}`);
    expect(undo.ticket?.state, undo.text).toBe('done');
    expect((await config('nas')).disable).toBeFalsy();
  });

  it('has nothing to do with one that is enabled, and knows no other', async () => {
    expect((await world.says('alice', 'storage enable nas')).text).toContain('is enabled already');
    expect((await world.says('alice', 'storage disable nass')).text).toContain('there is no storage “nass”');
  });
});

it('sees for itself whether a change was made whose answer was lost', async () => {
  const calls = () => alpha().effects.filter((effect) => effect === 'PUT /storage/nas').length;
  const before = calls();
  alpha().fault({ method: 'PUT', path: /\/storage\/nas$/ }, { kind: 'drop', when: 'after' });
  const card = await world.says('alice', 'storage nodes nas pve1 pve2');
  const done = await world.presses('bob', card, 'approve');
  expect(done.ticket?.state, done.text).toBe('done');
  expect(calls()).toBe(before + 1);
  expect((await config('nas')).nodes?.split(',').sort()).toEqual(['pve1', 'pve2']);
});

it('changes nothing when the configuration was changed meanwhile by somebody else', async () => {
  const card = await world.says('alice', 'storage disable nas');
  const other = await world.says('alice', 'storage nodes nas all');
  expect((await world.presses('bob', other, 'approve')).ticket?.state).toBe('done');
  const again = await world.presses('bob', card, 'approve');
  expect(again.ticket?.state, 'another digest is another plan').toBe('waiting');
  expect((await config('nas')).disable).toBeFalsy();
});

it('shows a storage with the guests whose disks are on it', async () => {
  const card = await world.says('alice', 'storage show local-zfs');
  expect(card.text).toContain('gitlab (101)');
  expect(card.text).not.toContain('web-a');
});
