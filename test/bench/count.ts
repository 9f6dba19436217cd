import { open } from '../../src/store/redis.ts';
import { pause } from './stats.ts';

/** Redis commands one piece of work causes; among them scripts, and waits for the next job. */
export interface Count {
  readonly commands: number;
  readonly scripts: number;
  readonly waits: number;
}

const ROUNDS = 20;

/** Counts what reaches a server for one piece of work, as `redis-cli monitor` shows it: the mean of some rounds. */
export async function countCommands(socket: string, work: () => Promise<unknown>): Promise<Count> {
  const redis = await open(`unix://${socket}`);
  const monitor = await redis.monitor();
  const names: string[] = [];
  monitor.on('monitor', (_time: string, [name = '']: string[], source: string) => {
    if (source !== 'lua') names.push(name.toLowerCase());
  });
  try {
    const began = names.length;
    for (let i = 0; i < ROUNDS; i++) {
      await work();
      await pause(20); // what the workers do after the card
    }
    const during = names.slice(began);
    const of = (...some: string[]) => during.filter((name) => some.includes(name)).length / ROUNDS;
    return { commands: during.length / ROUNDS, scripts: of('eval', 'evalsha'), waits: of('bzpopmin') };
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
}
