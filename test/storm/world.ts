import { readFileSync } from 'node:fs';
import { schema } from '../../config/schema.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { open } from '../../src/store/redis.ts';
import { Supervised } from '../chaos/supervised.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { deadPort, Folder, type Program, serverProgram } from '../support/processes.ts';
import type { FakeSlack } from '../support/slack/index.ts';
import { BOT } from '../support/slack/things.ts';
import { MAPPING } from './bodies.ts';
import type { Hook } from './sender.ts';

export type PartName = 'desk' | 'gateway' | 'east' | 'west';

/** Rooms of the bot besides that of requests: of what is not critical, and of the bot's own troubles. */
export const QUIET = 'C0QUIET0001';
export const ADMIN = 'C0ADMIN0001';
/** Slack takes a message a second in a channel, and 50 edits a minute; what is too much is answered 429. Seconds to wait then. */
export const LIMITS = { perSecond: 1, retryAfter: 1, edits: 50, editsAfter: 30 };

/** Every part of the bot as a process of its own around a real Redis, the practice fleet, and a simulated Slack with its limits. */
export interface World {
  readonly parts: Readonly<Record<PartName, Supervised>>;
  readonly lab: Lab;
  readonly slack: FakeSlack;
  readonly hook: Hook;
  readonly redis: Awaited<ReturnType<typeof open>>;
  close(): Promise<void>;
}

/** Starts it all. */
export async function startWorld(): Promise<World> {
  const folder = new Folder();
  const close = () => folder.close();
  try {
    const lab = folder.closes(await startLab({ seed: 1, pace: 0.05, dir: folder.file('lab') }));
    const { slack, chat, close: forget } = await workspace('socket');
    folder.closes({ close: async () => forget() });
    folder.closes(slack);
    for (const [id, name] of [
      [QUIET, 'quiet'],
      [ADMIN, 'admin'],
    ] as const)
      slack.addChannel(id, name, [...Object.values(ACCOUNTS), BOT.user]);
    slack.limit('chat.postMessage', { perSecondPerChannel: LIMITS.perSecond, retryAfter: LIMITS.retryAfter });
    slack.limit('chat.update', { perMinute: LIMITS.edits, retryAfter: LIMITS.editsAfter });
    const config = folder.config('config.yaml', configuration(withChat(lab.config, 'slack', chat, ACCOUNTS), lab));
    const server = folder.run(serverProgram(), [
      '--port',
      '0',
      '--unixsocket',
      folder.file('redis.sock'),
      '--dir',
      folder.path,
      '--appendonly',
      'yes',
      '--appendfsync',
      'everysec',
      '--save',
      '',
      '--maxmemory-policy',
      'noeviction',
    ]);
    await server.says('eady to accept connections');
    const url = `unix://${folder.file('redis.sock')}`;
    const port = await deadPort();
    const part = (name: PartName, ...args: readonly string[]) =>
      folder.closes(new Supervised(name, (): Program => folder.hostler([...args, '--redis', url], { home: folder.file(name) })));
    const desk = part('desk', 'desk', '--config', config);
    await desk.program.says('is ready');
    const parts = {
      desk,
      gateway: part('gateway', 'gateway', '--port', String(port)),
      east: part('east', 'worker', '--site', 'east'),
      west: part('west', 'worker', '--site', 'west'),
    };
    await Promise.all(Object.values(parts).map((one) => one.program.says('is ready')));
    const redis = await open(url);
    folder.closes({ close: async () => redis.disconnect() });
    const secret = readFileSync(String(lab.config.alerts?.sources.prometheus?.secret).replace(/^file:/, ''), 'utf8').trim();
    return { parts, lab, slack, redis, hook: { url: `http://127.0.0.1:${port}`, secret }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The configuration as an administrator would write it: what is critical goes to the room where requests are made, too. */
function configuration(whole: unknown, lab: Lab): unknown {
  const secret = lab.config.alerts?.sources.prometheus?.secret;
  const written = {
    ...(typeof whole === 'object' && whole !== null ? whole : {}),
    web: { port: 0 },
    rooms: { ops: { chat: 'slack', id: OPS }, quiet: { chat: 'slack', id: QUIET }, admin: { chat: 'slack', id: ADMIN } },
    alerts: {
      sources: { prometheus: { kind: 'alertmanager', secret }, scanner: { kind: 'json', secret, mapping: MAPPING } },
      admin: 'admin',
      routes: [
        { name: 'self', match: { source: 'self' }, rooms: ['admin'] },
        { name: 'critical', match: { severity: 'critical' }, rooms: ['ops'], mention: ['@alice'], escalate: [{ after: '4m', mention: ['@bob'] }] },
        { name: 'rest', rooms: ['quiet'] },
      ],
      runbooks: [{ match: { alertname: 'ServiceFailed*' }, offer: ['host status {host}'] }],
    },
  };
  schema.parse(written); // a mistake here is told here
  return written;
}
