import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Member } from '../../src/core/alerts/alert.ts';
import { nameOf } from '../../src/core/alerts/members.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open } from '../../src/store/redis.ts';
import { findServer, type OwnServer, startServer } from '../../src/store/server.ts';
import { fresh, member } from '../core/alerts/sample.ts';
import { agrees } from '../support/alerts.ts';
import { CommandProxy } from '../support/proxy.ts';

const HOUR = 3_600_000;
const program = findServer();

/** Batches of two sources' worth, as they are heard: beginnings and ends, over several keys, overlapping. */
const ALL = Array.from({ length: 24 }, (_, i) => member(`m${i}`, { source: i % 2 ? 'am' : 'pve', heardAt: 1000 }));
const ends = (from: number, to: number): Member[] => ALL.slice(from, to).map((one) => ({ ...one, status: 'resolved', heardAt: 2000, endedAt: 2000 }));
const BATCHES: readonly { readonly key: string; readonly members: readonly Member[] }[] = [
  { key: 'a', members: ALL.slice(0, 10) },
  { key: 'b', members: ALL.slice(5, 15) },
  { key: 'a', members: [...ends(3, 12), ...ALL.slice(15, 18)] },
  { key: 'storm', members: ALL.slice(8, 24) },
  { key: 'c', members: ends(20, 22) },
];
/** What only one of the desks is told at first: some for each batch. */
const OWN = Array.from({ length: 20 }, (_, i) => member(`own${i}`));
/** What fires when all of it was heard, in whatever order. */
const FIRING = ALL.filter((_, i) => !((i >= 3 && i < 12) || (i >= 20 && i < 22)))
  .map(nameOf)
  .concat(OWN.map(nameOf));

describe.skipIf(program === undefined)('desks that share a Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-alerts-'));
  let server: OwnServer;
  let proxy: CommandProxy;
  beforeAll(async () => {
    server = await startServer(program ?? '', join(folder, 'redis'));
    proxy = await CommandProxy.listen(join(folder, 'proxy.sock'), server.url);
  });
  afterAll(async () => {
    await proxy?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lose nothing and count nothing twice, wherever one of them is killed', async () => {
    const redis = await open(server.url);
    let made = 0;
    let killed = 0;
    try {
      for (let n = 1; n <= 16; n++) {
        await redis.flushall();
        const victim = await open(proxy.url);
        let died = false;
        proxy.arm(n, () => {
          died = true;
          victim.disconnect();
        });
        const put = async (from: typeof redis, { key, members }: (typeof BATCHES)[number]) => alerts(from).put(fresh({ id: `A${++made}`, key }), members, HOUR);
        const all = async (desk: typeof redis, batches: typeof BATCHES) => {
          for (const batch of batches) await put(desk, batch);
        };
        const first = n % BATCHES.length;
        const turned = [...BATCHES.slice(first), ...BATCHES.slice(0, first)].flatMap((batch, i) => [
          ...OWN.slice(i * 4, i * 4 + 4).map((one, j) => ({ key: `k${j}`, members: [one] })),
          batch,
        ]);
        await Promise.all([all(victim, turned).catch(() => undefined), all(redis, [...BATCHES].reverse())]);
        await all(redis, turned); // whatever the dead one did not say to have done is done again
        proxy.disarm();
        victim.disconnect();
        if (died) killed++;
        await agrees(redis, [...ALL, ...OWN]);
        const firing = [];
        for (const id of await alerts(redis).open()) firing.push(...(await alerts(redis).members(id, 1000)).filter(({ status }) => status === 'firing'));
        expect(firing.map(nameOf).sort(), `killed before write ${n}`).toEqual([...FIRING].sort());
      }
      expect(killed).toBeGreaterThan(10);
    } finally {
      redis.disconnect();
    }
  });
});
