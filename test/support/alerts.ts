import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Member } from '../../src/core/alerts/alert.ts';
import { nameOf, standingOf } from '../../src/core/alerts/members.ts';
import { alerts } from '../../src/store/alerts.ts';

/** Every fingerprint stands on exactly one card, which says so; counts are what stands there. */
export async function agrees(redis: Redis, all: readonly Member[]): Promise<void> {
  const store = alerts(redis);
  const sources = new Set(all.map(({ source }) => source));
  const seen = new Map<string, string[]>();
  for (const id of await store.open()) {
    const counts = { firing: 0, silenced: 0, resolved: 0 };
    for (const one of await store.members(id, 10_000)) {
      counts[standingOf(one)]++;
      if (!sources.has(one.source)) continue; // of the bot itself
      seen.set(nameOf(one), [...(seen.get(nameOf(one)) ?? []), id]);
      expect(await store.of(one.source, one.fingerprint)).toBe(id);
    }
    expect((await store.get(id))?.counts).toEqual(counts);
  }
  expect([...seen.keys()].sort()).toEqual([...new Set(all.map(nameOf))].sort());
  expect([...seen.values()].filter((ids) => ids.length !== 1)).toEqual([]);
}
