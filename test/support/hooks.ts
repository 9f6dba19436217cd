import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { schema } from '../../config/schema.ts';
import type { Signal } from '../../src/core/alerts/alert.ts';
import type { Said } from '../../src/core/words.ts';
import { startGateway } from '../../src/gateway.ts';
import { startLab } from '../../src/lab/index.ts';
import { ALERTS } from '../../src/messages.ts';
import { PREFIX } from '../../src/queue/bullmq.ts';
import { loadSources } from '../../src/registry.ts';
import { publish } from '../../src/settings.ts';
import { redisNow } from '../../src/store/clock.ts';
import { hookRates } from '../../src/store/hookrates.ts';
import { key, open, settings } from '../../src/store/redis.ts';
import { findServer, startServer } from '../../src/store/server.ts';
import { processesWith } from './proc.ts';

/** What the desk would be told. */
export interface Told {
  readonly source?: string;
  readonly signals?: readonly Signal[];
  readonly beat?: string;
  readonly malformed?: { readonly body: string; readonly why: string; readonly said?: Said; readonly from: string };
  readonly whole?: true;
  readonly besides?: readonly string[];
  readonly since?: number;
  readonly at?: number;
  readonly silence?: string;
  readonly written?: { readonly id?: string; readonly trouble?: string };
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A gateway alone, in front of a Redis of its own and no desk: what it takes lies in the inbox. Every secret is `the-very-secret-of-` and the name. */
export interface Door {
  readonly url: string;
  readonly port: number;
  readonly logged: string[];
  secret(name: string): Record<string, string>;
  sample(kind: string): string;
  send(method: string, path: string, body: string | Buffer | undefined, headers: Readonly<Record<string, string>>): Promise<Answer>;
  raw(method: string, path: string, body: string | Buffer | undefined, headers: Readonly<Record<string, string>>): Promise<Response>;
  /** JSON by POST. */
  post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Answer>;
  /** What was taken while this was done, and only then. */
  heard<T>(during: () => Promise<T>): Promise<[T, readonly Told[]]>;
  /** What lies in the inbox now. */
  waiting(): Promise<readonly Told[]>;
  /** Sends a message to a queue, as any part would. */
  queue(queue: string, name: string, data: unknown): Promise<void>;
  /** Another gateway takes one of so many a minute: the milliseconds until it may. */
  elsewhere(source: string, perMinute: number): Promise<number>;
  /** Nobody can count any more what gateways take of it together. */
  uncounted(source: string): Promise<void>;
  /** The time that all parts share. */
  clock(): Promise<number>;
  /** All that was noted for the audit. */
  notes(): Promise<string>;
  /** Redis answers what is read, and does nothing that is written until `writes(true)`. */
  writes(go: boolean): Promise<void>;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function hookDoor(alerts: { sources: Record<string, object>; heartbeats?: Record<string, object> }): Promise<Door> {
  const program = findServer();
  if (program === undefined) throw new Error('there is no redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'hostler-hooks-'));
  const lab = await startLab({ seed: 1, dir: join(folder, 'lab') });
  const server = await startServer(program, join(folder, 'redis'));
  const redis = await open(server.url);
  const named = (all: Record<string, object>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => {
        process.env[`HOOK_${name}`] = `the-very-secret-of-${name}`;
        return [name, 'secret' in one ? (({ secret: _, ...rest }) => rest)(one as { secret: unknown }) : { ...one, secret: `env:HOOK_${name}` }];
      }),
    );
  const config = schema.parse({ ...(lab.config as object), alerts: { sources: named(alerts.sources), heartbeats: named(alerts.heartbeats ?? {}) } });
  await publish(redis, config);
  const logged: string[] = [];
  const gateway = await startGateway({
    redis: server.url,
    port: 0,
    token: 'token-for-tests',
    version: 'test',
    commands: new Map(),
    log: (text, detail) => void logged.push(`${text}${detail === undefined ? '' : `: ${detail}`}`),
  });
  const connection: Record<string, unknown> = { ...settings(server.url) };
  const inbox = new Queue(ALERTS, { connection, prefix: PREFIX });
  const kinds = await loadSources();
  const [pid = 0] = processesWith(join(folder, 'redis'));
  const raw: Door['raw'] = (method, path, body, headers) =>
    fetch(`${gateway.url}/hooks/${path}`, { method, headers, ...(body === undefined ? {} : { body: body as unknown as string }) });
  const send: Door['send'] = async (method, path, body, headers) => {
    const answer = await raw(method, path, body, headers);
    return { status: answer.status, body: await answer.json() };
  };
  const waiting = async (): Promise<readonly Told[]> =>
    (await inbox.getJobs(['waiting', 'prioritized', 'delayed'])).filter(({ name }) => name === 'alert').map(({ data }) => data.data);
  return {
    url: gateway.url,
    port: gateway.port,
    logged,
    raw,
    send,
    secret: (name) => ({ authorization: `Bearer the-very-secret-of-${name}` }),
    sample: (kind) => kinds.find(({ id }) => id === kind)?.samples[0]?.body ?? '',
    post: (path, body, headers) => send('POST', path, body, { 'content-type': 'application/json', ...headers }),
    async heard(during) {
      await inbox.obliterate({ force: true });
      const came = await during();
      return [came, await waiting()];
    },
    waiting,
    async queue(queue, name, data) {
      const other = new Queue(queue, { connection, prefix: PREFIX });
      await other.add(name, { format: 1, data }, { removeOnComplete: true, removeOnFail: true });
      await other.close();
    },
    elsewhere: (source, perMinute) => hookRates(redis)(`source ${source}`, perMinute),
    uncounted: async (source) => void (await redis.hset(key('hooks', 'rate', `source ${source}`), 'x', '1')),
    clock: () => redisNow(redis),
    notes: async () =>
      JSON.stringify(await redis.xrange(key('audit'), '-', '+'))
        .replaceAll('\\"', '"')
        .replaceAll('\\"', '"'),
    async writes(go) {
      await (go ? redis.call('CLIENT', 'UNPAUSE') : redis.call('CLIENT', 'PAUSE', '60000', 'WRITE'));
    },
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    async close() {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // it is gone already
      }
      await inbox.close();
      await gateway.close();
      redis.disconnect();
      await server.close();
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
