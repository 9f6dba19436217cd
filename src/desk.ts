import type { Config } from '../config/schema.ts';
import ask from '../jobs/ask.ts';
import decide from '../jobs/decide.ts';
import expire, { EXPIRE_EVERY } from '../jobs/expire.ts';
import sweep, { SWEEP_EVERY } from '../jobs/sweep.ts';
import type { Commands, Log } from './core/ports.ts';
import type { SettleNeeds } from './core/settle.ts';
import { INBOX } from './messages.ts';
import { base, type Part } from './part.ts';
import { follow, publish } from './settings.ts';
import { inventory } from './store/inventory.ts';
import { kepts } from './store/kept.ts';
import { locks } from './store/locks.ts';
import { journals, plans } from './store/plans.ts';
import { tickets } from './store/tickets.ts';

/** A desk that runs. `reload` makes another valid configuration the one that all parts use from now on. */
export interface RunningDesk extends Part {
  reload(config: Config): Promise<void>;
}

/** Starts a desk: people and policy, no host. It publishes the configuration the other parts use. */
export async function startDesk(options: {
  readonly redis: string;
  readonly config: Config;
  readonly commands: Commands;
  readonly log: Log;
}): Promise<RunningDesk> {
  const { redis, queues, send, log, close } = await base(options.redis, options.log);
  await publish(redis, options.config);
  const needs: SettleNeeds = {
    tickets: tickets(redis),
    plans: plans(redis),
    journals: journals(redis),
    locks: locks(redis),
    kept: kepts(redis),
    inventory: inventory(redis),
    commands: options.commands,
    rules: follow(redis),
    send,
    log,
    since: Date.now(),
  };
  await queues.work(
    INBOX,
    async (name, data) => {
      if (name === ask.name) return ask.take(ask.payload.parse(data), needs);
      if (name === decide.name) return decide.take(decide.payload.parse(data), needs);
      if (name === sweep.name) return sweep.take({}, needs);
      if (name === expire.name) return expire.take({}, needs);
      throw new Error(`the desk takes no job “${name}”`);
    },
    16,
  );
  await queues.every(SWEEP_EVERY, INBOX, sweep.name);
  await queues.every(EXPIRE_EVERY, INBOX, expire.name);
  sweep.take({}, needs).catch((error: unknown) => log('the first sweep failed', error)); // what another desk left is taken up at once
  return {
    close,
    reload: async (config) => void (await publish(redis, config)),
  };
}
