import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alerts } from '../../src/store/alerts.ts';
import { open } from '../../src/store/redis.ts';
import { fresh, member } from '../core/alerts/sample.ts';
import { notifies } from '../support/alerting.ts';
import { type Bot, bot } from '../support/bot.ts';

const HOUR = 3_600_000;
const CANNOT = 'cannot be read by this version';
let world: Bot & { close(): Promise<void> };
let redis: Redis;
/** A card of another program's alert, put where desks find it. */
async function stands(id: string, fingerprint: string): Promise<string> {
  await alerts(redis).put(fresh({ id, key: id, title: `about ${fingerprint}` }), [member(fingerprint, { source: 'am', heardAt: Date.now() })], HOUR);
  return id;
}
const change = async (id: string, more: object) =>
  redis.hset(`hostler:alert:${id}`, 'json', JSON.stringify({ ...JSON.parse((await redis.hget(`hostler:alert:${id}`, 'json')) ?? '{}'), ...more }));
const about = () => world.logged.filter((line) => /ANEW[A-Z]+0+1/.test(line));
const measured = async () => (await fetch(`http://127.0.0.1:${world.port}/metrics`)).text();

describe('a card that a newer version wrote', () => {
  beforeAll(async () => {
    world = await bot();
    redis = await open(world.redis);
    await stands('AGOOD0000001', 'good');
    await change(await stands('ANEWSTATE001', 'state'), { state: 'snoozed' });
    await change(await stands('ANEWSEVER001', 'severity'), { severity: 'fatal' });
    await redis.hset(`hostler:alert:${await stands('ANEWFORMAT01', 'format')}`, 'format', '2');
  });
  afterAll(async () => {
    redis?.disconnect();
    await world?.close();
  });

  it('keeps no other from being listed, counted and shown', async () => {
    for (const line of ['alert list', 'alert list --all', 'catchup', 'roundup']) {
      const card = await world.says('alice', line);
      expect(card.ticket?.state, card.text).toBe('done');
      if (line.startsWith('alert')) expect(card.text).toMatch(/AGOOD0000001[\s\S]*3 alerts cannot be read by this version/);
    }
    const text = await measured();
    expect(text).toMatch(/^hostler_redis_up 1$/m);
    expect(text).toMatch(/^hostler_alerts_open\{severity="warning"\} 1$/m);
    expect(text).toMatch(/^hostler_alerts_unreadable 3$/m);
    const named = await world.says('alice', 'alert show ANEWSTATE001');
    expect(named.ticket?.state, named.text).toBe('refused');
    expect(named.text).toContain(CANNOT);
  });

  it('is said once to the log, however often alerts are looked after', async () => {
    await expect.poll(() => about().length, { timeout: 15_000 }).toBe(3);
    await expect(alerts(redis).get('ANEWSTATE001')).rejects.toThrow('newer version');
  });

  it('takes no part in what comes for others with it, and in what is silenced', async () => {
    const asked = await world.says('alice', 'silence add job=node 1h --reason moving');
    expect(asked.ticket?.state, asked.text).toBe('done');
    await expect.poll(async () => (await alerts(redis).get('AGOOD0000001'))?.counts).toMatchObject({ silenced: 1 });
    await notifies(world, { title: 'still told', fingerprint: 'fine' });
    await expect.poll(async () => alerts(redis).of('notify', 'fine')).toBeDefined();
    expect(about()).toHaveLength(3);
  });
});
