import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { open } from '../../src/store/redis.ts';
import { findServer, startInProcess, startServer } from '../../src/store/server.ts';

/** A kind of Redis to test on; `stop` ends the server, too. */
interface Kind {
  readonly name: string;
  /** How many runs of a random test it does in about 3 s. */
  readonly runs: number;
  start(): Promise<{ readonly redis: Redis; stop(): Promise<void> }>;
}

/** The in-process server and, when there is one on PATH, a real one. */
export function servers(): Kind[] {
  const program = findServer();
  const inProcess: Kind = {
    name: 'the in-process server',
    runs: 40,
    async start() {
      const server = await startInProcess();
      const redis = await open(server.url);
      async function stop() {
        redis.disconnect();
        await server.close();
      }
      return { redis, stop };
    },
  };
  if (program === undefined) return [inProcess];
  const real: Kind = {
    name: program,
    runs: 300,
    async start() {
      const folder = mkdtempSync(join(tmpdir(), 'hostler-store-'));
      const server = await startServer(program, folder);
      const redis = await open(server.url);
      async function stop() {
        redis.disconnect();
        await server.close();
        rmSync(folder, { recursive: true, force: true });
      }
      return { redis, stop };
    },
  };
  return [inProcess, real];
}
