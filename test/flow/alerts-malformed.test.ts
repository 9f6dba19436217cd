import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../config/schema.ts';
import { AlertViews } from '../../src/alertviews.ts';
import { flatten } from '../../src/core/flatten.ts';
import { loadCommands } from '../../src/registry.ts';
import { settingsOf } from '../../src/settings.ts';
import { alerts } from '../../src/store/alerts.ts';
import { open } from '../../src/store/redis.ts';
import { type Bot, bot } from '../support/bot.ts';

const BODY = '{"vault": "blue", "password": "hunter2hunter2", "alerts": oops';
let world: Bot & { close(): Promise<void> };
let redis: Redis;

describe('a body that cannot be read', () => {
  beforeAll(async () => {
    world = await bot();
    redis = await open(world.redis);
  });
  afterAll(async () => {
    redis?.disconnect();
    await world?.close();
  });

  it('is told of to all, with why; what it began with is shown where admins are alone, without its secrets', async () => {
    const secret = String(world.config.alerts.sources.notify?.secret).replace(/^file:/, '');
    const answer = await fetch(`http://127.0.0.1:${world.port}/hooks/notify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${readFileSync(secret, 'utf8').trim()}` },
      body: BODY,
    });
    expect(answer.status).toBe(422);
    let id: string | undefined;
    await expect.poll(async () => (id = await alerts(redis).of('self', 'malformed notify'))).toBeDefined();
    if (id === undefined) return;
    expect(JSON.stringify(await alerts(redis).get(id))).not.toMatch(/vault|blue|hunter2|oops/);
    expect(JSON.stringify(await alerts(redis).malformed())).toMatch(/vault/);
    expect(JSON.stringify(await alerts(redis).malformed())).not.toMatch(/hunter2/);
    const shown = await world.says('alice', `alert show ${id}`);
    expect(shown.text).toMatch(/what notify sends cannot be read[\s\S]*not JSON/);
    expect(shown.text).not.toMatch(/vault|hunter2|oops/);

    const room = { chat: 'slack', hosts: ['*'], mirror: [] } as const;
    const rooms = { ops: { ...room, id: 'C0OPS000001' }, admins: { ...room, id: 'C0ADMIN0001' } };
    const config = { ...world.config, rooms, alerts: { ...world.config.alerts, admin: 'admins' } } as unknown as Config;
    const views = new AlertViews(redis, async () => settingsOf(config, 'x'), await loadCommands());
    const at = async (room: string, lang: 'en' | 'zh' = 'en') => {
      const message = (await views.showing(id ?? '', { chat: 'slack', room }))?.message;
      return message?.kind === 'card' ? flatten(message.card, lang).text : undefined;
    };
    expect(await at('C0OPS000001')).toMatch(/not JSON/);
    expect(await at('C0OPS000001')).not.toMatch(/vault|hunter2/);
    expect(await at('C0OPS000001', 'zh')).toMatch(/不是有效的 JSON/);
    expect(await at('C0OPS000001', 'zh')).not.toMatch(/not JSON|vault|hunter2/);
    expect(await at('C0ADMIN0001')).toMatch(/not JSON[\s\S]*"vault": "blue"/);
    expect(await at('C0ADMIN0001')).not.toMatch(/hunter2/);
  });
});
