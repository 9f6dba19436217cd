import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audit } from '../../src/store/audit.ts';
import { readHead } from '../../src/store/audithead.ts';
import { piecesOf } from '../../src/store/auditlines.ts';
import { verifyChain } from '../../src/store/auditverify.ts';
import { leases } from '../../src/store/leases.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';

/** A chain, its head and what waited in the stream, as an earlier version stored them. */
const CHAIN = new URL('./audit-1.jsonl', import.meta.url);
const HEAD = { format: '1', seq: '9', hash: '0ce523280e8203f8e4728b9d922d42fd86045ec53f3d27cf020ab4470036a8cc', from: '1795285006000-7.0', gone: '8' };
const WAITS = ['format', '1', 'notes', '[{"at":1795285007000,"kind":"limit","by":"ana","more":{"afterMs":5}},{"at":1795285007000,"kind":"freeze","by":"bo"}]'];

let server: OwnServer;
let redis: Redis;
const dir = mkdtempSync(join(tmpdir(), 'hostler-formats-'));
const file = join(dir, 'audit-1.jsonl');
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
  copyFileSync(CHAIN, file);
  await redis.hset('hostler:audithead', HEAD);
  await redis.xadd('hostler:audit', '1795285007000-0', ...WAITS);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

it('an audit of format 1 still holds, is gone on with, and is found in', async () => {
  const options = { leases: leases(redis), ticketOf: async () => undefined, dir, log: (text: string) => expect.fail(text), everyMs: 10 };
  const desk = audit(redis, options);
  const found = await desk.search({ limit: 20 });
  expect(found.map(({ seq, kind }) => `${seq} ${kind}`)).toEqual([
    '11 freeze',
    '10 limit',
    '9 refused',
    '8 ended',
    '7 step',
    '6 step',
    '5 dispatched',
    '4 voted',
    '3 planned',
    '2 said',
    '1 config',
  ]);
  expect((await desk.search({ limit: 1, person: 'ana', command: 'vm', target: 'kvm1', kind: 'step' }))[0]?.seq).toBe(7);
  await desk.close();
  const anchor = { seq: 9, hash: HEAD.hash };
  expect(await verifyChain([{ name: file, pieces: piecesOf(file) }], [anchor])).toMatchObject({ first: 1, head: { seq: 11 }, votes: { runs: 1, votes: 1 } });
  expect(readFileSync(file, 'utf8').startsWith(readFileSync(CHAIN, 'utf8'))).toBe(true);
  expect(await readHead(redis)).toMatchObject({ seq: 11, from: '1795285007000-0.1' });
});

it('a head of a newer version is left to it', async () => {
  await redis.hset('hostler:audithead', 'format', '2');
  await expect(readHead(redis)).rejects.toThrow('newer version');
});
