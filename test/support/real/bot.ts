import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schema } from '../../../config/schema.ts';
import { chooseServer } from '../../../src/chooseserver.ts';
import type { AnyCommand } from '../../../src/core/command.ts';
import { loadCommands } from '../../../src/registry.ts';
import { startAll } from '../../../src/start.ts';
import { People } from '../bot.ts';
import { closeAll } from './processes.ts';
import type { Sshd } from './sshd.ts';

/** People at the door of a bot whose hosts are real. */
export class RealBot extends People {
  readonly url: string;
  readonly redis: string;
  readonly #close: () => Promise<void>;

  constructor(at: { url: string; token: string; redis: string }, close: () => Promise<void>) {
    super(at);
    this.url = at.url;
    this.redis = at.redis;
    this.#close = close;
  }

  override async close(): Promise<void> {
    super.close();
    await this.#close();
  }
}

/** A host of the configuration that is this sshd. */
export function hostOf({ access }: Pick<Sshd, 'access'>): {
  site: string;
  address: string;
  port: number;
  user: string;
  key: string;
  hostKey: readonly string[];
} {
  const { port, user, key, pinned } = access();
  return { site: 'lab', address: '127.0.0.1', port, user, key, hostKey: pinned.fingerprints };
}

/** Starts the whole bot in this process with these hosts; alice asks, bob approves. */
export async function realBot(hosts: Record<string, unknown>, more: Record<string, unknown> = {}, commands: Record<string, AnyCommand> = {}): Promise<RealBot> {
  const everywhere = { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] };
  const config = schema.parse({
    practice: true,
    limits: { person: 100_000, room: 100_000 },
    sites: { lab: {} },
    hosts,
    people: { alice: { name: 'Alice', roles: ['operator'] }, bob: { name: 'Bob', roles: ['lead'] } },
    roles: { operator: everywhere, lead: everywhere },
    approvals: [{ from: 'medium', roles: ['lead'] }],
    ...more,
  });
  const home = mkdtempSync(join(tmpdir(), 'hostler-real-'));
  const server = await chooseServer(undefined, true, home);
  const token = 'token-for-tests';
  const all = await startAll({
    config,
    redis: server.url,
    home,
    port: 0,
    token,
    version: 'test',
    commands: new Map([...(await loadCommands()), ...Object.entries(commands)]),
    log: () => undefined,
  });
  return new RealBot({ url: all.url ?? '', token, redis: server.url }, async () => {
    await closeAll(all, server).finally(() => rmSync(home, { recursive: true, force: true }));
  });
}
