import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const pbs = () => world.lab.backupServer('pbs1');
const names = (store: string) => (pbs().world.datastores.get(store)?.list() ?? []).map(({ ns, type, id, time }) => `${ns}:${type}/${id}/${time}`);

it('lists and shows datastores, namespaces, backups and jobs', async () => {
  expect((await world.says('alice', 'datastore list')).text).toMatch(/main\s+pbs1\s+.*%/);
  expect((await world.says('alice', 'datastore show main')).text).toMatch(/verified\s+7 ok, 1 failed, 3 never/);
  expect((await world.says('alice', 'datastore namespaces main')).text).toMatch(/west\s+1\s+2/);
  const west = await world.says('alice', 'datastore snapshots pbs1/main --ns west');
  expect(west.text).toContain('west:host/fs01/');
  expect(west.text).not.toContain('vm/101');
  expect((await world.says('alice', 'datastore snapshots main --group vm/101')).text).not.toContain('vm/100');
  expect((await world.says('alice', 'datastore jobs')).text).toMatch(/v-weekly\s+verify\s+pbs1\/main\s+sat 03:00\s+FAILED/);
  expect((await world.says('alice', 'datastore show nosuch')).text).toContain('there is no datastore “nosuch”');
});

it('collects garbage, verifies, and runs jobs as tasks', async () => {
  const gc = await world.says('alice', 'datastore gc main');
  expect(gc.ticket?.state, gc.text).toBe('done');
  const verify = await world.says('alice', 'datastore verify main --group vm/101');
  expect(verify.ticket?.state, verify.text).toBe('done');
  expect(
    pbs()
      .world.datastores.get('main')
      ?.list({ type: 'vm', id: '101' })
      .map(({ verification }) => verification?.state),
  ).toEqual(['ok', 'ok']);
  const damaged = await world.says('alice', 'datastore verify main --group vm/103 --again');
  expect(damaged.ticket?.state).toBe('failed');
  expect(damaged.text).toContain('verification failed');
  const job = await world.says('alice', 'datastore job run v-weekly');
  expect(job.ticket?.plan.steps.join()).toContain('/admin/verify/v-weekly/run');
  expect(pbs().effects.filter((effect) => /^(garbage_collection|verif)/.test(effect)).length).toBe(4);
});

describe('datastore prune', () => {
  it('removes exactly what its card shows, and nothing that is protected', async () => {
    const before = names('main');
    const card = await world.says('alice', 'datastore prune main --group ct/200 --keep-last 1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const [gone, ...others] = (pbs().world.datastores.get('main')?.list({ type: 'ct', id: '200' }) ?? []).slice(1);
    expect(others).toEqual([]);
    expect(card.text).toContain(`ct/200/${new Date((gone?.time ?? 0) * 1000).toISOString().slice(0, 19)}Z`);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(names('main')).toEqual(before.filter((name) => name !== `:ct/200/${gone?.time}`));
  });

  it('has nothing to remove where every group has but one, and wants to be told what to keep', async () => {
    expect((await world.says('alice', 'datastore prune main --keep-last 9')).text).toContain('nothing to remove');
    expect((await world.says('alice', 'datastore prune main')).text).toContain('say what to keep');
    expect((await world.says('alice', 'datastore prune main --keep-last 0')).ticket?.state).toBe('refused');
  });
});

it('says that a server is off, and shows what the others have', async () => {
  await pbs().down();
  try {
    const list = await world.says('alice', 'datastore list');
    expect(list.ticket?.state).toBe('done');
    expect(list.text).toContain('pbs1:');
    const truth = await world.says('alice', 'backup truth');
    expect(truth.text).toContain('gitlab (101)');
  } finally {
    await pbs().up();
  }
});
