import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallError } from '../../src/chat/client.ts';
import { drawn } from '../../src/chat/terminal.ts';
import { answer } from '../../src/core/command.ts';
import { digest } from '../../src/core/digest.ts';
import { endsOf, fileOf, keepFiles } from '../../src/core/files.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import { redactor } from '../../src/core/redact.ts';
import { redactPart } from '../../src/core/redactvalue.ts';
import type { Part } from '../../src/core/types.ts';
import { quoted } from '../../src/core/words.ts';
import { files, MOST } from '../../src/store/files.ts';
import { open } from '../../src/store/redis.ts';
import { bot } from '../support/bot.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { textOf } from '../support/slack/index.ts';

const LINE = 'log show web1 --lines 80';

const fileBlock = (card: FlatCard) => {
  const found = card.blocks.find((block) => block.kind === 'file');
  if (found?.kind !== 'file') throw new Error(`no file:\n${card.text}`);
  return found;
};

describe('a text too long for a card', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  let chat: Awaited<ReturnType<typeof workspace>>;
  beforeAll(async () => {
    chat = await workspace('socket');
    world = await bot({ config: (lab) => withDan(withChat(lab, 'slack', chat.chat, ACCOUNTS)) });
  });
  afterAll(async () => {
    await world?.close();
    await chat?.slack.close();
    chat?.close();
  });

  it('is downloaded by who may see its card, and by nobody else, whatever they name', async () => {
    const card = await world.says('alice', LINE);
    const block = fileBlock(card);
    expect(block).toMatchObject({ name: 'web1-log.txt', lines: 61 });
    const url = (as: string, id: string, file: string) => `${world.url}/api/file?${new URLSearchParams({ as, card: id, file })}`;
    const get = (as: string, id: string, file: string) => fetch(url(as, id, file), { headers: { authorization: `Bearer ${world.token}` } });
    const mine = await get('alice', card.id, block.ref);
    expect([mine.status, mine.headers.get('content-disposition'), mine.headers.get('content-type')]).toEqual([
      200,
      'attachment; filename="web1-log.txt"',
      'text/plain; charset=utf-8',
    ]);
    const text = await mine.text();
    expect(text.split('\n')).toHaveLength(62);
    expect(text).toMatch(/sshd: error: maximum authentication attempts/);
    expect((await get('bob', card.id, block.name)).status).toBe(200);
    const other = await world.says('dan', 'svc list db1');
    for (const [as, id, file] of [
      ['dan', card.id, block.ref],
      ['dan', other.id, block.ref],
      ['alice', other.id, block.ref],
      ['alice', card.id, '0'.repeat(64)],
      ['alice', 'T0000000000A', block.ref],
    ] as const)
      expect((await get(as, id, file)).status, `${as} ${id}`).toBe(404);
    expect((await fetch(url('alice', card.id, block.ref), { headers: { origin: 'https://evil.example.org' } })).status).toBe(403);
  });

  it('is printed in the terminal', async () => {
    const card = await world.says('alice', LINE);
    expect(drawn(card, false, 'en')).toContain(`web1-log.txt: 61 lines, `);
    expect(drawn(card, false, 'en')).toContain(`hostler file --as … ${card.id} web1-log.txt`);
    expect(await world.client.file('alice', card.id)).toMatch(/sshd: error/);
    await expect(world.client.file('dan', card.id)).rejects.toThrow(CallError);
  });

  it('comes into the thread of its card in Slack, once; where files are not let in, its beginning and end', async () => {
    const { slack } = chat;
    const alice = slack.person(ACCOUNTS.alice);
    const shared = () => slack.world.messages.filter(({ files: given }) => given.length > 0);
    alice.slash(OPS, '/log', 'show web1 --lines 80');
    const message = await slack.until(() => shared()[0], 10_000);
    const card = slack.world.messages.find(({ ts }) => ts === message.thread);
    expect(card ? textOf(card) : '').toMatch(/newest 20 of 61 lines[\s\S]*web1-log.txt: 61 lines, .* in the thread/);
    expect(message.files[0]?.title).toBe('web1-log.txt');
    expect(message.files[0]?.bytes?.toString().split('\n')).toHaveLength(62);
    slack.scopes.delete('files:write');
    alice.slash(OPS, '/log', 'show web1 --lines 79');
    const instead = await slack.until(
      () =>
        slack.world.messages.find(
          (one) => one.thread !== undefined && one.files.length === 0 && textOf(one).includes('lines') && /… \d+ …/.test(JSON.stringify(one.blocks)),
        ),
      10_000,
    );
    expect(JSON.stringify(instead.blocks)).toContain('CRON');
    expect(shared()).toHaveLength(1);
  });

  it('is kept as what its name says, or not at all', async () => {
    const redis = await open(world.redis);
    const store = files(redis);
    const ref = await store.save('all of it\n');
    expect(await store.read(ref)).toBe('all of it\n');
    expect(await redis.ttl(`hostler:file:${ref}`)).toBeGreaterThan(29 * 86_400);
    await redis.set(`hostler:file:${ref}`, gzipSync('something else'));
    expect(await store.read(ref)).toBeUndefined();
    await redis.set(`hostler:file:${ref}`, 'no gzip');
    expect(await store.read(ref)).toBeUndefined();
    expect(await store.read('../config')).toBeUndefined();
    const long = (await store.read(await store.save(`begin${'x'.repeat(MOST)}the end`))) ?? '';
    expect([long.startsWith('begin'), long.endsWith('the end'), long.length < MOST + 100]).toEqual([true, true, true]);
    redis.disconnect();
  });
});

describe('before it leaves the worker', () => {
  const { file, block } = fileOf('x.txt', 'one\nthe password is hunter2hunter2\n\u202ethree\n');
  const plan = answer(quoted('x'), [block], { files: [file] });

  it('it is redacted and made harmless, and the plan carries it no more', async () => {
    const hidden = redactPart(
      { kind: 'plan', plan },
      redactor(() => ['hunter2hunter2']),
    );
    const saved: string[] = [];
    const kept = await keepFiles(hidden, { save: async (text) => `ref-${saved.push(text)}` }, () => undefined);
    expect(saved).toHaveLength(1);
    expect(saved[0]).not.toContain('hunter2');
    expect(saved[0]).not.toContain('\u202e');
    expect(planOf(kept)).not.toHaveProperty('files');
    expect(planOf(kept).answer).toEqual([{ kind: 'file', name: 'x.txt', ref: 'ref-1', size: block.size, lines: 3 }]);
    expect(digest('log show', {}, planOf(kept))).toBe(digest('log show', {}, plan));
  });

  it('and what cannot be stored is said to be missing', async () => {
    const kept = await keepFiles({ kind: 'plan', plan }, { save: () => Promise.reject(new Error('NOPERM')) }, () => undefined);
    expect(planOf(kept).answer).toMatchObject([{ kind: 'file', ref: '' }]);
  });

  it('its ends are cut between lines', () => {
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    expect(endsOf(text, 50)).toBe('line 0\nline 1\nline 2\n… 94 …\nline 97\nline 98\nline 99');
    expect(endsOf('short', 50)).toBe('short');
  });
});

function planOf(part: Part) {
  if (part.kind !== 'plan') throw new Error(part.kind);
  return part.plan;
}

/** Dan may ask about db1 alone. */
function withDan(config: unknown): unknown {
  if (typeof config !== 'object' || config === null || !('people' in config) || !('roles' in config)) throw new Error('this is no configuration');
  const people = { ...(config.people as object), dan: { name: 'Dan', roles: ['db'] } };
  const roles = { ...(config.roles as object), db: { grants: [{ commands: ['*'], hosts: ['db1'], upTo: 'none' }] } };
  return { ...config, people, roles };
}
