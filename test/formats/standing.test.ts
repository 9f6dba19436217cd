import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import { due } from '../../src/core/due.ts';
import { flatten } from '../../src/core/flatten.ts';
import { render } from '../../src/core/render.ts';
import { follow, publish } from '../../src/settings.ts';
import { factors } from '../../src/store/factors.ts';
import { open } from '../../src/store/redis.ts';
import { reviews } from '../../src/store/reviews.ts';
import { sealing } from '../../src/store/sealing.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { sessions } from '../../src/store/sessions.ts';
import { tickets } from '../../src/store/tickets.ts';

/** Who may do what, who is who, and who said yes, as an earlier version stored it. What is named by a secret's SHA-256 has its place's name here. */
const { keys, hashes }: { keys: Record<string, string>; hashes: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(new URL('./standing-1.json', import.meta.url), 'utf8'),
);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const placed = (text: string) => text.replace(/SESSION|LINK/g, sha256);

let server: OwnServer;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  for (const [key, value] of Object.entries(keys)) await redis.set(placed(key), placed(value));
  for (const [key, fields] of Object.entries(hashes)) await redis.hset(key, fields);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

it('a configuration and linked accounts still say who is who', async () => {
  const { config, policy, personOf, roomOf } = await follow(redis, undefined, 0)();
  expect(config.limits).toEqual({ person: 60, room: 240 });
  expect(policy.deny.length + policy.approvals.length).toBeGreaterThan(0);
  expect(roomOf({ chat: 'slack', room: 'C0123456789' })).toBe('ops');
  expect(personOf({ chat: 'matrix', id: '@ana:other.example.org' })).toBe('ana');
});

it('a configuration of another version is none: all wait for the desk to publish its own', async () => {
  const { config } = await publish(redis, (await follow(redis, undefined, 0)()).config); // what this version adds stands there, too
  const hash = (await redis.get('hostler:config')) ?? '';
  const stored = (await redis.get(`hostler:config:${hash}`)) ?? '';
  const { limits: _, audit: __, ...older } = config;
  for (const other of [JSON.stringify(older), stored.replace('"format":1', '"format":2')]) {
    await redis.set(`hostler:config:${hash}`, other);
    let known = false;
    const waits = follow(redis, undefined, 0)().then((settings) => {
      known = true;
      return settings;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(known).toBe(false);
    await publish(redis, { ...config, redis: { url: 'redis://127.0.0.1' } });
    expect((await waits).config.limits).toEqual(config.limits);
    await redis.set('hostler:config', hash);
  }
  expect(await redis.get(`hostler:config:${hash}`)).toBe(stored);
});

it('who is signed in still is, and a link still works, once', async () => {
  const all = sessions(redis);
  expect(await all.get('SESSION')).toMatchObject({ person: 'ana', via: 'web', account: { chat: 'matrix' } });
  expect(await all.redeem('LINK')).toMatchObject({ person: 'ana', ticket: 'TLOGIN2' });
  expect(await all.redeem('LINK')).toBeUndefined();
});

it('one-time codes still count, and those that were proven may still be put in force', async () => {
  const now = Date.UTC(2027, 0, 1);
  const all = factors(redis, sealing('a sealing key of some length', 'second factors'), () => now);
  const code = new TOTP({ secret: Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP') }).generate({ timestamp: now });
  expect(await all.has('ana')).toBe(true);
  expect(await all.check('ana', code)).toBe(true);
  expect(await all.check('ana', code)).toBe(false);
  expect(await all.proven('bo')).toBe('fedcba9876543210');
  expect(await all.enrol('bo', 'fedcba9876543210')).toBe(true);
});

it('a review is still owed', async () => {
  expect(await reviews(redis).list()).toMatchObject([{ ticket: 'TGLASS', by: 'ana', hosts: ['kvm1'] }]);
  expect(await reviews(redis).close('TGLASS')).toBe(true);
});

it.each(['TVOTED', 'TSLOT', 'TAPPROVED', 'TGLASS'])('%s still has its votes, is shown and carried on', async (id) => {
  const ticket = await tickets(redis).get(id);
  if (!ticket) throw new Error(`${id} is gone`);
  const { text } = flatten(render({ ticket, journal: {}, lines: 0, names: { ana: 'Ana', bo: 'Bo', cy: 'Cy' } }), 'en');
  expect(text).toMatch(/vm reboot shop --in night/);
  if (id !== 'TGLASS') expect(text).toMatch(/Bo/);
  expect(ticket).toMatchObject({ window: 'night', room: 'ops-matrix', reason: { text: 'kernel' }, account: { chat: 'matrix' } });
  expect(() => due(ticket, 1)).not.toThrow();
  const left = advance(ticket, { id: 'x', at: 1, kind: 'withdrawn', by: 'bo', votes: [] });
  expect(left.state).toBe({ TVOTED: 'waiting', TSLOT: 'waiting', TAPPROVED: 'waiting' }[id] ?? 'done');
});
