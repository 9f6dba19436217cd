import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Hooks } from '../../src/chat/hooks.ts';
import { Bad } from '../../src/chat/http.ts';
import { speak } from '../../src/core/words.ts';
import { loadSources } from '../../src/registry.ts';
import { type Door, hookDoor } from '../support/hooks.ts';
import { NO_ROUTING } from '../support/world.ts';

let door: Door;
beforeAll(async () => {
  door = await hookDoor({
    sources: {
      am: { kind: 'alertmanager', labels: { origin: 'lab' } },
      small: { kind: 'notify', bytes: 2000 },
      slow: { kind: 'notify', perMinute: 3 },
      shared: { kind: 'notify', perMinute: 3 },
      backstop: { kind: 'notify', perMinute: 3 },
      batch: { kind: 'json', mapping: { title: '[].t', fingerprint: '[].f', status: '[].s' } },
      shell: { kind: 'notify' },
    },
    heartbeats: { cron: { every: '1h' }, open: { every: '1h', secret: undefined, match: { source: 'am', title: ['x'] } } },
  });
});
afterAll(() => door.close());

const note = (more: object = {}) => JSON.stringify({ title: 'backup failed', labels: { host: 'web1' }, ...more });

it('is heard at a time that all gateways share, whatever their own clocks say', async () => {
  const before = await door.clock();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  const [answer, told] = await door.heard(() => door.post('shell', note(), door.secret('shell'))).finally(() => vi.useRealTimers());
  expect(answer.status).toBe(202);
  for (const { at = 0 } of told) {
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(await door.clock());
  }
  expect(told).toHaveLength(1);
});

describe('the secret of a source', () => {
  it.each<[string, Record<string, string>]>([
    ['a bearer token', { authorization: 'Bearer the-very-secret-of-shell' }],
    ['a password', { authorization: `Basic ${Buffer.from('anybody:the-very-secret-of-shell').toString('base64')}` }],
    ['a header', { 'x-hostler-secret': 'the-very-secret-of-shell' }],
  ])('is %s', async (_, headers) => {
    const [answer] = await door.heard(() => door.post('shell', note(), headers));
    expect(answer).toEqual({ status: 202, body: { taken: 1 } });
  });

  it.each<[string, string, Record<string, string>]>([
    ['none', 'shell', {}],
    ['a wrong one', 'shell', { authorization: 'Bearer the-very-secret-of-she11' }],
    ['that of another source', 'shell', { authorization: 'Bearer the-very-secret-of-small' }],
    ['an empty one', 'shell', { 'x-hostler-secret': '' }],
    ['any, of a source that is none', 'nobody', { authorization: 'Bearer the-very-secret-of-shell' }],
    ['none, of a heartbeat that has one', 'beat/cron', {}],
    ['any, of a heartbeat that is none', 'beat/nobody', { authorization: 'Bearer the-very-secret-of-cron' }],
    ['a signature that is none', 'shell', { 'x-hostler-signature': 'sha256=00', 'x-hostler-time': String(Math.floor(Date.now() / 1000)) }],
    ['a signature for one that is none', 'nobody', { 'x-hostler-signature': 'sha256=00', 'x-hostler-time': '1' }],
  ])('%s: 401, the same for all', async (_, name, headers) => {
    const answer = await door.post(name, note(), headers);
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: 'there is no such source, or this is not its secret · 没有此来源，或密钥不正确' });
  });

  it('is noted when it is wrong, once a minute a source, and never itself', async () => {
    await expect.poll(() => door.notes()).toContain('"source":"shell"');
    const notes = await door.notes();
    expect(notes.match(/"of":"source","source":"shell"/g)).toHaveLength(1);
    expect(notes).not.toMatch(/very-secret-of/);
    expect(door.logged.join('\n')).not.toMatch(/very-secret-of/);
  });

  describe('signs', () => {
    const signed = (body: string, at = Date.now(), secret = 'the-very-secret-of-shell') => {
      const time = String(Math.floor(at / 1000));
      return { 'x-hostler-signature': `sha256=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`, 'x-hostler-time': time };
    };

    it('and what is sent again with the same signature is taken once', async () => {
      const body = note({ text: 'signed' });
      const headers = signed(body);
      const [first, heard] = await door.heard(() => door.post('shell', body, headers));
      expect([first.status, heard]).toMatchObject([202, [{ source: 'shell', signals: [{ text: 'signed' }] }]]);
      const [again, more] = await door.heard(() => door.post('shell', body, headers));
      expect([again, more]).toEqual([{ status: 202, body: { taken: 0 } }, []]);
    });

    it('and what was answered 503 is taken when the same is sent again', async () => {
      const body = note({ text: 'signed, while nothing could be written' });
      const headers = signed(body);
      await door.heard(async () => undefined);
      await door.writes(false);
      const first = await door.post('shell', body, headers).finally(() => door.writes(true));
      expect(first.status).toBe(503);
      expect(await door.waiting()).toEqual([]);
      const again = await door.post('shell', body, headers);
      expect([again, await door.waiting()]).toMatchObject([
        { status: 202, body: { taken: 1 } },
        [{ signals: [{ text: 'signed, while nothing could be written' }] }],
      ]);
      const more = await door.post('shell', body, headers);
      expect([more, await door.waiting()]).toMatchObject([{ status: 202, body: { taken: 0 } }, { length: 1 }]);
    });

    it('and a heartbeat is heard once of each', async () => {
      const headers = signed('', Date.now(), 'the-very-secret-of-cron');
      const [answers, heard] = await door.heard(async () => [await door.post('beat/cron', '', headers), await door.post('beat/cron', '', headers)]);
      expect(answers).toEqual([
        { status: 202, body: { taken: 1 } },
        { status: 202, body: { taken: 0 } },
      ]);
      expect(heard).toMatchObject([{ beat: 'cron' }]);
    });

    it('and what comes many times at once is taken once', async () => {
      const body = note({ text: 'signed, by an impatient one' });
      const headers = signed(body);
      const [answers, heard] = await door.heard(() => Promise.all(Array.from({ length: 8 }, () => door.post('shell', body, headers))));
      expect([new Set(answers.map(({ status }) => status)), heard.length]).toEqual([new Set([202]), 1]);
    });

    it('and strangers who only say that they sign fill no memory: so many at once are read, and who signs or carries the secret is not kept waiting', async () => {
      let left = '';
      const strangers = Array.from({ length: 40 }, () => {
        const socket = connect(door.port, '127.0.0.1');
        socket.on('error', () => undefined).on('data', (said) => (left += said));
        const said = Object.entries(signed('another')).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`POST /hooks/shell HTTP/1.1\r\nhost: x\r\n${said.join('')}content-length: 900000\r\n\r\n{`);
        return socket;
      });
      const gone = () => left.match(/^HTTP\/1.1 \d+/gm) ?? [];
      const post = (text: string) => door.post('shell', note({ text }), signed(note({ text })));
      try {
        await expect.poll(gone).toEqual(Array.from({ length: 8 }, () => 'HTTP/1.1 503'));
        expect((await post('signed, in the crowd')).status).toBe(202);
        await expect.poll(gone).toHaveLength(9);
        expect((await door.post('shell', note(), door.secret('shell'))).status).toBe(202);
      } finally {
        for (const socket of strangers) socket.destroy();
      }
      await expect.poll(async () => (await post('signed, after the crowd')).status).toBe(202);
    });

    it('and who says a time that cannot be is not listened to', async () => {
      const socket = connect(door.port, '127.0.0.1');
      let left = '';
      socket.on('error', () => undefined).on('data', (said) => (left += said));
      socket.write('POST /hooks/shell HTTP/1.1\r\nhost: x\r\nx-hostler-signature: sha256=0\r\nx-hostler-time: 1\r\ncontent-length: 900000\r\n\r\n{');
      await expect.poll(() => left).toMatch(/^HTTP\/1.1 401/);
      socket.destroy();
    });

    it.each<[string, (body: string) => Record<string, string>]>([
      ['too long ago', (body) => signed(body, Date.now() - 301_000)],
      ['too far ahead', (body) => signed(body, Date.now() + 310_000)],
      ['another body', () => signed(note({ text: 'other' }))],
      ['with another time than it says', (body) => ({ ...signed(body, Date.now() - 600_000), 'x-hostler-time': String(Math.floor(Date.now() / 1000)) })],
      ['with another secret', (body) => signed(body, Date.now(), 'the-very-secret-of-small')],
      ['without a time', (body) => ({ 'x-hostler-signature': signed(body)['x-hostler-signature'] })],
    ])('%s: 401', async (_, headers) => {
      const body = note({ text: 'once' });
      expect((await door.post('shell', body, headers(body))).status).toBe(401);
    });
  });
});

describe('who may send', () => {
  it('is nobody’s browser', async () => {
    for (const headers of [{ origin: 'https://evil.example.org' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await door.post('shell', note(), { ...door.secret('shell'), ...headers })).status).toBe(403);
      expect((await door.post('beat/open', '', headers)).status).toBe(403);
    }
  });

  it('may say another Host, as a proxy does', async () => {
    expect((await door.post('shell', note(), { ...door.secret('shell'), host: 'bot.example.org' })).status).toBe(202);
  });

  it.each<[string, string, number]>([
    ['GET', 'shell', 405],
    ['DELETE', 'shell', 405],
    ['POST', 'a/b', 404],
    ['POST', '__proto__', 401],
    ['POST', 'constructor', 401],
  ])('%s %s: %d', async (method, path, status) => {
    expect((await door.send(method, path, method === 'POST' ? note() : undefined, door.secret('shell'))).status).toBe(status);
  });
});

describe('a heartbeat', () => {
  it.each(['GET', 'POST'])('comes by %s', async (method) => {
    const [answer, heard] = await door.heard(() => door.send(method, 'beat/cron', method === 'POST' ? 'anything' : undefined, door.secret('cron')));
    expect([answer.status, heard]).toMatchObject([202, [{ beat: 'cron' }]]);
    expect((await door.send(method, 'beat/open', undefined, {})).status).toBe(401); // one without a secret comes as signals only
  });
});

describe('what is sent', () => {
  it('is told to the desk with the source’s own labels', async () => {
    const [answer, heard] = await door.heard(() => door.post('am', door.sample('alertmanager'), door.secret('am')));
    expect(answer).toEqual({ status: 202, body: { taken: 2 } });
    expect(heard).toMatchObject([{ source: 'am', signals: [{ labels: { origin: 'lab', instance: 'db1.example.org:9100' } }, { status: 'firing' }] }]);
  });

  it('of a thousand alerts goes in parts of a hundred, none missing', async () => {
    const body = JSON.stringify(Array.from({ length: 1000 }, (_, i) => ({ t: 'x', f: `f${i}`, s: 'firing' })));
    const [answer, heard] = await door.heard(() => door.post('batch', body, door.secret('batch')));
    expect(answer.body).toEqual({ taken: 1000 });
    expect(heard).toHaveLength(10);
    const prints = heard.flatMap((one) => (one.signals ?? []).map(({ fingerprint }) => fingerprint));
    expect(new Set(prints).size).toBe(1000);
  });

  it('the same again is news again', async () => {
    for (let i = 0; i < 2; i++) expect((await door.heard(() => door.post('shell', note(), door.secret('shell'))))[1]).toHaveLength(1);
  });

  it('is refused above its size, and no more of it is read', async () => {
    const large = note({ text: 'x'.repeat(3000) });
    expect((await door.post('small', large, door.secret('small'))).status).toBe(413);
    // Without saying its length: a hundred megabytes that nobody waits for.
    const stream = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(64_000)) });
    const answer = await fetch(`${door.url}/hooks/small`, {
      method: 'POST',
      body: stream,
      headers: { ...door.secret('small'), 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit).catch(() => undefined);
    if (answer) expect(answer.status).toBe(413); // or the connection was gone before all was said
    expect((await door.post('small', note(), door.secret('small'))).status).toBe(202);
  });

  it('is refused packed', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect((await door.send('POST', 'shell', bomb, { ...door.secret('shell'), 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(
      415,
    );
  });

  it('is refused when there is too much, and told when there may be more', async () => {
    for (let i = 0; i < 3; i++) expect((await door.post('slow', note(), door.secret('slow'))).status).toBe(202);
    const answer = await door.raw('POST', 'slow', note(), { ...door.secret('slow'), 'content-type': 'application/json' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    // Who has no secret takes nothing from who has.
    expect((await door.post('slow', note(), {})).status).toBe(401);
  });

  it('is refused when it is too much over all gateways, whichever of them hear it', async () => {
    expect(await door.elsewhere('shared', 3)).toBe(0);
    expect((await door.post('shared', note(), door.secret('shared'))).status).toBe(202);
    expect(await door.elsewhere('shared', 3)).toBe(0);
    const answer = await door.raw('POST', 'shared', note(), { ...door.secret('shared'), 'content-type': 'application/json' });
    expect(answer.status).toBe(429);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(20);
    expect(await door.elsewhere('shared', 3)).toBeGreaterThan(0);
    // Where that cannot be counted, what each gateway counts by itself still holds.
    await door.uncounted('backstop');
    const all = [];
    for (let i = 0; i < 4; i++) all.push((await door.post('backstop', note(), door.secret('backstop'))).status);
    expect(all).toEqual([202, 202, 202, 429]);
  });

  it.each<[string, string | Buffer, RegExp, string?]>([
    ['no JSON', '{"title":', /^not JSON: /],
    ['what lacks a part', '{}', /^title: /],
    ['a list a hundred thousand deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /^(body|title|not JSON)/],
    ['an object a hundred thousand deep', `{"title":"t","more":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, /taken/],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), /^not JSON: /],
    ['another type', note(), /^content-type: text\/html, not application\/json/, 'text/html'],
  ])('%s', async (_, body, why, type = 'application/json') => {
    const [answer, heard] = await door.heard(() => door.send('POST', 'shell', body, { ...door.secret('shell'), 'content-type': type }));
    if (answer.status === 202) return expect('taken').toMatch(why);
    expect(answer.status).toBe(422);
    expect(String((answer.body as { error: string }).error)).toMatch(why);
    expect(heard).toMatchObject([{ source: 'shell', malformed: { from: '127.0.0.1', why: expect.stringMatching(why) } }]);
    // Who reads of it reads it in their own language.
    const said = heard[0]?.malformed?.said;
    expect(said && speak(said, 'en')).toMatch(why);
    expect(said && speak(said, 'zh')).toMatch(/[一-鿿]/);
  });

  it('what could not be read is kept short, and without a secret', async () => {
    const [, heard] = await door.heard(() => door.post('shell', `{"a": "the-very-secret-of-shell ${'y'.repeat(9000)}`, door.secret('shell')));
    expect(heard[0]?.malformed?.body.length).toBeLessThanOrEqual(2000);
    expect(heard[0]?.malformed?.body).not.toContain('the-very-secret-of-shell');
  });

  it('with a hundred thousand labels is cut', async () => {
    const labels = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`l${i}`, '1']));
    const [answer, heard] = await door.heard(() => door.post('shell', note({ labels }), door.secret('shell')));
    expect(answer.status).toBe(202);
    expect(Object.keys(heard[0]?.signals?.[0]?.labels ?? {})).toHaveLength(40);
  });

  it('byte by byte holds nobody else up', async () => {
    const socket = connect(door.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /hooks/shell HTTP/1.1\r\nhost: x\r\nauthorization: Bearer the-very-secret-of-shell\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{`,
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => door.post('shell', note(), door.secret('shell'))));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    socket.destroy();
  });
});

describe('while Redis stands still', () => {
  it('nothing is taken: 503 within two seconds, and nothing of it goes out later', async () => {
    await door.heard(async () => undefined);
    door.freeze();
    const from = performance.now();
    const answers = await Promise.all([
      door.post('shell', note({ text: 'frozen' }), door.secret('shell')),
      door.post('beat/cron', '', door.secret('cron')),
      door.post('shell', '{', door.secret('shell')),
    ]).finally(() => undefined);
    const took = performance.now() - from;
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(took).toBeLessThan(2000);
    door.thaw();
    const [after, heard] = await door.heard(() => door.post('shell', note({ text: 'after' }), door.secret('shell')));
    expect(after.status).toBe(202);
    expect(JSON.stringify(heard)).toContain('after');
    expect(JSON.stringify(heard)).not.toContain('frozen');
  });

  it('and that it read a little before it stood still gives no second term', async () => {
    const never = () => new Promise<never>(() => undefined);
    const routing = { ...NO_ROUTING, sources: new Map([['shell', { name: 'shell', kind: 'notify', bytes: 2000, perMinute: 60, labels: {} }]]) };
    const hooks = new Hooks({
      routing: () => new Promise((resolve) => setTimeout(() => resolve(routing), 1200)),
      kinds: await loadSources(),
      secretOf: () => 'the-very-secret-of-shell',
      send: never,
      signatures: { has: async () => false, keep: never },
      audit: { note: never },
      counts: { add: () => undefined, took: () => undefined },
      take: async () => 0,
      now: async () => 1,
      hide: (text) => text,
      log: () => undefined,
    });
    const server = createServer((request, response) => {
      hooks.serve(request, response, '127.0.0.1').catch((error: unknown) => response.writeHead(error instanceof Bad ? error.status : 500).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    try {
      const from = performance.now();
      const headers = { 'content-type': 'application/json', authorization: 'Bearer the-very-secret-of-shell' };
      const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hooks/shell`;
      expect((await fetch(url, { method: 'POST', headers, body: note({ text: 'late' }) })).status).toBe(503);
      expect(performance.now() - from).toBeLessThan(2000);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
