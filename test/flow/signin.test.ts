import { mkdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConsoleClient, type Received } from '../../src/chat/client.ts';
import { linkOf } from '../../src/cli/login.ts';
import { startGateway } from '../../src/gateway.ts';
import { readSessionFile, writeSessionFile } from '../../src/home.ts';
import { loadCommands } from '../../src/registry.ts';
import { open } from '../../src/store/redis.ts';
import { People } from '../support/bot.ts';
import { until } from '../support/doors/door.ts';
import { Folder } from '../support/processes.ts';
import { cookieOf, signedBot } from '../support/signed.ts';
import { textOf } from '../support/slack/index.ts';

type Bot = Awaited<ReturnType<typeof signedBot>>;
let bot: Bot;
let redis: Awaited<ReturnType<typeof open>>;
beforeAll(async () => {
  bot = await signedBot();
  redis = await open(bot.redis);
});
afterAll(async () => {
  redis?.disconnect();
  await bot?.end();
});

const heard = z.object({ ticket: z.string() });
const ticket = z.object({ by: z.string(), room: z.string().optional(), account: z.looseObject({ chat: z.string(), id: z.string() }).optional() });
const stored = async (id: string) => ticket.parse(JSON.parse((await redis.hget(`hostler:ticket:${id}`, 'json')) ?? '{}'));
/** Signs in as the terminal does. */
async function terminal(who: 'alice' | 'bob' | 'carol', url = bot.url) {
  const entered = await new ConsoleClient({ url }).login(bot.tokenOf(await bot.link(who)));
  return { ...entered, client: new ConsoleClient({ url, token: entered.session }), people: new People({ url, token: entered.session }) };
}
/** A stream of cards; all it has sent, and whether it has ended. */
function looks(headers: Record<string, string>) {
  const seen = { text: '', over: false };
  request(
    { host: '127.0.0.1', port: bot.port, path: '/api/cards', headers: { host: new URL(bot.url).host, 'sec-fetch-site': 'same-origin', ...headers } },
    (response) => {
      response.setEncoding('utf8').on('data', (chunk: string) => (seen.text += chunk));
      response.on('close', () => (seen.over = true));
    },
  ).end();
  return seen;
}

describe('signing in', () => {
  it('by the link of a chat: what is said then is said by that person, from the web, and others decide', async () => {
    const hello = await bot.page('/api/hello');
    expect(hello.json).toEqual({ practice: false, people: [], person: null });
    const link = await bot.link('alice');
    expect(link.startsWith(`${bot.url}/#login=`)).toBe(true);
    const answer = await bot.page('/api/login', { token: bot.tokenOf(link) });
    expect(answer.json).toMatchObject({ person: { id: 'alice', name: 'Alice', roles: ['operator'] } });
    expect(String(answer.headers['set-cookie'])).toMatch(/^hostler-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43\d\d\d$/);
    expect(answer.body).not.toContain(cookieOf(answer).split('=')[1]);
    const cookie = cookieOf(answer);
    expect((await bot.page('/api/hello', undefined, cookie)).json).toMatchObject({ practice: false, version: 'test', person: { id: 'alice' } });

    const said = await bot.page('/api/said', { text: 'vm reboot shop' }, cookie);
    expect(said.status).toBe(202);
    const { ticket: id } = heard.parse(said.json);
    const bob = await terminal('bob');
    const waiting = await bob.people.sees('bob', id);
    expect(waiting.ticket?.state).toBe('waiting');
    expect(await stored(id)).toMatchObject({ by: 'alice', room: 'web', account: { chat: 'web', id: 'alice' } });
    const press = { ticket: id, code: waiting.ticket?.code, action: 'approve' };
    const own = heard.extend({ answer: z.string() }).parse((await bot.page('/api/pressed', press, cookie)).json);
    const mine = looks({ cookie });
    await expect.poll(() => mine.text).toContain(own.answer); // her own vote is refused, to her
    expect(bot.lab.host('kvm1').effects).not.toContain('virsh reboot shop');
    expect((await bob.people.presses('bob', waiting, 'approve')).ticket?.state).toBe('done');
    expect(bot.lab.host('kvm1').effects.filter((one) => one === 'virsh reboot shop')).toHaveLength(1);
    // The vote counts as long as the account is his by which he signed in.
    expect(await redis.hget(`hostler:ticket:${id}`, 'json')).toContain('"through":{"chat":"slack","id":"U0BOB000001"}');
    expect(mine.text).not.toContain('"by":"bob","private":true');
    // Who may decide, and was not there, was called in the chat.
    await until('bob is called', () =>
      bot.slack
        .person('U0BOB000001')
        .sees()
        .find((one) => textOf(one).includes('vm reboot shop')),
    );
    bob.people.close();
  });

  it('takes nothing from a look at the link, and works once, as who asked for it', async () => {
    const link = await bot.link('carol');
    // A preview gets the page; what is after the # is sent by nobody, and does nothing as a query either.
    for (const path of ['/', `/?login=${bot.tokenOf(link)}`])
      expect((await bot.call(path, { headers: { 'user-agent': 'Slackbot-LinkExpanding 1.0' } })).status).toBe(200);
    expect((await bot.call(`/api/login?token=${bot.tokenOf(link)}`, { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(404);
    const alice = await bot.signsIn('alice');
    // In a browser that is somebody else's it makes that Carol's.
    const answer = await bot.page('/api/login', { token: bot.tokenOf(link) }, alice);
    expect(answer.json).toMatchObject({ person: { id: 'carol' } });
    expect((await bot.page('/api/hello', undefined, alice)).json).toMatchObject({ person: null });
    const again = await bot.page('/api/login', { token: bot.tokenOf(link) });
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(again.body).toContain('used already');
  });

  it('is not possible with a link whose time is over', async () => {
    const link = await bot.link('alice');
    const names = (await redis.keys('hostler:login:*')).filter((name) => /:[0-9a-f]{64}$/.test(name) && !name.includes('tries'));
    expect(names).toHaveLength(1);
    await redis.pexpire(names[0] ?? '', 1);
    await expect.poll(() => redis.exists(names[0] ?? '')).toBe(0);
    expect((await bot.page('/api/login', { token: bot.tokenOf(link) })).status).toBe(403);
  });

  it('leaves the secrets nowhere: not in tickets, not in plans, not in what the desk is told', async () => {
    const link = await bot.link('alice');
    const answer = await bot.page('/api/login', { token: bot.tokenOf(link) });
    const secrets = [bot.tokenOf(link), cookieOf(answer).split('=')[1] ?? ''];
    const all: string[] = [...bot.logged];
    for (const name of await redis.keys('*')) {
      const kind = await redis.type(name);
      if (kind === 'string') all.push(name, (await redis.get(name)) ?? '');
      else if (kind === 'hash') all.push(name, JSON.stringify(await redis.hgetall(name)));
      else if (kind === 'stream') all.push(name, JSON.stringify(await redis.xrange(name, '-', '+')));
      else all.push(name);
    }
    expect(all.length).toBeGreaterThan(50);
    for (const secret of secrets) expect(all.filter((text) => text.includes(secret))).toEqual([]);
  });
});

describe('who is not signed in', () => {
  const PATHS = [
    ['GET', '/api/cards', 401],
    ['GET', '/api/cards?as=alice', 401],
    ['GET', '/api/complete?as=alice&text=vm', 401],
    ['POST', '/api/said', 401],
    ['POST', '/api/pressed', 401],
    ['GET', '/api/hello', 200],
  ] as const;
  const body = { as: 'alice', text: 'vm list', action: 'approve' };
  const send = (method: string, path: string, headers: Record<string, string>) => bot.call(path, { method, headers, ...(method === 'POST' ? { body } : {}) });
  const tickets = () => redis.zcard('hostler:recent');

  it.each(PATHS)('%s %s: is nobody, whoever they say they are, with whatever the practice door took', async (method, path, status) => {
    const before = await tickets();
    const here = { origin: bot.url };
    for (const headers of [
      here,
      { authorization: `Bearer ${bot.token}` },
      { ...here, cookie: `hostler-${bot.port}=${'A'.repeat(43)}` },
      { cookie: 'as=alice' },
      {},
    ]) {
      const answer = await send(method, path, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(status);
      expect(answer.body).not.toMatch(/Alice|"version"/);
    }
    expect(await tickets()).toBe(before);
  });

  it.each(PATHS)('%s %s: another site gets nothing even with the cookie', async (method, path) => {
    const cookie = await bot.signsIn('alice');
    const before = await tickets();
    const host = new URL(bot.url).host;
    // A name that someone lets point at this machine (DNS rebinding), another port, no name at all.
    for (const other of ['evil.example', `evil.example:${bot.port}`, '127.0.0.1:1', `${host}.evil.example`])
      expect((await send(method, path, { cookie, host: other, origin: `http://${other}` })).status).toBe(421);
    const foreign = ['http://evil.example', 'null', `https://${host}`, `${bot.url}.evil.example`, 'http://127.0.0.1:1'];
    for (const origin of foreign) expect((await send(method, path, { cookie, origin })).status, origin).toBe(403);
    expect((await send(method, path, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send(method, path, { cookie })).status, 'a browser that says nothing').toBe(403);
    if (method === 'POST') expect((await send(method, path, { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(403);
    expect(await tickets()).toBe(before);
  });

  it('a page cannot fetch a session for itself to keep, and another site cannot sign a browser in', async () => {
    const token = bot.tokenOf(await bot.link('alice'));
    expect((await bot.page('/api/login', { token, terminal: true })).status).toBe(403);
    expect((await bot.call('/api/login', { method: 'POST', body: { token } })).status).toBe(403);
    expect((await bot.call('/api/login', { method: 'POST', body: { token }, headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await bot.page('/api/login', { token })).status).toBe(200); // none of them has burnt it
  });

  it('who is signed in is who they are, whatever else the request says', async () => {
    const cookie = await bot.signsIn('carol');
    const before = await tickets();
    for (const path of ['/api/cards?as=alice', '/api/complete?as=bob&text=vm']) expect((await bot.page(path, undefined, cookie)).status).toBe(403);
    expect((await bot.page('/api/said', { as: 'bob', text: 'vm list' }, cookie)).status).toBe(403);
    expect((await bot.page('/api/pressed', { as: 'bob', action: 'approve', code: 'AAAAA' }, cookie)).status).toBe(403);
    expect(await tickets()).toBe(before);
    const forged = {
      text: 'whoami',
      from: 'bob',
      account: { chat: 'slack', id: 'U0BOB000001' },
      chat: 'slack',
      place: { chat: 'slack', room: 'C0OPS000001' },
      via: 'terminal',
    };
    const { ticket: id } = heard.parse((await bot.page('/api/said', forged, cookie)).json);
    await expect.poll(() => stored(id).catch(() => undefined)).toMatchObject({ by: 'carol', room: 'web', account: { chat: 'web', id: 'carol' } });
  });
});

describe('signing out', () => {
  it('ends this session at once, and what looks through it', async () => {
    const [mine, other] = [await bot.signsIn('alice'), await bot.signsIn('alice')];
    const seen = looks({ cookie: mine });
    await expect.poll(() => seen.text).toContain('event: ready');
    const answer = await bot.page('/api/logout', {}, mine);
    expect(String(answer.headers['set-cookie'])).toContain('Max-Age=0');
    expect((await bot.page('/api/said', { text: 'vm list' }, mine)).status).toBe(401); // a copy of the cookie is good for nothing
    await expect.poll(() => seen.over, { timeout: 4000 }).toBe(true);
    expect(seen.text).toContain('event: out');
    expect((await bot.page('/api/hello', undefined, other)).json).toMatchObject({ person: { id: 'alice' } });
  });

  it('by `logout` in chat is everywhere, and of nobody else', async () => {
    const [page, cli, bob] = [await bot.signsIn('alice'), await terminal('alice'), await bot.signsIn('bob')];
    const seen = looks({ cookie: page });
    await expect.poll(() => seen.text).toContain('event: ready');
    await bot.asks('alice', 'logout', (text) => /done/.test(text));
    expect((await bot.page('/api/hello', undefined, page)).json).toMatchObject({ person: null });
    await expect(cli.client.said('alice', 'vm list', 'x')).rejects.toThrow('not signed in');
    await expect.poll(() => seen.over, { timeout: 4000 }).toBe(true);
    expect((await bot.page('/api/hello', undefined, bob)).json).toMatchObject({ person: { id: 'bob' } });
  });

  it('happens to who is no longer among the people', async () => {
    const cookie = await bot.signsIn('carol');
    const seen = looks({ cookie });
    await expect.poll(() => seen.text).toContain('event: ready');
    const { carol: _, ...people } = bot.config.people;
    await bot.reload({ ...bot.config, people });
    await expect.poll(async () => (await bot.page('/api/said', { text: 'vm list' }, cookie)).status, { timeout: 4000 }).toBe(401);
    await expect.poll(() => seen.over, { timeout: 4000 }).toBe(true);
    await bot.reload(bot.config);
  });

  it('takes what was asked there with it, where the account is theirs no more', async () => {
    const cookie = await bot.signsIn('alice');
    const { ticket: id } = heard.parse((await bot.page('/api/said', { text: 'vm reboot shop' }, cookie)).json);
    const bob = await terminal('bob');
    const waiting = await bob.people.sees('bob', id);
    expect(await stored(id)).toMatchObject({ account: { chat: 'web', id: 'alice', through: { chat: 'slack' } } });
    const before = bot.lab.host('kvm1').effects.length;
    const { alice, ...others } = bot.config.people;
    await bot.reload({ ...bot.config, people: { ...others, ...(alice ? { alice: { ...alice, accounts: { slack: ['U0ALICE00009'] } } } : {}) } });
    const refused = await bob.people.presses('bob', waiting, 'approve');
    expect(refused.text).toContain('is not an account of Alice any more');
    expect(bot.lab.host('kvm1').effects).toHaveLength(before);
    bob.people.close();
    await bot.reload(bot.config);
  });
});

describe('behind a proxy that is known by its name', () => {
  let far: Bot;
  beforeAll(async () => {
    far = await signedBot((config) => ({ ...config, web: { url: 'https://Hostler.example.org:443' } }));
  });
  afterAll(() => far?.end());

  it('only that name is ours; the cookie is for it alone, and never goes unencrypted', async () => {
    expect(far.url).toBe('https://hostler.example.org');
    const link = await far.link('alice');
    expect(link.startsWith('https://hostler.example.org/#login=')).toBe(true);
    const local = { host: `127.0.0.1:${far.port}`, origin: `http://127.0.0.1:${far.port}` };
    const login = { method: 'POST', body: { token: far.tokenOf(link) } };
    expect((await far.call('/api/login', { ...login, headers: local })).status).toBe(421);
    expect((await far.call('/api/login', { ...login, headers: { origin: 'http://hostler.example.org' } })).status).toBe(403);
    const answer = await far.call('/api/login', { ...login, headers: { origin: far.url } });
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-hostler=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    expect((await far.page('/api/hello', undefined, cookieOf(answer))).json).toMatchObject({ person: { id: 'alice' } });
  });

  it('whoever guesses is counted by what the proxy has seen, whatever they say themselves', async () => {
    const guess = (forwarded: string) =>
      far.call('/api/login', { method: 'POST', body: { token: 'A'.repeat(43) }, headers: { origin: far.url, 'x-forwarded-for': forwarded } });
    const came: number[] = [];
    for (let n = 0; n < 12; n++) came.push((await guess(`10.0.0.${n}, 203.0.113.9`)).status);
    expect(came).toEqual([...Array(10).fill(403), 429, 429]);
    expect((await guess('198.51.100.7')).status).toBe(403);
  });
});

describe('two gateways', () => {
  it('show the same to who looks at either', async () => {
    const second = await startGateway({ redis: bot.redis, port: 0, token: '', version: 'test', commands: await loadCommands(), log: () => undefined });
    const stop = new AbortController();
    try {
      const { session, client } = await terminal('alice');
      const seen = new Map<string, Received>();
      const others = new ConsoleClient({ url: second.url, token: session });
      await new Promise<void>((ready, failed) => {
        const listen = async () => {
          for await (const received of others.cards('alice', stop.signal, ready)) seen.set(received.card.id, received);
        };
        listen().catch(failed);
      });
      const said = await Promise.all(Array.from({ length: 6 }, () => client.said('alice', 'whoami', crypto.randomUUID())));
      await expect.poll(() => said.filter((id) => seen.get(id)?.card.ticket?.state !== 'done')).toEqual([]);
    } finally {
      stop.abort();
      await second.close();
    }
  });
});

describe('the terminal', () => {
  let folder: Folder;
  beforeAll(() => {
    folder = new Folder();
  });
  afterAll(() => folder?.close());
  const home = () => ({ home: folder.file('home') });

  it('signs in by what is pasted, speaks as that person from then on, and forgets it', async () => {
    const link = await bot.link('alice');
    const [before, argument] = await Promise.all([folder.calls(['say', 'vm list'], home()), folder.calls(['login', link], home())]);
    expect(before.code).toBe(5);
    expect(argument).toMatchObject({ code: 2, err: expect.stringContaining('not as an argument') });
    const done = await folder.calls(['login'], { ...home(), input: `${link}\n` });
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^signed in to http:\/\/127\.0\.0\.1:\d+ as Alice, until /), err: '' });
    expect(`${done.out}${done.err}`).not.toContain(bot.tokenOf(link));
    expect(statSync(folder.file('home/session.json')).mode & 0o777).toBe(0o600);

    const [said, other] = await Promise.all([folder.calls(['say', '--json', 'vm reboot shop'], home()), folder.calls(['say', '--as', 'bob', 'hosts'], home())]);
    expect(said.code).toBe(3);
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('you are signed in as alice') });
    const card = z.object({ id: z.string(), ticket: z.object({ code: z.string() }) }).parse(JSON.parse(said.out.trimEnd().split('\n').at(-1) ?? ''));
    expect(await stored(card.id)).toMatchObject({ by: 'alice', room: 'terminal', account: { chat: 'web', id: 'alice' } });
    const mine = await folder.calls(['press', card.ticket.code, 'approve'], home());
    expect(mine).toMatchObject({ code: 2, out: expect.stringContaining('someone else') });

    expect(await folder.calls(['logout'], home())).toMatchObject({ code: 0, out: 'signed out\n' });
    const [after, again] = await Promise.all([folder.calls(['say', 'vm list'], home()), folder.calls(['logout'], home())]);
    expect(after.code).toBe(5);
    expect(again).toMatchObject({ code: 0, out: 'nobody is signed in here\n' });
  });

  const SECRET = 'A'.repeat(43);
  it.each([
    [`https://hostler.example.org/#login=${SECRET}`, undefined, 'https://hostler.example.org'],
    [` https://hostler.example.org:8443/#login=${SECRET}\n`, 'https://hostler.example.org:8443/', 'https://hostler.example.org:8443'],
    [SECRET, 'http://127.0.0.1:8484', 'http://127.0.0.1:8484'],
    [`http://hostler.example.org/#login=${SECRET}`, undefined, /not encrypted/],
    [`http://127.0.0.1.evil.example/#login=${SECRET}`, undefined, /not encrypted/],
    [`https://evil.example/#login=${SECRET}`, 'https://hostler.example.org', /not for/],
    [`https://hostler.example.org@evil.example/#login=${SECRET}`, undefined, /no link/],
    [SECRET, undefined, /--url/],
    [SECRET, 'hostler.example.org', /no address/],
    ['something else', 'https://hostler.example.org', /no link/],
  ])('pasted %j, told %j: gives its secret to %s', (pasted, told, to) => {
    if (typeof to === 'string') expect(linkOf(pasted, told)).toEqual({ at: to, secret: SECRET });
    else expect(() => linkOf(pasted, told)).toThrow(to);
  });

  it('says so when the session is over, and when the bot cannot be told that it is', async () => {
    const [over, away] = ['over', 'away'].map((name) => mkdirSync(folder.file(name), { recursive: true }) ?? '');
    const at = { person: 'bob', until: Date.now() + 60_000, token: SECRET };
    writeSessionFile(over ?? '', { ...at, url: bot.url });
    writeSessionFile(away ?? '', { ...at, url: 'http://127.0.0.1:1' });
    const [said, left] = await Promise.all([folder.calls(['say', 'vm list'], { home: over ?? '' }), folder.calls(['logout'], { home: away ?? '' })]);
    expect(said).toMatchObject({ code: 2, err: expect.stringContaining('hostler login') });
    expect(left).toMatchObject({ code: 5, err: expect.stringContaining('could not be told') });
    expect(readSessionFile(away ?? '')).toBeUndefined();
  });
});
