import { afterEach, expect, it } from 'vitest';
import { Parts } from '../support/parts.ts';

let parts: Parts;
afterEach(() => parts.folder.close());

it('a worker that is told to end leaves what runs to the next one, which learns the end of the very same run', async () => {
  parts = await (await Parts.start({ pace: 0.1 })).with('desk', 'west');
  const { people } = await parts.gateway();
  const first = await parts.folder.hostler(['worker', '--site', 'east', '--redis', parts.redis]).says('is ready');
  const card = await people.says('alice', 'host run pause web1 --with seconds=60', { until: ({ text }) => text.includes('Wait a while 0/1'), ms: 30_000 });
  await new Promise((resolve) => setTimeout(resolve, 500)); // it is begun on the host
  const told = Date.now();
  expect((await first.stop('SIGTERM')).code).toBe(0);
  expect(Date.now() - told).toBeLessThan(5000);
  await parts.worker('east');
  const done = await people.sees('alice', card.id, ({ ticket }) => ticket?.state === 'done', 40_000);
  expect(parts.count('web1', 'sleep', '60')).toBe(1);
  expect(Number(/done in ([\d.]+) s/.exec(done.text)?.[1])).toBeGreaterThan(5.5);
  expect(parts.logged.filter((line) => line.includes('Error'))).toEqual([]);
}, 90_000);
