import { afterAll, beforeAll, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const does = async (line: string) => {
  const asked = await world.says('alice', line);
  expect(asked.ticket?.state, asked.text).toBe('waiting');
  const end = await world.presses('bob', asked, 'approve', { until: ({ ticket }) => ['done', 'failed', 'unknown'].includes(ticket?.state ?? '') });
  expect(end.ticket?.state, end.text).toBe('done');
  return end;
};

it.each([
  ['net redirect set pve1 443 8006', 'net redirect show pve1'],
  ['net redirect remove pve2 443', 'net redirect show pve2'],
  ['backup schedule web1/etc --at 04:21 --password-file /etc/restic/password', 'backup schedule web1/etc'],
  ['backup schedule db1/data --off', 'backup schedule db1/data'],
  ['net hosts set web1 mirror.example.org 203.0.113.9', undefined],
  ['host join web1 example.org', undefined],
  ['host leave db1', undefined],
  ['dns set shop.example.org A 192.0.2.80 192.0.2.81', 'dns show shop.example.org'],
  ['dns remove www.example.org A', 'dns show www.example.org'],
])('`%s` is done once, and undone all is as it was', async (line, shown) => {
  const look = async () => (shown === undefined ? '' : (await world.says('carol', `${shown} --plan`)).text);
  const before = await look();
  const end = await does(line);
  if (shown !== undefined) expect(await look()).not.toBe(before);
  const again = await world.says('alice', line);
  expect([again.ticket?.state, again.ticket?.plan?.steps.length], again.text).toEqual(['done', 0]);
  await does(`undo ${end.id}`);
  expect(await look()).toBe(before);
});
