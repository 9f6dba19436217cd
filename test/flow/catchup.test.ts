import { afterAll, beforeAll, expect, it } from 'vitest';
import { notifies } from '../support/alerting.ts';
import { type Bot, bot } from '../support/bot.ts';
import { alertSeen } from '../support/notices.ts';

let world: Bot & { close(): Promise<void> };
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world?.close());

it('says that all is quiet, or what is not', async () => {
  const quiet = await world.says('alice', 'catchup');
  expect(quiet.ticket?.state, quiet.text).toBe('done');
  expect(quiet.text).toContain('all quiet');
  const reboot = await world.says('alice', 'vm reboot shop');
  expect(reboot.ticket?.state).toBe('waiting');
  await world.presses('bob', await world.says('alice', 'vm suspend mail'), 'approve');
  await world.says('alice', 'schedule add "0 * * * *" "host status web1"');
  await world.says('bob', 'freeze on @web --until 2h --reason "release night"');
  await expect.poll(async () => (await world.says('bob', 'catchup')).text, { timeout: 15_000 }).toContain('done since then:');
  const { text } = await world.says('bob', 'catchup --since 1h');
  expect(text).toMatch(/vm reboot shop +Alice +your word/);
  expect(text).toMatch(/freeze +@web +Bob +release night/);
  expect(text).toMatch(/vm suspend mail +\S* +done/);
  expect(text).toMatch(/scheduled within twelve hours:[\s\S]*host status web1/);
  expect(text).not.toMatch(/whoami|host status web1 +\S+ +done/);
  // What only alice may know is nothing to somebody without a role.
  const refused = await world.says('alice', 'catchup --since tomorrowish');
  expect(refused.text).toContain('tomorrowish');
});

it('sums up what was merely said about alerts, and lists what was done to hosts', async () => {
  await notifies(
    world,
    { title: 'disk full', fingerprint: 'c1', labels: { host: 'web1' } },
    { title: 'clock off', fingerprint: 'c2', labels: { host: 'web2' } },
  );
  const [disk, clock] = [
    await alertSeen(world, 'alice', ({ text }) => text.includes('disk full')),
    await alertSeen(world, 'alice', ({ text }) => text.includes('clock off')),
  ];
  for (const line of [`alert ack ${disk.id}`, `alert ack ${clock.id}`, `alert silence ${disk.id} 1h`])
    expect((await world.says('alice', line)).ticket?.state).toBe('done');
  await expect
    .poll(async () => (await world.says('bob', 'catchup --since 1h')).text, { timeout: 15_000 })
    .toContain('about alerts: 2 acknowledged, 1 silenced');
  const { text } = await world.says('bob', 'catchup --since 1h');
  const done = text.slice(text.indexOf('done since then:'));
  expect(done).toMatch(/vm suspend mail/);
  expect(done).not.toMatch(/alert (ack|silence) A/);
});
