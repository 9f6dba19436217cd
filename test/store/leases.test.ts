import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseServer } from '../../src/chooseserver.ts';
import type { Lease, Right } from '../../src/core/ports.ts';
import { runLease, type Ticket } from '../../src/core/ticket.ts';
import { leases } from '../../src/store/leases.ts';
import { journals } from '../../src/store/plans.ts';
import { tickets } from '../../src/store/tickets.ts';
import { servers } from '../support/redis.ts';
import { asked } from '../support/ticket.ts';

const SHORT = { lastsMs: 300, renewMs: 50 };
/** Lasts as long, but its holder does not renew. */
const PAUSED = { lastsMs: 150, renewMs: 60_000 };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A ticket that runs at one site. */
function running(id: string): Ticket {
  const plan = { round: 1, digest: 'X', code: 'CX', risk: 'low', at: 0, parts: { east: 'X' }, waves: [{ wave: 1, sites: ['east'] }], hosts: ['a'] } as const;
  return { ...asked, id, state: 'running', plan, votes: [], startedAt: 0, wave: 0, ends: {} };
}

function got(lease: Lease | undefined): Lease {
  if (!lease) throw new Error('someone else holds it');
  return lease;
}

describe.each(servers())('on $name', ({ start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(() => redis.flushall());
  afterEach(() => void vi.restoreAllMocks());

  describe('a lease', () => {
    it('goes to one only, with a greater token every time', async () => {
      const { take } = leases(redis);
      const first = got(await take('run T1 east', 'a'));
      expect(first.held()).toBe(true);
      expect(await take('run T1 east', 'a')).toBeUndefined();
      const other = got(await take('run T2 east', 'a'));
      await first.release();
      expect(first.held()).toBe(false);
      const second = got(await take('run T1 east', 'b'));
      expect(other.token).toBeGreaterThan(first.token);
      expect(second.token).toBeGreaterThan(other.token);
      await Promise.all([second.release(), other.release()]);
      expect((await redis.keys('*')).filter((one) => !one.startsWith('hostler:last:'))).toEqual(['hostler:token']);
      expect(await redis.pttl('hostler:last:run T1 east')).toBeGreaterThan(86_400_000);
    });

    it('goes to one of many who ask at once', async () => {
      const { take } = leases(redis);
      const taken = await Promise.all(Array.from({ length: 30 }, (_, i) => take('x', `worker ${i}`)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      await Promise.all(taken.map((lease) => lease?.release()));
    });

    it('lasts while it is renewed', async () => {
      const lease = got(await leases(redis, SHORT).take('x', 'a'));
      await wait(800);
      expect(lease.held()).toBe(true);
      expect(await leases(redis, SHORT).take('x', 'b')).toBeUndefined();
      await lease.release();
    });

    it('ends by itself, and is then neither renewed nor released by who had it', async () => {
      const paused = got(await leases(redis, PAUSED).take('x', 'a'));
      await wait(200);
      expect(paused.held()).toBe(false);
      const heir = got(await leases(redis).take('x', 'b'));
      await paused.release();
      expect(heir.held()).toBe(true);
      expect(await leases(redis).take('x', 'c')).toBeUndefined();
      await heir.release();
    });

    it('is lost for good when a renewal is refused, however long it seems to last', async () => {
      const lease = got(await leases(redis, { lastsMs: 60_000, renewMs: 10 }).take('x', 'a'));
      await redis.del('hostler:lease:x');
      const heir = got(await leases(redis).take('x', 'b'));
      await expect.poll(() => lease.held()).toBe(false);
      await wait(50);
      expect(lease.held()).toBe(false);
      expect(await redis.hget('hostler:lease:x', 'token')).toBe(String(heir.token));
      await heir.release();
    });

    it('counts from before it was asked for: an answer that comes too late gives nothing', async () => {
      const slow = redis.duplicate();
      await slow.ping();
      const pending = leases(slow, PAUSED).take('x', 'a');
      const real = performance.now.bind(performance);
      vi.spyOn(performance, 'now').mockImplementation(() => real() + PAUSED.lastsMs);
      const lease = got(await pending);
      expect(lease.held()).toBe(false);
      await lease.release();
      slow.disconnect();
    });
  });

  describe('the journal', () => {
    const write = (right?: Right) => journals(redis).write('T1', 1, 0, { state: 'intent', at: 1 }, right);
    const right = ({ token }: Lease): Right => ({ lease: { name: 'x', token }, locks: undefined });

    it('takes a line only under a lease that has not ended', async () => {
      const first = got(await leases(redis, PAUSED).take('x', 'a'));
      expect(await write(right(first))).toBe(true);
      await wait(200);
      expect(await write(right(first))).toBe(false);
      const second = got(await leases(redis).take('x', 'b'));
      expect(await write(right(first))).toBe(false);
      expect(await write(right(second))).toBe(true);
      expect(await write({ lease: { name: 'y', token: second.token }, locks: undefined })).toBe(false);
      await second.release();
      expect(await write(right(second))).toBe(false);
      expect(await journals(redis).read('T1', 1)).toEqual({ journal: { 0: { state: 'intent', at: 1 } }, lines: 2 });
    });

    it('takes a line that needs no right', async () => {
      expect(await write()).toBe(true);
      expect(await redis.ttl('hostler:journal:T1:1')).toBeGreaterThan(86_400);
      expect(await redis.hget('hostler:journal:T1:1', 'format')).toBe('1');
    });
  });

  describe('the word of a worker', () => {
    it('counts only while nobody took its lease since', async () => {
      const store = tickets(redis);
      const name = runLease('TW', 'east');
      await store.create(running('TW'));
      const stale = got(await leases(redis, PAUSED).take(name, 'a'));
      await wait(200);
      const heir = got(await leases(redis).take(name, 'b'));
      const says = ({ token }: Lease, id: string) => store.change('TW', { id, at: 1, kind: 'ended', site: 'east', wave: 1, ending: 'done', failed: 0, token });
      expect(await says(stale, 'old')).toMatchObject({ rev: 1, ends: {} });
      await heir.release();
      expect(await says(stale, 'older')).toMatchObject({ rev: 1, ends: {} });
      expect(await says(heir, 'new')).toMatchObject({ rev: 2, ends: { '1 east': 'done' } });
    });
  });

  describe('a reply code', () => {
    it('stands for the ticket that had it first', async () => {
      const { keepCode, byCode } = tickets(redis);
      expect(await keepCode('7F3KQ', 'T1', 60_000)).toBe(true);
      expect(await keepCode('7F3KQ', 'T1', 60_000)).toBe(true);
      expect(await keepCode('7F3KQ', 'T2', 60_000)).toBe(false);
      expect(await byCode('7F3KQ')).toBe('T1');
    });
  });
});

describe('practice', () => {
  it.each(['redis://redis.example.org:6379', 'redis://127.0.0.1.example.org', 'sentinel://192.0.2.1/one'])('takes no Redis elsewhere: %s', async (url) => {
    await expect(chooseServer(url, true, '/nonexistent')).rejects.toThrow('on this machine only');
  });
});
