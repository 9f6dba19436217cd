import { afterEach, expect, it, vi } from 'vitest';
import { type Away, watchRedis } from '../../src/redisaway.ts';

afterEach(() => vi.useRealTimers());

it('a machine that slept does not count its sleep as silence of Redis', async () => {
  vi.useFakeTimers();
  const told: Away[] = [];
  let answers = false;
  const part = watchRedis(
    async () => {
      if (!answers) throw new Error('away');
    },
    () => [async (away) => void told.push(away)],
  );
  await vi.advanceTimersByTimeAsync(4000); // it was away when the machine fell asleep
  vi.setSystemTime(Date.now() + 8 * 3_600_000);
  await vi.advanceTimersByTimeAsync(4000); // its connection is not back at once
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(told).toHaveLength(1);
  expect(Date.now() - (told[0]?.since ?? 0)).toBeLessThan(40_000);
  answers = true;
  await vi.advanceTimersByTimeAsync(4000);
  expect(told).toHaveLength(2);
  await part.close();
});
