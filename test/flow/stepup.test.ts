import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askKeeper } from '../../src/store/auditask.ts';
import { open } from '../../src/store/redis.ts';
import { until } from '../support/doors/door.ts';
import { ACCOUNTS, OPS } from '../support/doors/slack.ts';
import { dumped } from '../support/dumped.ts';
import { Keys } from '../support/keys.ts';
import { signedBot } from '../support/signed.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT, type Message } from '../support/slack/things.ts';

const keys = new Keys();
let bot: Awaited<ReturnType<typeof signedBot>>;
let cookie: string;
beforeAll(async () => {
  keys.make('bob');
  bot = await signedBot((config) => {
    const { people, ...rest } = config as { people: Record<string, object> };
    return {
      ...rest,
      people: { ...people, alice: { ...people.alice, roles: ['operator', 'lead'] }, bob: { ...people.bob, signingKeys: [keys.public('bob')] } },
      approvals: [
        { from: 'medium', commands: ['vm reset'], roles: ['lead'], expires: '30m', stepUp: 'totp' },
        { from: 'medium', commands: ['vm suspend'], roles: ['lead'], expires: '30m', stepUp: 'signature' },
        { from: 'medium', roles: ['lead'], expires: '30m' },
      ],
    };
  });
  cookie = await bot.signsIn('bob');
});
afterAll(async () => {
  await bot?.end();
  keys.close();
});

const bob = () => bot.slack.person(ACCOUNTS.bob);
const resets = () => bot.lab.host('kvm1').effects.length;
const codeOn = (card: Message) => /code `?([0-9A-Z]{5})`?/.exec(textOf(card))?.[1] ?? '';
const waits = (line: string) => bot.asks('alice', line, (text) => text.includes('more to approve'));
const becomes = (card: Message, words: RegExp) =>
  until(
    `${words} on the card`,
    () => (words.test(textOf(card)) ? card : undefined),
    () => textOf(card),
  );
/** What the bot says to bob alone. */
async function toBob(words: RegExp, act: () => unknown): Promise<Message> {
  const heard = () => [...bob().sees(OPS), ...bob().sees(bob().dm.id)].filter(({ user }) => user === BOT.user);
  const before = new Set(heard());
  await act();
  return until(
    `${words} said to bob`,
    () => heard().find((one) => !before.has(one) && words.test(textOf(one))),
    () => heard().map(textOf).join('\n---\n'),
  );
}
/** Presses Approve, and fills in what is asked for. */
async function fills(card: Message, field: string, value: string): Promise<string> {
  const views = bob().views().length;
  bob().presses(card.channel, card.ts, 'press:approve');
  const view = await until('a modal', () => (bob().views().length > views ? bob().views().at(-1) : undefined));
  await bob().fills(view, { [`field:${field}`]: value });
  return JSON.stringify(view);
}
let at = (_later: number): string => '';

describe('setting one-time codes up', () => {
  it('is for who is signed in, at a page of ours, and nobody else', async () => {
    const post = { method: 'POST', body: {} };
    for (const path of ['/api/factor', '/api/factor/prove']) {
      expect((await bot.page(path, {})).status).toBe(401);
      expect((await bot.call(path, { ...post, headers: { cookie } })).status).toBe(403);
      expect((await bot.call(path, { ...post, headers: { cookie, origin: 'https://evil.example.org' } })).status).toBe(403);
      expect((await bot.call(path, { ...post, headers: { authorization: `Bearer ${cookie.split('=')[1]}` } })).status).toBe(403);
    }
    expect((await bot.page('/api/factor', { as: 'alice' }, cookie)).status).toBe(403);
    expect((await bot.page('/api/factor/prove', { code: '123456' }, cookie)).status).toBe(403); // nothing was begun
  });

  it('shows a secret once, is proven, and is in force when another has approved it', async () => {
    const begun = await bot.page('/api/factor', {}, cookie);
    expect(begun).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(begun.json.svg).toMatch(/^<svg /);
    const secret = String(begun.json.secret).replaceAll(' ', '');
    const app = new TOTP({ secret: Secret.fromBase32(secret) });
    at = (later) => app.generate({ timestamp: Date.now() + later * 30_000 });
    expect((await bot.page('/api/factor/prove', { code: at(-9) }, cookie)).body).toContain('not the code your app should show');
    expect((await bot.page('/api/factor/prove', { code: at(0) }, cookie)).status).toBe(200);
    const reset = await waits('vm reset shop');
    await toBob(/needs a one-time code, and you have none yet/, () => fills(reset, 'code', at(0)));
    bot.slack.person(ACCOUNTS.alice).presses(reset.channel, reset.ts, 'press:cancel');
    await becomes(reset, /cancelled/);
    const enrol = await bot.asks('bob', 'factor enrol', (text) => text.includes('more to approve'));
    bot.slack.person(ACCOUNTS.alice).presses(enrol.channel, enrol.ts, 'press:approve');
    await becomes(enrol, /done/);
    for (const form of [secret, Secret.fromBase32(secret).hex]) expect(await dumped(bot.redis)).not.toContain(form);
    const redis = await open(bot.redis);
    const noted = (await askKeeper(redis, { person: 'bob', kind: 'identity', limit: 20 })).map(({ more }) => more?.what);
    redis.disconnect();
    expect(noted.filter((what) => String(what).startsWith('one-time'))).toEqual([
      'one-time codes proven',
      'one-time code wrong',
      'one-time codes begun',
      'one-time code wrong',
    ]);
  });
});

describe('a request that takes a one-time code', () => {
  it('is not approved by one that others can read, and that is not even looked at', async () => {
    const before = resets();
    const card = await waits('vm reset shop');
    const code = at(1);
    await toBob(/others can read a code that is typed here: press the button, or say it where nobody else is/, () =>
      bob().types(OPS, `<@${BOT.user}> ok ${codeOn(card)} ${code}`),
    );
    expect(textOf(card)).toContain('1 more to approve');
    // It was not spent: in private it is still good.
    bob().types(bob().dm.id, `ok ${codeOn(card)} ${code}`);
    await becomes(card, /done/);
    expect(resets()).toBe(before + 1);
    expect(await dumped(bot.redis)).not.toContain(code);
  });

  it('is approved by the button, which asks for it in a modal; a used one is refused', async () => {
    const redis = await open(bot.redis);
    await redis.hset('hostler:factor:bob', 'last', '0'); // time goes on
    const card = await waits('vm reset shop');
    const [before, code] = [resets(), at(0)];
    await toBob(/this needs your one-time code/, () => fills(card, 'code', 'what?'));
    await fills(card, 'code', code);
    await becomes(card, /done/);
    expect(resets()).toBe(before + 1);
    const next = await waits('vm reset shop');
    await toBob(/not your one-time code now, or it was used before/, () => fills(next, 'code', code));
    expect(resets()).toBe(before + 1);
    redis.disconnect();
  });
});

describe('a request that takes a signature', () => {
  it('is approved by one that is pasted in a modal of several lines', async () => {
    const card = await waits('vm suspend shop');
    const [, message = ''] = /printf %s '([^']+)'/.exec(textOf(card)) ?? [];
    expect(message).toMatch(/^approve T\w{11} asked by alice plan [0-9a-f]{64}$/);
    await toBob(/it is not of this plan/, () => fills(card, 'signature', keys.sign('bob', `${message}0`)));
    const view = await fills(card, 'signature', keys.sign('bob', message));
    expect(view).toContain('"multiline":true');
    expect(view).toContain('hostler approve');
    await becomes(card, /done/);
  });
});

describe('without a key to seal them with', () => {
  it('there are none, and that is said', async () => {
    const other = await signedBot((config) => ({ ...config, factors: undefined }));
    const theirs = await other.signsIn('bob');
    const answer = await other.page('/api/factor', {}, theirs);
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('the configuration has no factors.key');
    await other.end();
  });
});
