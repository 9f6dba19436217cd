import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import { deadPort, Folder, type Program } from '../support/processes.ts';

const folder = new Folder();
let bot: Program;
let url = '';
/** What the ntfy server was sent, and whether it takes anything. */
const published: { readonly topic: string; readonly title: string; readonly message: string; readonly priority: number }[] = [];
let takes = true;
let ntfy = '';

beforeAll(async () => {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (more) => (text += more));
    request.on('end', () => {
      if (takes) published.push(JSON.parse(text));
      response.writeHead(takes ? 200 : 503).end('{"id":"abc"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder.closes({ close: async () => void server.close() });
  const address = server.address();
  ntfy = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/oncall`;
  bot = folder.hostler(['start', '--port', '0'], { home: folder.file('bot') });
  await bot.says('Hostler is ready', 40_000);
  url = readConsoleFile(folder.file('bot'))?.url ?? '';
}, 60_000);
afterAll(() => folder.close());

/** A watchdog that asks every second, and whose state survives it. */
const begin = (name: string, ...more: string[]) =>
  folder.hostler(['watchdog', '--url', url, '--every', '1s', '--after', '2s', '--state', folder.file(`${name}.json`), ...more], { home: folder.file(name) });
const once = (...args: string[]) => folder.calls(['watchdog', '--once', '--state', folder.file('once.json'), ...args], { home: folder.file('once') });

describe('a watchdog on another host', () => {
  it('says once that a bot which hangs is silent, also after its own restart, and once that it is back; and the same of one that is gone', async () => {
    const page = folder.file('page.sh');
    const pages = folder.file('pages');
    writeFileSync(page, `#!/bin/sh\nprintf '%s|%s\\n' "$1" "$2" >>${pages}\n`, { mode: 0o755 });
    const paged = () => (existsSync(pages) ? readFileSync(pages, 'utf8').trim().split('\n') : []);
    let dog = begin('dog', '--ntfy', ntfy, '--exec', page);
    await dog.says(' ready');
    process.kill(bot.pid, 'SIGSTOP');
    try {
      await expect.poll(() => published.length, { timeout: 25_000 }).toBe(1);
      expect(published[0]).toMatchObject({ topic: 'oncall', title: expect.stringContaining('Hostler is silent'), priority: 5 });
      expect(published[0]?.message).toMatch(/127\.0\.0\.1:\d+ is not ready since .* UTC: no answer within 5 s/);
      await expect.poll(paged).toEqual([expect.stringMatching(/^down\|http/)]);
      await expect.poll(() => JSON.parse(readFileSync(folder.file('dog.json'), 'utf8')).told).toEqual(['ntfy', 'exec']);
      await dog.stop('SIGKILL');
      dog = begin('dog', '--ntfy', ntfy, '--exec', page);
    } finally {
      process.kill(bot.pid, 'SIGCONT');
    }
    await expect.poll(() => published.length, { timeout: 25_000 }).toBe(2);
    expect(published[1]?.title).toContain('Hostler is back');
    expect(published[1]?.message).toMatch(/ready again. It was not from .* to .* UTC, for \d+ s/);
    await expect.poll(paged).toEqual([expect.stringMatching(/^down\|/), expect.stringMatching(/^back\|/)]);

    takes = false; // the way itself is in trouble for a while
    process.kill(bot.pid, 'SIGKILL');
    await expect.poll(() => paged().length, { timeout: 15_000 }).toBe(3);
    await dog.says('could not be said by ntfy');
    takes = true;
    await expect.poll(() => published.length, { timeout: 10_000 }).toBe(3);
    expect(published[2]?.message).toMatch(/no answer: ECONNREFUSED/);
    expect(paged()).toHaveLength(3);
    expect((await dog.stop('SIGTERM')).code).toBe(0);
    expect(dog.err.split('\n').filter((line) => line !== '' && !line.includes('could not be said'))).toEqual([]);
  }, 90_000);

  it('asks once for cron, and is no less sure of what is not a bot', async () => {
    const port = await deadPort();
    const silent = await once('--url', `http://127.0.0.1:${port}`, '--exec', '/bin/true');
    expect(silent).toMatchObject({ code: 1, err: '' });
    expect(silent.out).toMatch(/not ready: no answer: ECONNREFUSED/);
    // Its status and its line say it: nobody else need be told. Asked again, it says it again.
    const alone = () => once('--url', `http://127.0.0.1:${port}`);
    for (const answer of [await alone(), await alone()]) {
      expect(answer).toMatchObject({ code: 1, err: '' });
      expect(answer.out).toMatch(/not ready: no answer: ECONNREFUSED/);
    }
    const goesOn = await folder.calls(['watchdog', '--url', url, '--state', folder.file('goes.json')], { home: folder.file('goes') });
    expect(goesOn).toMatchObject({ code: 2, out: '', err: 'nobody would hear of it: add --ntfy, --mail or --exec\n' });
    expect((await once('--url', 'http://no-such-host.invalid', '--exec', '/bin/true')).out).toMatch(/not ready: no answer: E/);
    const page = createServer((_request, response) => void response.writeHead(200).end('<h1>It works!</h1>'));
    const away = createServer((_request, response) => void response.writeHead(302, { location: ntfy }).end());
    const at = await Promise.all(
      [page, away].map(
        (server) =>
          new Promise<string>((resolve) => {
            folder.closes({ close: async () => void server.close() });
            server.listen(0, '127.0.0.1', () => {
              const address = server.address();
              resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
            });
          }),
      ),
    );
    expect((await once('--url', at[0] ?? '', '--exec', '/bin/true')).out).toContain('not ready: something else answers there');
    expect((await once('--url', at[1] ?? '', '--exec', '/bin/true')).out).toContain('not ready: HTTP 302');
  }, 30_000);

  it('says what it needs', async () => {
    expect(await folder.calls(['watchdog'])).toMatchObject({ code: 2, err: expect.stringContaining('usage: hostler watchdog --url') });
    expect((await folder.calls(['watchdog', '--url', url])).err).toContain('nobody would hear of it');
    expect((await folder.calls(['watchdog', '--url', url, '--mail', 'ops@example.org'])).err).toContain('--smtp');
    const unit = await folder.calls(['manifest', 'watchdog', '--url', 'https://bot.example.org']);
    expect(unit).toMatchObject({ code: 0, out: expect.stringContaining('Environment=HOSTLER_WATCHDOG_URL=https://bot.example.org') });
  }, 30_000);
});
