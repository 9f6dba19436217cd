import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Config, schema } from '../../config/schema.ts';
import { labConfig } from '../../src/lab/config.ts';
import { follow, publish } from '../../src/settings.ts';
import { key, open } from '../../src/store/redis.ts';
import { startInProcess } from '../../src/store/server.ts';

let server: Awaited<ReturnType<typeof startInProcess>>;
let redis: Redis;
beforeAll(async () => {
  server = await startInProcess();
  redis = await open(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});
beforeEach(() => redis.flushall());

const whole = (change: (people: Config['people']) => Config['people'] = (people) => people): Config => {
  const config = schema.parse(labConfig({}));
  const people = Object.fromEntries(Object.entries(config.people).map(([id, one]) => [id, { ...one, accounts: { matrix: [`@${id}:x.y`] } }]));
  return {
    ...config,
    chats: { matrix: { homeserver: 'https://x.y', user: '@bot:x.y', token: 'env:T', encryption: false, messagesPerSecond: 1, burst: 1 } },
    people: change(people),
  };
};
const slack = { chat: 'slack', id: 'U0ALICE0001' };
async function link(account: { chat: string; id: string }, person: string): Promise<void> {
  await redis.hset(key('links'), `${account.chat} ${account.id}`, JSON.stringify({ format: 1, link: { account, person, at: 1 } }));
  await redis.incr(key('links', 'revision'));
}

it('knows linked accounts at once, and knows them no more at once', async () => {
  await publish(redis, whole());
  const rules = follow(redis, undefined, 0);
  expect((await rules()).personOf(slack)).toBeUndefined();
  await link(slack, 'alice');
  const now = await rules();
  expect(now.personOf(slack)).toBe('alice');
  expect([now.accountsOf('alice', 'slack'), now.accountsOf('alice', 'matrix'), now.accountsOf('bob', 'slack')]).toEqual([[slack.id], ['@alice:x.y'], []]);
  expect(now.personOf({ ...slack, chat: 'matrix' })).toBeUndefined();
  expect(now.elsewhere('alice', slack)).toEqual([{ chat: 'matrix', room: '@alice:x.y', to: '@alice:x.y', alone: true }]);
  await redis.hdel(key('links'), `slack ${slack.id}`);
  await redis.incr(key('links', 'revision'));
  expect((await rules()).personOf(slack)).toBeUndefined();
});

it('lets the configuration win, and nobody be who left it', async () => {
  await publish(redis, whole());
  const rules = follow(redis, undefined, 0);
  await link({ chat: 'matrix', id: '@bob:x.y' }, 'alice');
  await link(slack, 'mallory');
  await link({ chat: 'slack', id: 'U2' }, 'constructor');
  const now = await rules();
  expect(now.personOf({ chat: 'matrix', id: '@bob:x.y' })).toBe('bob');
  expect(now.accountsOf('alice', 'matrix')).toEqual(['@alice:x.y']);
  expect([now.personOf(slack), now.personOf({ chat: 'slack', id: 'U2' })]).toEqual([undefined, undefined]);
  await link(slack, 'alice');
  expect((await rules()).personOf(slack)).toBe('alice');
  await publish(
    redis,
    whole(({ alice: _, ...others }) => others),
  );
  expect((await rules()).personOf(slack)).toBeUndefined();
});

it('gives no account a person that has no standing, and takes the web’s by person', async () => {
  await publish(redis, whole());
  await link(slack, 'alice');
  const { personOf } = await follow(redis, undefined, 0)();
  expect(personOf({ ...slack, barred: 'guest' })).toBeUndefined();
  expect(personOf({ chat: 'matrix', id: '@bob:x.y', barred: 'unsure' })).toBeUndefined();
  expect([personOf({ chat: 'web', id: 'alice' }), personOf({ chat: 'web', id: 'nobody' }), personOf({ chat: 'web', id: 'toString' })]).toEqual([
    'alice',
    undefined,
    undefined,
  ]);
  await link({ chat: 'web', id: 'nobody' }, 'alice');
  await link({ chat: 'practice', id: 'nobody' }, 'alice');
  const after = await follow(redis, undefined, 0)();
  expect([after.personOf({ chat: 'web', id: 'nobody' }), after.personOf({ chat: 'practice', id: 'nobody' })]).toEqual([undefined, undefined]);
});
