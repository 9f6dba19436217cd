import { createServer, request, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail } from '../../src/chat/http.ts';
import { vitals } from '../../src/chat/vitals.ts';

const TOKEN = 'a-token-of-some-length';
let server: Server;
let port = 0;
let token: string | undefined = TOKEN;
let asked = 0;
const serve = vitals({
  ready: async () => ({ ready: false, parts: { redis: 'does not answer' } }),
  async metrics() {
    asked++;
    return 'hostler_redis_up 1\n';
  },
  url: 'https://hostler.example.org',
  token: () => token,
});

beforeAll(async () => {
  server = createServer((asks, response) => {
    serve(asks, response, port).then(
      (done) => done || response.writeHead(404).end(),
      (error: unknown) => fail(response, error),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => server.close());

function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });
}

describe('the metrics behind a proxy', () => {
  const host = 'hostler.example.org';
  const proxied = { host, 'x-forwarded-for': '203.0.113.9' };
  it.each<[string, Record<string, string>, number]>([
    ['with the token', { ...proxied, authorization: `Bearer ${TOKEN}` }, 200],
    ['with the token, by a proxy that says nothing of itself', { host, authorization: `Bearer ${TOKEN}` }, 200],
    ['without one', proxied, 403],
    ['with another', { ...proxied, authorization: 'Bearer something else' }, 403],
    ['with half of it', { ...proxied, authorization: `Bearer ${TOKEN.slice(0, 5)}` }, 403],
    ['by another name', { ...proxied, host: 'other.example.org', authorization: `Bearer ${TOKEN}` }, 403],
    ['by the name of loopback, but for somebody else', { host: 'localhost', 'x-forwarded-for': '203.0.113.9' }, 403],
  ])('are asked for %s', async (_how, headers, status) => {
    expect(await get('/metrics', headers)).toBe(status);
  });

  it('are read by nobody where there is no token, and not made for who is turned away', async () => {
    const before = asked;
    token = undefined;
    try {
      expect(await get('/metrics', { ...proxied, authorization: 'Bearer undefined' })).toBe(403);
      expect(await get('/metrics', { ...proxied, authorization: 'Bearer ' })).toBe(403);
    } finally {
      token = TOKEN;
    }
    expect(asked).toBe(before);
    expect(await get('/metrics', { host: `127.0.0.1:${port}` })).toBe(200);
  });

  it('tell everybody whether it is ready, and leave all other pages to others', async () => {
    expect(await get('/readyz', proxied)).toBe(503);
    expect(await get('/healthz?x=1', proxied)).toBe(200);
    expect([await get('/'), await get('/metrics/'), await get('/api/hello')]).toEqual([404, 404, 404]);
  });
});
