import type { Redis } from 'ioredis';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { isOpen } from './core/alerts/alert.ts';
import { readCards } from './core/alerts/unreadable.ts';
import { SEVERITIES } from './core/check.ts';
import { COUNTERS } from './core/metrics.ts';
import type { Present } from './core/ports.ts';
import { readiness } from './core/ready.ts';
import { ALERTS, ERRANDS, INBOX, outboxOf, plansOf, runsOf, TOLD } from './messages.ts';
import { depths } from './queue/depth.ts';
import { within } from './ready.ts';
import type { Settings } from './settings.ts';
import { spanText } from './spantext.ts';
import { alerts } from './store/alerts.ts';
import { beats } from './store/beats.ts';
import { type Counted, counted } from './store/counts.ts';
import { presence } from './store/presence.ts';
import { silences } from './store/silences.ts';
import { tickets } from './store/tickets.ts';

/** How long everything in Redis may take to be read, in milliseconds. */
const ANSWER = 5000;
/** States of requests that are not over. */
const STATES = ['planning', 'waiting', 'scheduled', 'approved', 'running', 'cancelling', 'unknown'] as const;
/** Gauges of the process that are named as counters are. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `hostler_nodejs_active_${what}_total`);
/** Values of labels that are known before anything happens. */
const KNOWN: Readonly<Record<string, (about: { readonly routing: Settings['routing']; readonly chats: readonly string[] }) => readonly string[]>> = {
  source: ({ routing }) => [...routing.sources.keys()],
  chat: ({ chats }) => chats,
};
/** How many are read at once. */
const AT_ONCE = 50;

/** What this process itself takes: made once, for it watches the process from then on. */
let own: Registry | undefined;
function processRegistry(): Registry {
  if (own) return own;
  own = new Registry();
  collectDefaultMetrics({ register: own, prefix: 'hostler_' });
  for (const name of MISNAMED) own.removeSingleMetric(name);
  return own;
}

interface About {
  readonly redis: Redis;
  rules(): Promise<Settings>;
  readonly version: string;
}

/** All that is measured, as Prometheus reads it: https://prometheus.io/docs/instrumenting/exposition_formats/ While Redis is away, this process alone. */
export async function measures({ redis, rules, version }: About): Promise<string> {
  const fresh = new Registry();
  const gauge = (name: `hostler_${string}`, help: string, labels: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labels], registers: [fresh] });
  gauge('hostler_build_info', 'The version that answers.', ['version']).set({ version }, 1);
  let spans = '';
  let up = 1;
  try {
    spans = spanText(await within(fill(fresh, gauge, redis, rules), ANSWER));
  } catch {
    up = 0;
  }
  gauge('hostler_redis_up', 'Whether Redis answers this gateway.').set(up);
  const [process, others] = await Promise.all([processRegistry().metrics(), fresh.metrics()]);
  return `${process}${others}${spans}`.replace(/\n\n+/g, '\n');
}

type MakeGauge = (name: `hostler_${string}`, help: string, labels?: readonly string[]) => Gauge;

/** Fills in what Redis knows; what was counted comes back. */
async function fill(fresh: Registry, gauge: MakeGauge, redis: Redis, rules: () => Promise<Settings>): Promise<readonly Counted[]> {
  const { config, routing } = await rules();
  const [sites, chats] = [Object.keys(config.sites), Object.keys(config.chats)];
  const queues = [INBOX, TOLD, ALERTS, ...(routing.sources.size > 0 ? [ERRANDS] : []), outboxOf('web'), ...chats.map(outboxOf)];
  const [all, present, full, hushed, heard] = await Promise.all([
    counted(redis),
    presence(redis).list(sites),
    depths(redis, [...queues, ...sites.flatMap((site) => [plansOf(site), runsOf(site)])]),
    silences(redis).list(),
    beats(redis).all(),
    openTickets(gauge, redis),
    openAlerts(gauge, redis),
  ]);
  gauge('hostler_silences', 'Silences in force.').set(hushed.length);
  const age = gauge('hostler_heartbeat_age_seconds', 'Since a heartbeat of the configuration was last heard.', ['beat']);
  for (const { name } of routing.heartbeats) if (heard[name] !== undefined) age.set({ beat: name }, Math.max(0, Date.now() - heard[name]) / 1000);
  const jobs = gauge('hostler_queue_jobs', 'Jobs of a queue.', ['queue', 'state']);
  const oldest = gauge('hostler_queue_oldest_seconds', 'How long the oldest job that waits has done so.', ['queue']);
  for (const { queue, waiting, active, delayed, oldestMs } of full) {
    for (const [state, many] of Object.entries({ waiting, active, delayed })) jobs.set({ queue, state }, many);
    oldest.set({ queue }, oldestMs / 1000);
  }
  const state = readiness({ redis: true, configuration: true, chats, present, now: Date.now() });
  gauge('hostler_ready', 'Whether the bot can be spoken to, as /readyz says.').set(state.ready ? 1 : 0);
  showParts(gauge, present, sites, chats);
  for (const [name, { help, labels }] of Object.entries(COUNTERS)) {
    const counter = new Counter({ name, help, labelNames: [...labels], registers: [fresh] });
    // What has not happened yet is a 0, so that the first time is seen to be one more than before.
    const [label = '', ...others] = labels;
    if (others.length === 0) for (const value of KNOWN[label]?.({ routing, chats }) ?? []) counter.inc({ [label]: value }, 0);
    for (const one of all) if (one.name === name) counter.inc({ ...one.labels }, one.value);
  }
  return all;
}

function showParts(gauge: MakeGauge, present: readonly Present[], sites: readonly string[], chats: readonly string[]): void {
  const parts = gauge('hostler_parts', 'Parts of the bot that run.', ['kind', 'site']);
  const many = (kind: Present['kind'], site?: string) => present.filter((part) => part.kind === kind && part.site === site).length;
  for (const kind of ['gateway', 'desk'] as const) parts.set({ kind, site: '' }, many(kind));
  for (const site of sites) parts.set({ kind: 'worker', site }, many('worker', site));
  const hears = gauge('hostler_chat_hears', 'Whether any gateway hears the chat.', ['chat']);
  const speaks = gauge('hostler_chat_speaks', 'Whether any gateway speaks in the chat.', ['chat']);
  for (const chat of chats) {
    hears.set({ chat }, present.some((part) => part.hears?.includes(chat)) ? 1 : 0);
    speaks.set({ chat }, present.some((part) => part.speaks?.includes(chat)) ? 1 : 0);
  }
}

async function openTickets(gauge: MakeGauge, redis: Redis): Promise<void> {
  const shelf = tickets(redis);
  const open = await each(await shelf.open(), (id) => shelf.get(id));
  const states = gauge('hostler_tickets_open', 'Requests that are not over.', ['state']);
  for (const state of STATES) states.set({ state }, open.filter((ticket) => ticket.state === state).length);
  const waits = open.flatMap((ticket) => (ticket.state === 'waiting' ? [Date.now() - ticket.askedAt] : []));
  gauge('hostler_approval_oldest_seconds', 'How long the oldest request that waits for approval has done so; 0 when none does.').set(
    Math.max(0, ...waits) / 1000,
  );
}

async function openAlerts(gauge: MakeGauge, redis: Redis): Promise<void> {
  const shelf = alerts(redis);
  const { cards, unread } = await readCards(await shelf.open(), shelf);
  const open = cards.filter(isOpen);
  const severities = gauge('hostler_alerts_open', 'Alerts that fire, by severity; each is a card.', ['severity']);
  for (const severity of SEVERITIES) severities.set({ severity }, open.filter((alert) => alert.severity === severity).length);
  gauge('hostler_alerts_unreadable', 'Alerts that a newer version wrote, and this one cannot read.').set(unread);
}

async function each<T>(ids: readonly string[], get: (id: string) => Promise<T | undefined>): Promise<T[]> {
  const found: T[] = [];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const some = await Promise.all(ids.slice(i, i + AT_ONCE).map(get));
    for (const one of some) if (one !== undefined) found.push(one);
  }
  return found;
}
