import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Api, path } from '../../src/chat/matrix/api.ts';
import { check } from '../../src/chat/matrix/check.ts';
import { lacking } from '../../src/chat/matrix/checkroom.ts';
import { published } from '../../src/chat/matrix/commands.ts';
import { Hearing } from '../../src/chat/matrix/hearing.ts';
import { forGateway, isRefused, MatrixTrouble, NotOurs, saidOf } from '../../src/chat/matrix/trouble.ts';
import { type Hear, Throttled } from '../../src/core/chat.ts';
import { speak } from '../../src/core/words.ts';
import { ROOT } from '../support/imports.ts';

type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown } | 'silence';
const servers: Server[] = [];
const apis: Api[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const api of apis.splice(0)) api.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A homeserver that gives one answer, and notes what it was asked. */
async function peer(answer: Answer) {
  const asked: string[] = [];
  const logged: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (answer === 'silence') return;
    response.writeHead(answer.status ?? 200, answer.headers).end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const homeserver = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`;
  const api = new Api({ homeserver, token: 'syt_secret', log: (text, detail) => void logged.push(`${text} ${String(detail)}`) });
  apis.push(api);
  const ask = (within = 5000) => api.ask('GET', path`/_matrix/${'a/b ?#é'}`, z.looseObject({}), { within });
  const error = (within?: number) =>
    ask(within).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  return { api, homeserver, asked, logged, ask, error };
}

describe('a request', () => {
  it('has every part of its path encoded', async () => {
    const { ask, asked } = await peer({});
    await ask();
    expect(asked).toEqual(['GET /_matrix/a%2Fb%20%3F%23%C3%A9']);
  });

  const limit = { errcode: 'M_LIMIT_EXCEEDED', error: 'Too Many Requests' };
  it.each<[string, Answer, number]>([
    ['what the body says', { status: 429, body: { ...limit, retry_after_ms: 1234 } }, 1234],
    ['what the header says', { status: 429, headers: { 'retry-after': '3' }, body: limit }, 3000],
    ['what a proxy says', { status: 429, headers: { 'retry-after': '2' }, body: '<html>slow down</html>' }, 2000],
    ['five seconds else', { status: 429, body: limit }, 5000],
  ])('that is one too many waits for %s', async (_, answer, ms) => {
    const { error, logged } = await peer(answer);
    const throttled = forGateway(await error());
    expect(throttled).toBeInstanceOf(Throttled);
    expect(throttled instanceof Throttled && throttled.ms).toBe(ms);
    expect(logged).toEqual([]);
  });

  it.each<[Answer, string, boolean]>([
    [{ status: 403, body: { errcode: 'M_FORBIDDEN', error: 'no' } }, 'M_FORBIDDEN', true],
    [{ status: 401, body: { errcode: 'M_UNKNOWN_TOKEN', error: 'no' } }, 'M_UNKNOWN_TOKEN', false],
    [{ status: 502, body: '<html>bad gateway</html>' }, '', false],
  ])('that is refused says how: %j', async (answer, code, refused) => {
    const { error } = await peer(answer);
    const trouble = await error();
    expect(trouble).toMatchObject({ name: 'MatrixTrouble', code });
    expect(isRefused(trouble)).toBe(refused);
    expect(String(trouble)).not.toContain('syt_secret');
  });

  it('without an answer ends in time, and at once when it is closed', async () => {
    const { api, error } = await peer('silence');
    expect(String(await error(150))).toContain('no answer within 150 ms');
    const began = Date.now();
    const open = error();
    setTimeout(() => api.close(), 50);
    expect(String(await open)).toContain('closed');
    expect(Date.now() - began).toBeLessThan(1000);
  });

  it('prints nothing, whatever the answer is', async () => {
    const { homeserver } = await peer({ status: 404, body: { errcode: 'M_NOT_FOUND', error: 'Account data not found' } });
    const script = `
      const { Api } = await import('./src/chat/matrix/api.ts');
      const api = new Api({ homeserver: '${homeserver}', token: 'x', log: (text) => console.log(text) });
      await api.tell('PUT', '/x').catch((error) => console.log(error.code));
      api.close();`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT, timeout: 20_000 });
    expect([stdout, stderr]).toEqual(['M_NOT_FOUND\n', '']);
  });

  it('to nobody is no refusal', async () => {
    const api = new Api({ homeserver: 'http://127.0.0.1:9', token: 'x', log: () => undefined });
    apis.push(api);
    const error = await api.tell('POST', '/x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MatrixTrouble);
    expect(isRefused(error)).toBe(false);
  });
});

describe('hearing', () => {
  it('is told once when it ends and once when it begins', () => {
    vi.useFakeTimers({ now: 0 });
    const told: Parameters<Hear['hearing']>[0][] = [];
    const hearing = new Hearing((state) => void told.push(state), Date.now, 60_000);
    hearing.ok();
    vi.advanceTimersByTime(30_000);
    hearing.ok();
    vi.advanceTimersByTime(59_000);
    hearing.failed(new Error('ECONNREFUSED'));
    expect(told).toEqual([{ hears: true, since: 0 }]);
    vi.advanceTimersByTime(60_000);
    expect(told).toMatchObject([{ hears: true }, { hears: false, since: 30_000 }]);
    expect(told[1]?.why?.words).toEqual({ en: expect.stringMatching(/^what was heard/), zh: expect.stringMatching(/^听到的内容/) });
    hearing.ok();
    hearing.ok();
    expect(told).toMatchObject([{ hears: true }, { hears: false }, { hears: true, since: 149_000 }]);
    hearing.failed(new MatrixTrouble('no', { code: 'M_UNKNOWN_TOKEN', status: 401 }));
    expect(told).toHaveLength(4);
    hearing.close();
  });
});

describe('a check', () => {
  const user = '@bot:x.y';
  it.each([
    [{}, []],
    [{ users: { [user]: 0 }, events: { 'm.reaction': 50 } }, ['the bot may not send reactions']],
    [{ events_default: 10, users: { [user]: 20 } }, []],
    [{ events_default: '10' }, ['the bot may not send messages', 'the bot may not send reactions', 'the bot may not take its own reactions back']],
    [{ users_default: 5, events: { 'm.room.redaction': 6 } }, ['the bot may not take its own reactions back']],
  ])('reads power levels: %j', (levels, lacks) => {
    expect(lacking(levels, user).map(({ found }) => speak(found, 'en'))).toEqual(lacks);
  });

  it.each([
    [new MatrixTrouble('GET /x: connect ECONNREFUSED 1.2.3.4:9'), 'the homeserver cannot be reached (ECONNREFUSED)', '无法连接主服务器（ECONNREFUSED）'],
    [new MatrixTrouble('GET /x: no answer within 9 ms'), 'the homeserver does not answer', '主服务器没有应答'],
    [new MatrixTrouble('GET /x: 502', { status: 502 }), 'the homeserver answers 502', '主服务器返回 502'],
    [new MatrixTrouble('no', { status: 403, code: 'M_FORBIDDEN' }), 'the homeserver answers 403 M_FORBIDDEN', '主服务器返回 403 M_FORBIDDEN'],
    [new NotOurs('@a:x', '@b:x'), 'the token is @a:x’s, not @b:x’s', '令牌属于 @a:x，而非 @b:x'],
    [new Error('any'), 'what was heard could not be queued', '听到的内容无法排入队列'],
  ])('says in both languages what is wrong: %s', (error, en, zh) => {
    expect([speak(saidOf(error), 'en'), speak(saidOf(error), 'zh')]).toEqual([en, zh]);
  });

  it('says how an address is mended where no homeserver is', async () => {
    const found = await check({ homeserver: 'http://127.0.0.1:9', user, token: 'x', rooms: ['!a'], accounts: [] });
    expect(found).toMatchObject([{ good: false, mend: { words: { en: expect.stringContaining('chats.matrix.homeserver') } } }]);
  });
});

describe('published commands', () => {
  it('name every family', () => {
    expect(published(['vm', 'net'])).toMatchObject({ sigil: '!', commands: [{ syntax: 'ops help' }, { syntax: 'vm {what}' }, { syntax: 'net {what}' }] });
  });
});
