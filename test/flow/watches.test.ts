import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Config, schema } from '../../config/schema.ts';
import type { Alert, Member } from '../../src/core/alerts/alert.ts';
import type { RunningDesk } from '../../src/desk.ts';
import { startDesk } from '../../src/desk.ts';
import { loadCommands } from '../../src/registry.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { Parts } from '../support/parts.ts';

let parts: Parts;
let redis: Redis;
let desk: RunningDesk;
const WATCHES = {
  reach: { every: '1s', line: 'host reach web1 web2 kvm1 alpha pbs1', as: 'carol' },
  firewall: { every: '1s', line: 'doctor pve1 --check pve-firewall', as: 'carol' },
  mends: { every: '1s', line: 'svc restart nginx web1', as: 'alice' },
  typo: { every: '1s', line: 'host raech', as: 'alice' },
};
const withWatches = (config: object, watches: object) => ({ ...config, alerts: { ...(config as { alerts: object }).alerts, watches } });

beforeAll(async () => {
  parts = await Parts.start({ config: (lab) => withWatches(lab as object, WATCHES) });
  redis = parts.folder.closes({ ...{ redis: await open(parts.redis) }, close: async () => redis.disconnect() }).redis;
  await parts.with('desk', 'east', 'west');
  const common = { redis: parts.redis, commands: await loadCommands(), log: (text: string, detail?: unknown) => void parts.logged.push(`${text}: ${detail}`) };
  desk = parts.folder.closes(await startDesk({ ...common, config: parts.config, home: parts.folder.file('desk') }));
}, 60_000);
afterAll(() => parts.folder.close());

/** Everything a watch, or the bot itself, says on any card. */
async function said(source: 'watch' | 'self'): Promise<{ readonly alert: Alert; readonly member: Member }[]> {
  const store = alerts(redis);
  const all = await Promise.all(
    (await store.recent(100)).map(async (id) => {
      const [alert, members] = [await store.get(id), await store.members(id, 100)];
      return alert ? members.filter((member) => member.source === source).map((member) => ({ alert, member })) : [];
    }),
  );
  return all.flat();
}
const about = async (source: 'watch' | 'self', fingerprint: string) => (await said(source)).find(({ member }) => member.fingerprint === fingerprint);

it.concurrent('fires once over several desks', async ({ expect }) => {
  const asked = async () => {
    const keys = await redis.keys('hostler:ticket:*');
    const all = await Promise.all(
      keys.map((name) =>
        tickets(redis)
          .get(name.slice('hostler:ticket:'.length))
          .catch(() => undefined),
      ),
    );
    return all.flatMap((ticket) => (ticket?.from?.kind === 'watch' && ticket.from.ticket === 'reach' ? [ticket.askedAt] : [])).sort((a, b) => a - b);
  };
  await expect.poll(async () => (await asked()).length, { timeout: 20_000 }).toBeGreaterThan(2);
  const times = await asked();
  for (const [i, at] of times.entries()) if (i > 0) expect(at - (times[i - 1] ?? 0)).toBeGreaterThan(500);
}, 30_000);

it.concurrent('says that a host does not answer, and that it does again', async ({ expect }) => {
  expect(await about('watch', 'reach/web2/reachable')).toBeUndefined();
  await parts.lab.host('web2').down();
  await expect
    .poll(() => about('watch', 'reach/web2/reachable'), { timeout: 30_000 })
    .toMatchObject({ member: { status: 'firing', severity: 'critical', host: 'web2' } });
  await parts.lab.host('web2').up();
  await expect.poll(async () => (await about('watch', 'reach/web2/reachable'))?.member.status, { timeout: 30_000 }).toBe('resolved');
  expect((await said('watch')).filter(({ member }) => member.fingerprint.startsWith('reach/'))).toHaveLength(1);
}, 60_000);

it.concurrent('offers the line that puts right what a doctor found', async ({ expect }) => {
  await expect
    .poll(async () => (await said('watch')).find(({ member }) => member.labels.check === 'pve-firewall')?.alert.offers.map(({ line }) => line), {
      timeout: 20_000,
    })
    .toContain('svc mask pve-firewall pve1');
}, 30_000);

it.concurrent('says that a watch cannot work: it would change something, or its line is none', async ({ expect }) => {
  await expect
    .poll(() => about('self', 'watch/mends'), { timeout: 20_000 })
    .toMatchObject({ member: { status: 'firing', text: expect.stringContaining('a watch only looks') } });
  await expect
    .poll(() => about('self', 'watch/typo'), { timeout: 20_000 })
    .toMatchObject({ member: { status: 'firing', text: expect.stringContaining('raech') } });
  expect(parts.count('web1', 'systemctl', 'restart', 'nginx')).toBe(0);
}, 30_000);

it('is over with its watch, and with what kept it from seeing', async () => {
  const config: Config = schema.parse(withWatches(parts.lab.config, { typo: { every: '1s', line: 'host reach web1', as: 'alice' } }));
  await desk.reload(config);
  await expect.poll(async () => (await said('self')).map(({ member }) => member.status), { timeout: 30_000 }).toEqual(['resolved', 'resolved']);
  await expect.poll(async () => (await said('watch')).filter(({ member }) => member.status === 'firing'), { timeout: 10_000 }).toEqual([]);
}, 60_000);
