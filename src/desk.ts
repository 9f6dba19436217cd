import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { Config } from '../config/schema.ts';
import alert from '../jobs/alert.ts';
import ask from '../jobs/ask.ts';
import decide from '../jobs/decide.ts';
import expire, { EXPIRE_EVERY } from '../jobs/expire.ts';
import sweep, { SWEEP_EVERY } from '../jobs/sweep.ts';
import tend, { TEND_EVERY } from '../jobs/tend.ts';
import watch from '../jobs/watch.ts';
import { nameOf } from './chat/wish.ts';
import { SELF_TIMES, type SelfTimes, type TendNeeds } from './core/alerts/self.ts';
import { wakeful } from './core/awake.ts';
import { measure } from './core/measure.ts';
import type { Commands, Log } from './core/ports.ts';
import { cron } from './cron.ts';
import { factorSealing } from './factorkey.ts';
import { ALERT_PRIORITY, ALERTS, INBOX, TOLD } from './messages.ts';
import { base, type Part } from './part.ts';
import { keepPresent } from './presence.ts';
import { Garbled, read } from './queue/bullmq.ts';
import { depths } from './queue/depth.ts';
import { follow, publish } from './settings.ts';
import { alerts } from './store/alerts.ts';
import { audit } from './store/audit.ts';
import { beats } from './store/beats.ts';
import { counts } from './store/counts.ts';
import { delegations } from './store/delegations.ts';
import { factors } from './store/factors.ts';
import { freezes } from './store/freezes.ts';
import { inventory } from './store/inventory.ts';
import { kepts } from './store/kept.ts';
import { leases } from './store/leases.ts';
import { limits } from './store/limits.ts';
import { links } from './store/links.ts';
import { locks } from './store/locks.ts';
import { journals, plans } from './store/plans.ts';
import { LASTS, presence } from './store/presence.ts';
import { remedies } from './store/remedies.ts';
import { reviews } from './store/reviews.ts';
import { schedules } from './store/schedules.ts';
import { sessions } from './store/sessions.ts';
import { silences } from './store/silences.ts';
import { standing } from './store/standing.ts';
import { tickets } from './store/tickets.ts';
import { watches } from './store/watches.ts';

export { factorSealing };

/** How long a desk that ends may take to write down what was noted, in milliseconds. */
const LAST_WORDS = 1000;

/** How often it is noted that this desk is there, in milliseconds. */
const NAP = 5000;

/** A desk that runs. `reload` makes another valid configuration the one that all parts use from now on. */
export interface RunningDesk extends Part {
  reload(config: Config): Promise<void>;
}

/** Starts a desk: people and policy, no host. It publishes the configuration the other parts use. */
export async function startDesk(options: {
  readonly redis: string;
  readonly config: Config;
  /** The desk's own folder. */
  readonly home: string;
  readonly commands: Commands;
  readonly log: Log;
  readonly version?: string;
  /** How soon it says what of the bot itself is away: `lastsMs`, how long a part's word counts, `tendMs`, how often it looks. */
  readonly selfTimes?: Partial<SelfTimes> & { readonly lastsMs?: number; readonly tendMs?: number };
}): Promise<RunningDesk> {
  const { redis, queues, send, log, close } = await base(options.redis, options.log);
  await publish(redis, options.config);
  const rules = follow(redis, undefined, 0); // what was revoked counts no more, at once
  const counting = counts(redis);
  const shelf = tickets(redis, (before, now) => measure(before, now, counting));
  const dir = options.config.audit.dir ?? join(options.home, 'audit');
  const chain = audit(redis, { leases: leases(redis), ticketOf: (id) => shelf.get(id), dir, log });
  const { lastsMs = LASTS, tendMs = TEND_EVERY, ...times } = options.selfTimes ?? {};
  const parts = presence(redis, lastsMs);
  const awake = wakeful(Date.now());
  const needs: TendNeeds = {
    parts: beats(redis, 'self'),
    times: { ...SELF_TIMES, ...times },
    async seen() {
      const { config } = await rules();
      const sites = Object.keys(config.sites);
      const [present, waiting] = await Promise.all([parts.list(sites), depths(redis, [INBOX, ALERTS])]);
      return { sites, chats: Object.keys(config.chats), present, backlogMs: Math.max(...waiting.map(({ oldestMs }) => oldestMs)) };
    },
    tickets: shelf,
    plans: plans(redis),
    journals: journals(redis),
    locks: locks(redis),
    kept: kepts(redis),
    inventory: inventory(redis),
    audit: chain,
    freezes: freezes(redis),
    limits: limits(redis, async () => {
      const { config, personOf } = await rules();
      return { limits: config.limits, personOf };
    }),
    links: links(redis),
    delegations: delegations(redis),
    sessions: sessions(redis),
    factors: factors(redis, factorSealing(options.config)),
    reviews: reviews(redis),
    alerts: alerts(redis),
    silences: silences(redis),
    shown: standing(redis, nameOf),
    beats: beats(redis),
    schedules: schedules(redis),
    cron,
    remedies: remedies(redis),
    watches: watches(redis),
    counts: counting,
    commands: options.commands,
    rules,
    send,
    log,
    get since() {
      return awake(Date.now());
    },
  };
  const nap = setInterval(() => awake(Date.now()), NAP).unref();
  /** What cannot be read is nothing that this bot sent: that it came is noted. */
  async function readable<T>(payload: z.ZodType<T>, data: unknown): Promise<T> {
    try {
      return read(payload, data);
    } catch (error) {
      if (error instanceof Garbled) await garbled(error.why);
      throw error;
    }
  }
  const garbled = (why: string) => needs.audit.note([{ at: Date.now(), kind: 'refused', rule: 'garbled', more: { why: why.slice(0, 500) } }]);
  let scheduled = '';
  /** What watches there are may have changed with the configuration. */
  async function scheduleWatches(): Promise<void> {
    const { watches: all } = (await rules()).routing;
    const wanted = all.map(({ name, everyMs }) => ({ id: name, ms: everyMs, data: { watch: name }, priority: ALERT_PRIORITY }));
    if (JSON.stringify(wanted) === scheduled) return;
    await queues.everyOf(ALERTS, watch.name, wanted);
    scheduled = JSON.stringify(wanted);
  }
  await queues.work(
    INBOX,
    async (name, data) => {
      if (name === ask.name) return ask.take(await readable(ask.payload, data), needs);
      if (name === decide.name) {
        const said = await readable(decide.payload, data);
        // What steps come to is for workers to tell: who can write here alone is not believed, and it is looked what is so.
        const isHeard = 'pressed' in said || said.event === undefined || said.event.kind === 'placed';
        return decide.take(isHeard ? said : { ticket: said.ticket }, needs);
      }
      if (name === sweep.name) return sweep.take({}, needs);
      if (name === expire.name) return expire.take({}, needs);
      throw new Error(`the desk takes no job “${name}”`);
    },
    16,
  );
  await queues.work(
    ALERTS,
    async (name, data, id) => {
      if (name === alert.name) return alert.take(await readable(alert.payload, data), needs);
      if (name === tend.name) {
        await scheduleWatches().catch((error: unknown) => log('watches cannot be scheduled', error));
        return tend.take({}, needs);
      }
      if (name === watch.name) return watch.take({ ...(await readable(watch.payload, data)), run: id }, needs);
      throw new Error(`the desk takes no job “${name}” among alerts`);
    },
    8,
  );
  await queues.work(
    TOLD,
    async (_name, data) => {
      const told = await readable(decide.payload, data);
      if ('pressed' in told || told.event?.kind === 'placed') return garbled('a worker presses nothing');
      await decide.take(told, needs);
    },
    16,
  );
  await queues.every(SWEEP_EVERY, INBOX, sweep.name);
  await queues.every(EXPIRE_EVERY, INBOX, expire.name);
  await queues.every(tendMs, ALERTS, tend.name);
  await scheduleWatches();
  sweep.take({}, needs).catch((error: unknown) => log('the first sweep failed', error)); // what another desk left is taken up at once
  const here = await keepPresent(redis, { kind: 'desk', version: options.version });
  return {
    async close() {
      clearInterval(nap);
      await here.close();
      await counting.close();
      await Promise.race([chain.close(), sleep(LAST_WORDS, undefined, { ref: false })]); // a Redis that hangs keeps nobody here: what is noted stays in it
      await close();
    },
    reload: async (config) => void (await publish(redis, config)),
  };
}
