import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Speaker } from '../../src/chat/speaker.ts';
import { nameOf, type Shelf } from '../../src/chat/wish.ts';
import type { Doubt } from '../../src/core/chat.ts';
import { posts } from '../../src/store/chats.ts';
import { open } from '../../src/store/redis.ts';
import { startInProcess } from '../../src/store/server.ts';

/** A card and a reply of which one attempt each was given up, as an earlier version stored it. */
const { keys, hashes }: { keys: Record<string, string>; hashes: Record<string, Record<string, string>> } = JSON.parse(
  readFileSync(new URL('./late-1.json', import.meta.url), 'utf8'),
);
/** Some seconds after it was stored. */
const NOW = 1_795_323_560_000;

it('what may come to stand twice is still looked for, in its room and in its thread', async () => {
  const server = await startInProcess();
  const redis = await open(server.url);
  for (const [key, value] of Object.entries(keys)) await redis.set(key, value);
  for (const [key, fields] of Object.entries(hashes)) await redis.hset(key, fields);
  await redis.hset('hostler:turn:speak slack', 'token', '1');
  const kept = posts<Shelf>(redis, 'slack', nameOf, { name: 'speak slack', token: 1 });
  const doubts: Doubt[] = [];
  const speaker = new Speaker({
    chat: {
      show: () => Promise.reject(new Error('nothing is to be shown')),
      tidy: async (doubt) => void doubts.push(doubt),
    },
    posts: kept,
    showing: async () => undefined,
    pace: { perSecond: 100, burst: 10, editMs: 0, abreast: 1, looksMs: [2000] },
    held: () => true,
    log: () => undefined,
    now: () => NOW,
  });
  try {
    await speaker.begin();
    await expect.poll(() => kept.lingering()).toEqual([]);
    const card = { room: 'C0OPS000001', id: '1795323555.962000' };
    const place = { chat: 'slack', room: 'C0OPS000001', to: 'U0ALICE0001' };
    expect(doubts).toEqual([
      { place, key: expect.stringMatching(/-card$/), began: 1795323555391, stays: card.id, room: card.room },
      { place, key: expect.stringMatching(/-needs-approval$/), began: 1795323556004, card, stays: '1795323556.522000', room: card.room },
    ]);
    const [name = ''] = Object.keys(keys);
    expect(JSON.parse((await redis.get(name)) ?? '').kept).not.toHaveProperty('doubts');
  } finally {
    await speaker.close();
    redis.disconnect();
    await server.close();
  }
});
