import type { Heard } from './chat/hooks.ts';
import { Hooks } from './chat/hooks.ts';
import { jobId } from './core/digest.ts';
import { startErrands } from './errands.ts';
import { secret } from './hosts/secret.ts';
import { ALERT_PRIORITY, ALERTS } from './messages.ts';
import { type Base, hiding } from './part.ts';
import { loadSources } from './registry.ts';
import type { Settings } from './settings.ts';
import { auditNotes } from './store/audit.ts';
import { memory } from './store/chats.ts';
import { redisNow } from './store/clock.ts';
import { counts } from './store/counts.ts';
import { hookRates } from './store/hookrates.ts';

/** How often what was taken is tried again where it cannot be put on a card: for more than a day. */
const ATTEMPTS = 20;
/** How long a signature is remembered, in milliseconds: longer than it is good for. */
const SIGNED = 660_000;

/** What comes to `/hooks/…` at a gateway, and what is done at those who send. */
export async function startHooks(base: Pick<Base, 'redis' | 'queues' | 'log'>, rules: () => Promise<Settings>): Promise<Hooks> {
  const { redis, queues, log } = base;
  const { heard } = await startErrands({ base, rules });
  const kept = memory(redis, 'sources');
  let settings = await rules();
  return new Hooks({
    kinds: await loadSources(),
    async routing() {
      settings = await rules();
      return settings.routing;
    },
    secretOf(of, name) {
      const { sources, heartbeats } = settings.config.alerts;
      const reference = of === 'source' ? sources[name]?.secret : heartbeats[name]?.secret;
      return reference === undefined ? undefined : secret(reference).trim();
    },
    // Each that is received is its own: what says the same again may be news, but for what was signed at the same time.
    send: (all, before, signed = crypto.randomUUID()) =>
      queues.send(
        all.map((data: Heard, i) => ({
          queue: ALERTS,
          name: 'alert',
          id: jobId('alert', signed, i),
          data,
          priority: ALERT_PRIORITY,
          attempts: ATTEMPTS,
          before,
        })),
      ),
    signatures: {
      has: async (signature) => (await kept.get(`signed ${signature}`)) !== undefined,
      keep: (signature) => kept.set(`signed ${signature}`, '1', SIGNED),
    },
    heard,
    audit: auditNotes(redis),
    counts: counts(redis),
    take: hookRates(redis),
    now: () => redisNow(redis),
    hide: (text) => hiding.redact(text),
    log,
  });
}
