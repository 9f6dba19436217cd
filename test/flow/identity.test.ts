import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '../../src/core/words.ts';
import { plans } from '../../src/store/plans.ts';
import { key, open } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { codeOn, idOn } from '../support/doors/door.ts';
import { ACCOUNTS, OPS } from '../support/doors/slack.ts';
import { twoChats } from '../support/twochats.ts';

type Two = Awaited<ReturnType<typeof twoChats>>;
let two: Two;
beforeAll(async () => {
  two = await twoChats({
    matrix: { bob: '@bob:x.y' },
    config: (config) => ({ ...config, approvals: [{ from: 'medium', count: 2, roles: ['lead', 'operator'], expires: '30m' }] }),
  });
});
afterAll(() => two.close());

const first = (text: string) => /link ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(text)?.[1] ?? '';
const second = (text: string) => /link confirm ([0-9A-Z]{4})/.exec(text)?.[1] ?? '';
const offer = async (who: 'alice' | 'bob' = 'alice') => first(await two.inSlack(who, 'link', /other account/));
const claim = async (account: string, code: string) => second(await two.inMatrix(account, `!link ${code}`, /about to become/));
const links = async () => {
  const redis = await open(two.world.redis);
  const all = await redis.hkeys(key('links'));
  redis.disconnect();
  return all.sort();
};
const wrong = (code: string) => code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
const UNKNOWN = /I do not know you/;

describe('an account is linked from both sides', () => {
  it('over two chats; then its words are the person’s, and those of look-alikes are not', async () => {
    const code = await offer();
    const asked = await two.inMatrix('@alice:x.y', `!link ${code}`, /about to become/);
    expect(asked).toMatch(/Alice’s \(as slack:U0ALICE0001\)/);
    expect(await links()).toEqual([]);
    const done = await two.inSlack('alice', `link confirm ${second(asked)}`, /done ·/);
    expect(done).toContain('matrix:@alice:x.y');
    expect(await two.inMatrix('@alice:x.y', '!hosts', /web1/)).toContain('kvm1');
    expect(await two.inSlack('alice', 'link list', /1 linked/)).toContain('@alice:x.y');
    for (const other of ['@Alice:x.y', '@alice:x.y.z', '@аlice:x.y']) await two.inMatrix(other, '!hosts', UNKNOWN);
    // Neither code does anything a second time.
    await two.inMatrix('@eve:x.y', `!link ${code}`, /not valid/);
    await two.inSlack('alice', `link confirm ${second(asked)}`, /no account waits/);
    expect(await links()).toEqual(['matrix @alice:x.y']);
  });

  it('and the card of it goes to the other accounts of the person, too', async () => {
    const done = await two.inSlack('alice', `link confirm ${await claim('@alice2:x.y', await offer())}`, /done ·/);
    const redis = await open(two.world.redis);
    const ticket = await tickets(redis).get(idOn(done));
    redis.disconnect();
    expect(ticket?.places).toContainEqual({ chat: 'matrix', room: '@alice:x.y', to: '@alice:x.y', alone: true });
    await two.inSlack('alice', 'link remove @alice2:x.y', /done ·/);
  });

  it('not with a code that is guessed, is over, or was said by another first', async () => {
    const code = await offer();
    await two.inMatrix('@a1:x.y', `!link ${wrong(code)}`, /not valid/);
    await two.inMatrix('@a2:x.y', `!link ${code}`, /about to become/);
    await two.inMatrix('@a1:x.y', `!link ${code}`, /not valid/);
    const again = await offer();
    const redis = await open(two.world.redis);
    for (const name of await redis.keys(key('links', 'offer', '*'))) await redis.pexpire(name, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    redis.disconnect();
    await two.inMatrix('@a3:x.y', `!link ${again}`, /not valid/);
  });

  it('not by a second code from elsewhere, from another person, or guessed', async () => {
    const code = await claim('@b1:x.y', await offer());
    await two.inSlack('bob', `link confirm ${code}`, /no account waits/);
    await two.inMatrix('@alice:x.y', `!link confirm ${code}`, /no account waits/); // hers, but not where she asked
    for (let i = 0; i < 5; i++) await two.inSlack('alice', `link confirm ${wrong(code)}`, /no account waits/);
    await two.inSlack('alice', `link confirm ${code}`, /no account waits/);
    expect(await links()).toEqual(['matrix @alice:x.y']);
  });

  it('not where it is somebody’s already', async () => {
    await two.inMatrix('@bob:x.y', `!link ${await offer()}`, /Bob’s already/);
    await two.inMatrix('@alice:x.y', `!link ${await offer('bob')}`, /Alice’s already/);
    await two.inSlack('alice', 'link remove @bob:x.y', /by the configuration/);
    await two.inSlack('alice', 'link remove @nobody:x.y', /not linked/);
  });

  it('by one of two who want the same', async () => {
    const [hers, his] = [await claim('@both:x.y', await offer()), await claim('@both:x.y', await offer('bob'))];
    const came = await Promise.all([
      two.inSlack('alice', `link confirm ${hers}`, /(done|failed|refused) ·/),
      two.inSlack('bob', `link confirm ${his}`, /(done|failed|refused) ·/),
    ]);
    expect(came.filter((text) => text.includes('done ·'))).toHaveLength(1);
    const winner = came[0]?.includes('done ·') ? 'alice' : 'bob';
    expect(await links()).toEqual(['matrix @alice:x.y', 'matrix @both:x.y']);
    await two.inSlack(winner, 'link remove @both:x.y', /done ·/);
  });
});

describe('one human', () => {
  it('is one vote, however many accounts there are; and what is unlinked has none', async () => {
    const card = await two.world.says('bob', 'vm reset shop');
    const code = codeOn(card.text);
    two.slack.person(ACCOUNTS.alice).slash(OPS, '/ops', `ok ${code}`);
    await two.world.sees('bob', card.id, ({ text }) => /approved by Alice/.test(text));
    await two.inMatrix('@alice:x.y', `!ok ${code}`, /you approved this already/);
    // His own accounts are his, too.
    await two.inMatrix('@bob:x.y', `!ok ${code}`, /you asked for this yourself/);
    await two.inSlack('alice', 'link remove @alice:x.y', /done ·/);
    await two.inMatrix('@alice:x.y', `!no ${code}`, UNKNOWN);
    expect((await two.world.sees('bob', card.id)).ticket?.state).toBe('waiting');
  });

  it('takes away the link of another only with approval', async () => {
    await two.inSlack('alice', `link confirm ${await claim('@alice3:x.y', await offer())}`, /done ·/);
    const card = await two.world.says('bob', 'link remove @alice3:x.y --plan');
    expect(card.ticket?.plan.steps).toHaveLength(1);
    expect((await two.world.says('bob', 'link remove @alice3:x.y')).ticket?.state).toBe('waiting');
    expect((await two.world.says('carol', 'link list --all')).ticket?.state).toBe('refused');
    expect((await two.world.says('bob', 'link list --all')).text).toContain('matrix:@alice3:x.y');
  });
});

describe('an account without standing', () => {
  it('says and presses nothing, though it is in the configuration', async () => {
    two.slack.person(ACCOUNTS.carol).user.guest = true;
    await two.inSlack('carol', 'hosts', /guests have no say here|访客在此无权操作/);
    const card = await two.world.says('bob', 'vm reset shop');
    await two.inSlack('carol', `no ${codeOn(card.text)}`, /guests have no say here|访客在此无权操作/);
    await two.inMatrix('@123:x.y', `!link ${await offer()}`, /guests have no say here|访客在此无权操作/);
    expect((await two.world.sees('bob', card.id)).ticket?.state).toBe('waiting');
  });
});

describe('what a card offers', () => {
  const press = async (who: string, ticket: string, code: string, event: string = crypto.randomUUID()) => {
    const { answer } = await two.world.client.pressed(who, { ticket, code, action: 'offer', fields: { line: ['vm reset shop'] } }, event);
    return two.world.sees(who, answer);
  };

  it('is asked for as it is stored, by whoever sees the card, once', async () => {
    const { id, ticket } = await two.world.says('alice', 'hosts');
    const secret = await two.world.says('alice', 'whoami');
    const redis = await open(two.world.redis);
    for (const one of [id, secret.id]) {
      const plan = await plans(redis).plan(one, 1);
      const label = say({ en: 'more', zh: '更多' });
      if (plan) await plans(redis).savePlan(one, 1, { ...plan, offers: ['hosts', 'whoami'].map((line) => ({ label, line })) });
    }
    redis.disconnect();
    expect(ticket?.state).toBe('done');
    const first = await press('alice', id, '1', 'a press');
    expect([first.title, first.ticket?.state, first.text]).toEqual(['whoami', 'done', expect.stringContaining('you are Alice')]);
    // Delivered again, or pressed again, it is the same; somebody else's is theirs.
    expect((await press('alice', id, '1', 'a press')).id).toBe(first.id);
    expect((await press('alice', id, '1')).id).toBe(first.id);
    expect((await press('bob', id, '1')).text).toContain('you are Bob');
    expect((await press('alice', id, '0')).title).toBe('hosts');
    for (const none of ['2', '-1', '', 'whoami']) expect((await press('alice', id, none)).ticket?.state, none).toBe('refused');
    // What one does not see offers nothing.
    expect((await press('bob', secret.id, '1')).ticket?.state).toBe('refused');
    expect((await press('alice', secret.id, '1')).ticket?.state).toBe('done');
  });
});
