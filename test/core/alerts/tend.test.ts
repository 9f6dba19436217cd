import { expect, it } from 'vitest';
import tend from '../../../jobs/tend.ts';
import type { TendNeeds } from '../../../src/core/alerts/self.ts';
import { alerts, nobody, schedules, standing } from '../../support/stubs.ts';

it('is not begun again while it is still at work: what is due by the clock never takes all the places of what people ask', async () => {
  let release: (ids: readonly string[]) => void = () => undefined;
  const many = new Promise<readonly string[]>((resolve) => (release = resolve));
  const asked = { alerts: 0, schedules: 0 };
  const needs = {
    ...standing,
    rules: async () => nobody,
    send: async () => undefined,
    log: () => undefined,
    since: 0,
    parts: standing.beats,
    times: { siteMs: 1, chatMs: 1, queueMs: 1, stuckMs: 1 },
    seen: async () => ({ sites: [], chats: [], present: [], backlogMs: 0 }),
    alerts: {
      ...alerts,
      open() {
        asked.alerts++;
        return many;
      },
    },
    schedules: {
      ...schedules,
      async list() {
        asked.schedules++;
        return [];
      },
    },
  } as unknown as TendNeeds;
  const first = tend.take({}, needs);
  await expect.poll(() => asked.schedules).toBe(1);
  await tend.take({}, needs);
  await tend.take({}, needs);
  // All else is done each time, however much there is to be done about alerts.
  expect(asked.schedules).toBe(3);
  const before = asked.alerts;
  release([]);
  await first;
  await tend.take({}, needs);
  expect(asked.alerts).toBeGreaterThan(before);
  expect(before).toBe(2); // of alerts, and of silences that they are marked by
});
