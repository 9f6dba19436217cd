import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { schema } from '../../config/schema.ts';
import type { Note } from '../../src/core/audit.ts';
import { publish, type Settings } from '../../src/settings.ts';
import { signIns } from '../../src/signin.ts';
import { open } from '../../src/store/redis.ts';
import { type OwnServer, startInProcess } from '../../src/store/server.ts';
import { sessions } from '../../src/store/sessions.ts';

const account = { chat: 'slack', id: 'U0ANA000001' };
const offered = { person: 'ana', account, ticket: 'TAAAAAAAAAAA' };
const visitor = { address: '203.0.113.9', agent: 'a browser' };
const config = (more: object = {}) =>
  schema.parse({
    sites: { east: {} },
    people: { ana: { name: 'Ana', lang: 'zh', roles: ['lead'], accounts: { slack: [account.id] } } },
    roles: { lead: { grants: [] } },
    ...more,
  });

describe('who is let in', () => {
  let server: OwnServer;
  let redis: Redis;
  let rules: Settings;
  const notes: Note[] = [];
  const audit = { note: vi.fn(async (more: readonly Note[]) => void notes.push(...more)) };
  const door = () => signIns({ redis, rules: async () => rules, audit });
  const link = async () => (await sessions(redis).offer(offered)) ?? '';

  beforeAll(async () => {
    server = await startInProcess();
    redis = await open(server.url);
  });
  afterAll(async () => {
    vi.useRealTimers();
    redis.disconnect();
    await server.close();
  });
  beforeEach(async () => {
    await redis.flushall();
    rules = await publish(redis, config());
    notes.splice(0);
  });

  it('is put on record: in, out, and who was refused; no secret with it', async () => {
    const secret = await link();
    const entered = await door().enter(secret, 'terminal', visitor);
    expect(entered).toMatchObject({ person: { id: 'ana', name: 'Ana', lang: 'zh', roles: ['lead'] }, via: 'terminal' });
    expect(await door().enter(secret, 'web', visitor)).toBeUndefined();
    await door().leave(entered?.session ?? '', visitor);
    expect(notes).toMatchObject([
      { kind: 'identity', by: 'ana', account: { chat: 'web', id: 'ana' }, more: { what: 'signed in', from: '203.0.113.9', asked: 'slack U0ANA000001' } },
      { kind: 'identity', more: { what: 'refused', why: 'no such link' } },
      { kind: 'identity', by: 'ana', more: { what: 'signed out', via: 'terminal' } },
    ]);
    expect(JSON.stringify(notes)).not.toMatch(new RegExp(`${secret}|${entered?.session}`));
  });

  it('is nobody when it cannot be put on record', async () => {
    audit.note.mockRejectedValueOnce(new Error('no disk'));
    await expect(door().enter(await link(), 'web', visitor)).rejects.toThrow('no disk');
    expect(await sessions(redis).list('ana')).toEqual([]);
  });

  it.each([
    ['is no longer among the people', { people: {} }],
    ['has lost the account by which they came', { people: { ana: { name: 'Ana', roles: ['lead'], accounts: { slack: ['U0OTHER0001'] } } } }],
    ['has been longer than is allowed by now', { web: { session: '1s' } }],
  ])('is out at once who %s', async (_why, change) => {
    const entered = await door().enter(await link(), 'web', visitor);
    expect(await door().who(entered?.session ?? '')).toMatchObject({ person: { id: 'ana' } });
    const waiting = await link().then((one) => one || sessions(redis).offer({ ...offered, ticket: 'TBBBBBBBBBBB' }));
    rules = await publish(redis, config(change));
    if ('web' in change) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1001 });
    expect(await door().who(entered?.session ?? '')).toBeUndefined();
    vi.useRealTimers();
    if ('people' in change) expect(await door().enter(waiting ?? '', 'web', visitor)).toBeUndefined();
  });

  it('whoever guesses is told to wait, is not noted for ever, and keeps nobody else out', async () => {
    const guess = (address: string) =>
      door()
        .enter('A'.repeat(43), 'web', { ...visitor, address })
        .then(
          () => 403,
          (error: { status: number }) => error.status,
        );
    const came = [];
    for (let n = 0; n < 14; n++) came.push(await guess('203.0.113.9'));
    expect(came).toEqual([...Array(10).fill(403), 429, 429, 429, 429]);
    expect(notes).toHaveLength(11);
    expect(notes.at(-1)?.more).toMatchObject({ why: expect.stringContaining('not noted') });
    expect(await guess('198.51.100.7')).toBe(403);
    expect(await door().enter(await link(), 'web', visitor)).toMatchObject({ person: { id: 'ana' } });
    for (let n = 0; n < 90; n++) await guess(`198.51.100.${100 + n}`);
    expect(await guess('192.0.2.1')).toBe(429);
  });
});
