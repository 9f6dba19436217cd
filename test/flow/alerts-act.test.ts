import type { Redis } from 'ioredis';
import { afterAll, beforeAll, it } from 'vitest';
import type { Alert } from '../../src/core/alerts/alert.ts';
import { alerts } from '../../src/store/alerts.ts';
import { plans } from '../../src/store/plans.ts';
import { open } from '../../src/store/redis.ts';
import { notifies } from '../support/alerting.ts';
import { type Bot, bot } from '../support/bot.ts';
import { alertSeen, pressAlert } from '../support/notices.ts';

let world: Bot & { close(): Promise<void> };
let redis: Redis;
beforeAll(async () => {
  world = await bot({
    config: (lab) => {
      const config = lab as { alerts: Record<string, unknown> };
      config.alerts = {
        ...config.alerts,
        judge: '1s',
        sources: { ...(config.alerts.sources as object), web1: { ...(config.alerts.sources as { notify: object }).notify, hosts: ['web1'] } },
        routes: [{ match: { title: 'power off' }, rooms: [], group: ['rack'] }, ...(config.alerts.routes as readonly object[])],
        runbooks: [
          { match: { title: 'service failed' }, offer: ['svc start {unit} {host}', 'svc restart {unit} {host}'] },
          { match: { title: 'needs start', source: 'notify' }, offer: ['svc start {unit} {host}'], auto: { as: 'alice', perDay: 3 } },
          {
            match: { title: 'needs a start', source: ['notify', 'web1'] },
            offer: ['svc start {unit} {host}', 'svc start {unit} {node}'],
            auto: { as: 'alice' },
          },
          { match: { title: 'needs stop', source: 'notify' }, offer: ['svc stop {unit} {host}'], auto: { as: 'alice' } },
          { match: { title: 'power off' }, offer: [{ line: 'host status {host}', label: { en: 'Look', zh: '查看' } }, 'host reach {host}'] },
          { match: { title: 'needs restart', source: 'notify' }, offer: ['svc restart {unit} {host}'], auto: { as: 'bob' } },
        ],
      };
      return config;
    },
  });
  redis = await open(world.redis);
});
afterAll(async () => {
  redis.disconnect();
  await world.close();
});

/** The alert as it is stored. */
async function stored(id: string): Promise<Alert> {
  const alert = await alerts(redis).get(id);
  if (!alert) throw new Error(`there is no alert ${id}`);
  return alert;
}
const kinds = async (id: string) => (await stored(id)).history.map(({ kind }) => kind);

it.concurrent('offers the line that helps, asks it when that is pressed, and says how soon it cleared', async ({ expect }) => {
  const failed = { title: 'service failed', fingerprint: 'f1', labels: { host: 'web1', unit: 'nginx' } };
  await notifies(world, failed);
  const card = await alertSeen(world, 'alice', ({ buttons }) => buttons.some(({ label }) => label === 'svc restart nginx web1'));
  const asked = await pressAlert(world, 'alice', card, 'svc restart nginx web1');
  expect(asked.ticket?.state).toBe('waiting');
  const done = await world.presses('bob', await world.sees('bob', asked.id), 'approve');
  expect(done.ticket?.state).toBe('done');
  await notifies(world, { ...failed, status: 'resolved' });
  const over = await alertSeen(world, 'alice', ({ id, text }) => id === card.id && /svc restart nginx web1.*cleared after/.test(text));
  expect((await stored(over.id)).tries).toMatchObject([{ ticket: asked.id, by: 'alice', state: 'done', verdict: 'cleared' }]);
});

it.concurrent('says that it still fires, and calls who did it', async ({ expect }) => {
  await notifies(world, { title: 'service failed', fingerprint: 'f2', labels: { host: 'web1', unit: 'cron' } });
  const card = await alertSeen(world, 'alice', ({ buttons }) => buttons.some(({ label }) => label === 'svc restart cron web1'));
  const asked = await pressAlert(world, 'alice', card, 'svc restart cron web1');
  await world.presses('bob', await world.sees('bob', asked.id), 'approve');
  await alertSeen(world, 'alice', ({ id, text }) => id === card.id && /svc restart cron web1.*still firing/.test(text));
  await expect
    .poll(async () => (await stored(card.id)).calls, { timeout: 10_000 })
    .toContainEqual(expect.objectContaining({ people: ['alice'], why: 'still-firing' }));
});

it.concurrent('calls nobody for what a running request is expected to cause', async ({ expect }) => {
  const waiting = await world.says('alice', 'host reboot web2');
  await world.presses('bob', await world.sees('bob', waiting.id), 'approve', { until: ({ ticket }) => ticket?.state === 'running' });
  await notifies(world, { title: 'host down', fingerprint: 'f3', severity: 'critical', labels: { host: 'web2' } });
  const card = await alertSeen(world, 'alice', ({ text }) => text.includes('host down'));
  expect((await stored(card.id)).tied).toMatchObject({ ticket: waiting.id, line: 'host reboot web2' });
  expect((await stored(card.id)).calls).toEqual([]);
  await world.presses('alice', await world.sees('alice', waiting.id, ({ ticket }) => ticket?.state === 'running'), 'cancel');
  await expect.poll(async () => (await stored(card.id)).tied?.until, { timeout: 15_000 }).toBeGreaterThan(Date.now());
  expect((await stored(card.id)).calls).toEqual([]);
});

it.concurrent('does by itself what can be taken back, and stops where that did not help, until somebody does it by hand', async ({ expect }) => {
  const wait = { timeout: 15_000 };
  await notifies(world, { title: 'needs start', fingerprint: 'r1', labels: { host: 'kvm1', unit: 'cron' } });
  const first = await alertSeen(world, 'alice', ({ text }) => /needs start/.test(text));
  await expect.poll(async () => (await stored(first.id)).tries, wait).toMatchObject([{ by: 'alice', line: 'svc start cron kvm1', auto: true, state: 'done' }]);
  await notifies(world, { title: 'needs start', fingerprint: 'r1', status: 'resolved', labels: { host: 'kvm1', unit: 'cron' } });
  await expect.poll(async () => (await stored(first.id)).tries, wait).toMatchObject([{ verdict: 'cleared' }]);
  await notifies(world, { title: 'needs start', fingerprint: 'r2', labels: { host: 'kvm1', unit: 'ssh' } });
  const second = await alertSeen(world, 'alice', ({ id, text }) => id !== first.id && /needs start/.test(text));
  await expect.poll(async () => (await stored(second.id)).tries, wait).toMatchObject([{ auto: true, verdict: 'still-firing' }]);
  await expect.poll(() => kinds(second.id), wait).toContain('called');
  // It did not help: the next is not tried by itself.
  await notifies(world, { title: 'needs start', fingerprint: 'r3', labels: { host: 'kvm1', unit: 'ssh' } });
  const third = await alertSeen(world, 'alice', ({ id, text }) => ![first.id, second.id].includes(id) && /needs start/.test(text));
  await expect.poll(() => kinds(third.id), wait).toContain('held');
  expect((await stored(third.id)).tries).toEqual([]);
  await pressAlert(world, 'alice', third, 'svc start ssh kvm1');
  await expect.poll(async () => (await stored(third.id)).tries, wait).toMatchObject([{ by: 'alice', state: 'done' }]);
  await notifies(world, { title: 'needs start', fingerprint: 'r4', labels: { host: 'kvm1', unit: 'cron' } });
  const fourth = await alertSeen(world, 'alice', ({ id, text }) => ![first.id, second.id, third.id].includes(id) && /needs start/.test(text));
  await expect.poll(async () => (await stored(fourth.id)).tries, wait).toMatchObject([{ auto: true }]);
});

it.concurrent('does nothing by itself that cannot be taken back', async ({ expect }) => {
  await notifies(world, { title: 'needs restart', fingerprint: 'r9', labels: { host: 'web1', unit: 'nginx' } });
  const card = await alertSeen(world, 'alice', ({ text }) => /needs restart/.test(text));
  await expect.poll(async () => (await stored(card.id)).tries, { timeout: 15_000 }).toMatchObject([{ auto: true, by: 'bob', state: 'refused' }]);
});

it.concurrent.for<[string, object]>([
  ['host reboot web1', { host: 'web1' }],
  ['host reboot pve1', { host: 'alpha', name: 'pve1' }],
  ['host shutdown pi1 --confirm pi1', { host: 'pi1' }],
  ['svc restart nginx web1', { host: 'web1', name: 'nginx.service' }],
  ['svc stop nginx web1', { host: 'web1', name: 'nginx.service' }],
  ['vm reboot shop', { host: 'kvm1', name: 'shop' }],
  ['vm stop gitlab', { host: 'alpha', name: 'gitlab' }],
  ['backup run gitlab', { host: 'alpha', name: 'gitlab' }],
  ['node evacuate pve2', { host: 'alpha' }],
  ['pkg apply web1', { host: 'web1' }],
  ['net mtu set web1 eth0 1400', { host: 'web1' }],
])('%s says what it disturbs', async ([line, expected], { expect }) => {
  const card = await world.says('alice', line, { until: ({ ticket }) => !['planning', undefined].includes(ticket?.state) });
  const plan = await plans(redis).plan(card.id, 1);
  expect(plan?.expects, card.text).toContainEqual(expect.objectContaining(expected));
});

it.concurrent('has what is asked by itself approved like anything else', async ({ expect }) => {
  await notifies(world, { title: 'needs stop', fingerprint: 'r8', labels: { host: 'kvm2', unit: 'cron' } });
  const card = await alertSeen(world, 'bob', ({ text }) => /by itself, in the name of Alice: svc stop cron kvm2: under way/.test(text.replaceAll('`', '')));
  const waiting = await world.sees('bob', (await stored(card.id)).tries[0]?.ticket ?? '');
  expect(waiting.ticket?.state, waiting.text).toBe('waiting');
  expect((await world.presses('bob', waiting, 'approve')).ticket?.state).toBe('done');
});

it.concurrent('asks whether a host answers over a connection of its own', async ({ expect }) => {
  expect((await world.says('alice', 'host status db1')).text).toMatch(/db1 +openEuler/);
  world.lab.host('db1').rekey();
  const [status, reach] = [await world.says('alice', 'host status db1'), await world.says('alice', 'host reach db1 web1 alpha')];
  expect(status.text).toMatch(/db1 +openEuler/);
  expect((await world.says('alice', 'host reach web1')).text).toContain('east: 1 of 1 host answers');
  expect(reach.text).toMatch(/east: 2 of 3 hosts answer[\s\S]*db1 +.*key[\s\S]*web1 +yes +\d+/);
});

it.concurrent('closes what only tells of events when it is acknowledged, but not where there is more than its card shows', async ({ expect }) => {
  const event = (rack: string, fingerprint: string) => ({ title: 'power off', fingerprint, labels: { rack }, severity: 'critical', once: true }) as const;
  const many = Array.from({ length: 12 }, (_, i) => event('r2', `once ${i}`));
  await notifies(world, ...many, { title: 'power off', fingerprint: 'it lasts', labels: { rack: 'r2' }, severity: 'warning' });
  await notifies(world, event('r3', 'once a'), event('r3', 'once b'));
  const acked = async (rack: string, fires: number) => {
    const card = await alertSeen(world, 'alice', ({ text }) => text.includes(rack));
    await expect.poll(async () => (await stored(card.id)).counts.firing).toBe(fires);
    const said = await world.says('alice', `alert ack ${card.id}`);
    expect(said.ticket?.state, said.text).toBe('done');
    const { closed, acked } = await stored(card.id);
    return [closed?.by, acked?.by];
  };
  expect(await acked('r2', 13)).toEqual([undefined, 'alice']);
  expect(await acked('r3', 2)).toEqual(['alice', 'alice']);
});

it.concurrent('of several hosts that fail together offers each its line, in turn, and says for which', async ({ expect }) => {
  const down = (host: string) => ({ title: 'power off', fingerprint: `p ${host}`, labels: { host, rack: 'r1' } });
  await notifies(world, down('web1'));
  const first = await alertSeen(world, 'alice', ({ title, buttons }) => title.startsWith('power off') && buttons.some(({ label }) => label === 'Look'));
  await notifies(world, down('web2'), down('db1'));
  const all = ['Look · web1', 'Look · web2', 'Look · db1'];
  const card = await alertSeen(world, 'alice', ({ id, buttons }) => id === first.id && all.every((label) => buttons.some((button) => button.label === label)));
  const look = await pressAlert(world, 'alice', card, 'Look · db1');
  expect(look.title).toBe('host status db1');
  const shown = await world.says('alice', `alert show ${card.id}`);
  expect(shown.buttons.map(({ label }) => label)).toEqual(expect.arrayContaining(all));
});

it.concurrent('believes a source only of the hosts it may speak of', async ({ expect }) => {
  const limited = { ...world, source: 'web1' };
  const own = (text: string) => /needs a start/.test(text);
  await notifies(limited, { title: 'needs a start', fingerprint: 'l1', labels: { host: 'kvm1', unit: 'ssh' } });
  const other = await alertSeen(world, 'alice', ({ text }) => own(text));
  expect(other.text).toContain('it is said to be about kvm1, of which web1 may not speak: no runbook acts on it');
  expect(await stored(other.id)).toMatchObject({ hosts: [], offers: [], tries: [] });
  // Of its own host it is believed; what else it names is put in no line.
  await notifies(limited, { title: 'needs a start', fingerprint: 'l2', labels: { host: 'web1', node: 'kvm1', unit: 'ssh' } });
  const mine = await alertSeen(world, 'alice', ({ id, text }) => id !== other.id && own(text));
  expect(mine.text).not.toContain('may not speak');
  await expect.poll(async () => (await stored(mine.id)).tries, { timeout: 15_000 }).toMatchObject([{ line: 'svc start ssh web1', auto: true, state: 'done' }]);
  expect((await stored(mine.id)).offers).toMatchObject([{ line: 'svc start ssh web1' }]);
  expect(await stored(other.id)).toMatchObject({ offers: [], tries: [] });
});
