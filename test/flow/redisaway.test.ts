import { createServer } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { startDesk } from '../../src/desk.ts';
import { startGateway } from '../../src/gateway.ts';
import { startLab } from '../../src/lab/index.ts';
import { loadCommands } from '../../src/registry.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { Folder } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';
import { textOf } from '../support/slack/index.ts';

const folder = new Folder();
afterAll(() => folder.close());

describe.skipIf(!needs(['redis-server or valkey-server']))('a Redis that hangs', () => {
  it('is said without it, once, where people are and where alerts fall back to; and so is that it is back', async () => {
    const published: string[] = [];
    const ntfy = createServer((request, response) => {
      let text = '';
      request.on('data', (more) => (text += more));
      request.on('end', () => {
        published.push(JSON.parse(text).title);
        response.writeHead(200).end('{"id":"abc"}');
      });
    });
    await new Promise<void>((resolve) => ntfy.listen(0, '127.0.0.1', resolve));
    folder.closes({ close: async () => void ntfy.close() });
    const address = ntfy.address();
    const lab = folder.closes(await startLab({ seed: 1, dir: folder.file('lab'), pace: 0.2 }));
    const { slack, chat, close } = await workspace('socket');
    folder.closes({
      async close() {
        await slack.close();
        close();
      },
    });
    const { url, program } = await folder.redis('redis');
    const all = withChat(lab.config, 'slack', { ...chat, home: OPS }, ACCOUNTS);
    const config = schema.parse({
      ...(all as object),
      alerts: { fallback: { ntfy: ['oncall'] } },
      ntfy: { server: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` },
    });
    const commands = await loadCommands();
    const common = { redis: url, commands, version: 'test', log: () => undefined };
    folder.closes(await startDesk({ ...common, config, home: folder.file('desk') }));
    const gateway = folder.closes(await startGateway({ ...common, port: 0, token: 'token', redisAway: { afterMs: 1500, everyMs: 300, answerMs: 500 } }));
    const alice = slack.person(ACCOUNTS.alice ?? '');
    const said = () => alice.sees(OPS).filter((message) => textOf(message).includes('Redis'));
    const ready = async (): Promise<{ ready: boolean; parts: Record<string, string> }> =>
      JSON.parse(await (await fetch(`http://127.0.0.1:${gateway.port}/readyz`)).text());

    expect(said()).toEqual([]);
    process.kill(program.pid, 'SIGSTOP');
    try {
      await slack.until(() => said().length === 1, 15_000);
      expect(textOf(said()[0] as never)).toContain('Redis is away');
      await expect.poll(() => published.length).toBe(1);
      expect(await ready()).toEqual({ ready: false, parts: { redis: 'does not answer', configuration: 'not there' } });
      const { status } = await fetch(`http://127.0.0.1:${gateway.port}/healthz`);
      expect(status).toBe(200);
      const scraped = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
      expect(scraped).toContain('hostler_redis_up 0\n');
    } finally {
      process.kill(program.pid, 'SIGCONT');
    }
    await slack.until(
      () => said().some((message) => /Redis was away from \d\d:\d\d to \d\d:\d\d UTC; nothing that was acknowledged is lost/.test(textOf(message))),
      15_000,
    );
    expect(said()).toHaveLength(1); // the same message
    await expect.poll(() => published).toEqual([expect.stringContaining('Redis is away'), expect.stringContaining('Redis is back')]);
    await expect.poll(async () => (await ready()).ready, { timeout: 10_000 }).toBe(true);
  }, 60_000);
});
