import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { TOTP, URI } from 'otpauth';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Audited } from '../../src/core/audit.ts';
import { lineOf, link } from '../../src/core/chain.ts';
import { chainFiles } from '../../src/store/auditfile.ts';
import { Keeper } from '../../src/store/auditkeeper.ts';
import { piecesOf } from '../../src/store/auditlines.ts';
import { verifyChain } from '../../src/store/auditverify.ts';
import { factors } from '../../src/store/factors.ts';
import { leases } from '../../src/store/leases.ts';
import { HEAD, STREAM } from '../../src/store/notes.ts';
import { open } from '../../src/store/redis.ts';
import { sealing } from '../../src/store/sealing.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';

let server: OwnServer;
let redis: Redis;
let dir: string;
let logged: string[];
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(async () => {
  await redis.flushall();
  dir = mkdtempSync(join(tmpdir(), 'hostler-proof-'));
  logged = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const note = (by: string, id = '*') => redis.xadd(STREAM, id, 'format', 1, 'notes', JSON.stringify([{ at: 1, kind: 'limit', by }]));
async function write(): Promise<void> {
  const log = (text: string) => void logged.push(text);
  const keeper = new Keeper({ redis, dir, leases: leases(redis), ticketOf: async () => undefined, log, everyMs: 5, againMs: 5 });
  await expect.poll(() => keeper.search({ limit: 1 }), { interval: 5 }).toBeDefined();
  await keeper.close();
}
const entries = (): Audited[] =>
  chainFiles(dir).flatMap(({ path }) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  );
const told = () => entries().map(({ by, kind }) => by ?? kind);
const verified = () => verifyChain(chainFiles(dir).map(({ path }) => ({ name: path, pieces: piecesOf(path) })));
const EARLIER = '1000-0';
const FUTURE = `${Date.now() + 86_400_000}-0`;

describe('a chain whose Redis', () => {
  it('was emptied goes on, with whatever came since, and says that something may be lost', async () => {
    await note('ana', FUTURE); // by a clock that was ahead
    await write();
    await redis.flushall();
    await note('bo', EARLIER);
    await note('cy');
    await write();
    expect(told()).toEqual(['ana', 'bo', 'cy', 'garbled']);
    expect(entries()[3]?.more).toEqual({ why: expect.stringMatching(/^Redis was emptied or set back after entry 1/) });
    expect(logged.join()).toMatch(/the audit goes on: Redis was emptied/);
    await note('di');
    await write();
    expect(told()).toEqual(['ana', 'bo', 'cy', 'garbled', 'di']);
    expect(await verified()).toMatchObject({ first: 1, head: { seq: 5 } });
    expect(await redis.xlen(STREAM)).toBe(0);
  });

  it('was set back has what came since, too, rather twice than not at all', async () => {
    await note('ana', EARLIER);
    await write();
    const head = await redis.hgetall(HEAD);
    await note('bo', FUTURE);
    await write();
    await redis.del(STREAM, HEAD);
    await redis.hset(HEAD, head);
    await redis.xadd(STREAM, EARLIER, 'format', 1, 'notes', '[]');
    await note('cy', '2000-0');
    await write();
    expect(told()).toEqual(['ana', 'bo', 'cy', 'garbled']);
    expect(await verified()).toMatchObject({ head: { seq: 4 } });
  });

  it('has its own notes is not silenced by entries that somebody wrote behind them', async () => {
    await note('ana');
    await write();
    const [last] = entries();
    const [file] = chainFiles(dir);
    if (!last || !file) throw new Error('nothing is written');
    appendFileSync(file.path, `${lineOf(link({ at: 1, kind: 'limit', by: 'mallory' }, '9999999999999-0.0', last))}\n`);
    await note('bo');
    await write();
    expect(told()).toEqual(['ana', 'mallory', 'bo', 'garbled']);
  });

  it('is as it was is gone on with and nothing is said', async () => {
    for (const by of ['ana', 'bo']) {
      await note(by);
      await write();
    }
    expect(told()).toEqual(['ana', 'bo']);
    expect(logged).toEqual([]);
  });

  it('knows of more than there is on the disk goes on in a new file, and says so', async () => {
    await note('ana');
    await write();
    rmSync(dir, { recursive: true });
    await note('bo');
    await write();
    expect(logged.join()).toMatch(/there is no audit in .*, and its head is 1: it goes on in a new file/);
    expect(entries()).toMatchObject([{ seq: 2, by: 'bo' }]);
  });
});

it('files of the audit are their owner’s alone, whatever the folder and the mask', async () => {
  const before = process.umask(0);
  try {
    await note('ana');
    await write();
  } finally {
    process.umask(before);
  }
  for (const name of [chainFiles(dir)[0]?.path ?? '', join(dir, 'index.sqlite')]) expect(statSync(name).mode & 0o777, name).toBe(0o600);
});

it('who sets up codes of their own wins no guesses at the one in force', async () => {
  const now = Date.UTC(2027, 0, 1);
  const all = factors(redis, sealing('a sealing key of some length', 'second factors'), () => now);
  const shown = (uri: string) => {
    const app = URI.parse(uri);
    return app instanceof TOTP ? app.generate({ timestamp: now }) : '';
  };
  const mine = await all.begin('ana', 'Ana');
  await all.prove('ana', shown(mine));
  await all.enrol('ana', (await all.proven('ana')) ?? '');
  const wrong = shown(mine) === '123456' ? '654321' : '123456';
  for (let i = 0; i < 5; i++) await all.check('ana', wrong);
  expect(await all.prove('ana', shown(await all.begin('ana', 'Ana')))).toBe(true);
  expect(await redis.get('hostler:factortries:ana')).toBe('5');
});
