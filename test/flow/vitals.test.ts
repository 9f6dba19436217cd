import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, bot } from '../support/bot.ts';
import { needs } from '../support/real/have.ts';

let one: Bot & { close(): Promise<void> };
beforeAll(async () => {
  one = await bot();
});
afterAll(() => one.close());

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request as any program makes it, with whatever headers. */
function get(path: string, headers: Readonly<Record<string, string>> = {}, at = one, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: at.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => (text += more));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end();
  });
}

/** What a scrape says of one series. */
const value = (text: string, series: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};

describe('what programs may ask of the bot itself', () => {
  it('is that it lives and that it is ready, for whoever asks', async () => {
    expect(await get('/healthz', { host: 'anything.example.org' })).toEqual({ status: 200, text: 'ok\n' });
    const { status, text } = await get('/readyz', { host: 'anything.example.org' });
    expect({ status, ...JSON.parse(text) }).toEqual({ status: 200, ready: true, parts: { redis: 'ok', configuration: 'ok', desk: 'ok' } });
    expect((await get('/readyz', {}, one, 'POST')).status).toBe(405);
  });

  it('is what it counts and measures, which follows what people do', async () => {
    const before = (await get('/metrics')).text;
    const card = await one.says('alice', 'vm reboot shop');
    expect(card.ticket?.state).toBe('waiting');
    const waits = (await get('/metrics')).text;
    expect(value(waits, 'hostler_tickets_open{state="waiting"}')).toBe(1);
    expect(value(waits, 'hostler_approval_oldest_seconds')).toBeGreaterThan(0);
    await one.presses('bob', card, 'approve');
    await one.says('alice', 'vm list');
    const since = async (series: string) => (value((await get('/metrics')).text, series) ?? 0) - (value(before, series) ?? 0);
    await expect.poll(() => since('hostler_tickets_total{state="done",family="vm"}'), { timeout: 5000 }).toBe(2);
    await expect.poll(() => since('hostler_press_to_step_seconds_count'), { timeout: 5000 }).toBe(1);
    expect(await since('hostler_requests_total{family="vm"}')).toBe(2);
    expect(await since('hostler_presses_total{action="approve"}')).toBe(1);
    const { text } = await get('/metrics');
    expect(value(text, 'hostler_tickets_open{state="waiting"}')).toBe(0);
    expect(value(text, 'hostler_parts{kind="worker",site="east"}')).toBe(1);
    expect(value(text, 'hostler_parts{kind="desk",site=""}')).toBe(1);
    expect(value(text, 'hostler_redis_up')).toBe(1);
    expect(value(text, 'hostler_queue_jobs{queue="inbox",state="waiting"}')).toBe(0);
    for (const name of text.matchAll(/^# TYPE (\S+)/gm)) expect(name[1]).toMatch(/^hostler_/);
  });

  it.skipIf(!needs(['promtool']))('is what Prometheus takes, without a complaint', async () => {
    const { text } = await get('/metrics');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: '' });
  });

  it('keeps what is measured from pages, and from whoever comes by a proxy', async () => {
    const { port } = one;
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics', { host: `localhost:${port}` })).status).toBe(200);
    expect((await get('/metrics', { host: 'rebound.example.org' })).status).toBe(403);
    expect((await get('/metrics', { origin: 'http://rebound.example.org' })).status).toBe(403);
    expect((await get('/metrics', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) expect((await get('/metrics', { [name]: '192.0.2.1' })).status, name).toBe(403);
  });
});
