import type { Config } from '../config/schema.ts';
import { vitals } from './chat/vitals.ts';
import type { Log } from './core/ports.ts';
import { secret } from './hosts/secret.ts';
import { measures } from './measures.ts';
import type { Base, Part } from './part.ts';
import { keepPresent } from './presence.ts';
import { ready } from './ready.ts';
import type { Rooms } from './rooms.ts';
import type { Settings } from './settings.ts';
import { counts } from './store/counts.ts';
import { presence } from './store/presence.ts';

interface About {
  readonly base: Pick<Base, 'redis'>;
  rules(): Promise<Settings>;
  readonly config: Config;
  readonly version: string;
  readonly log: Log;
}

/** What is served of this gateway's own state on its port. */
export function vitalsOf({ base: { redis }, rules, config, version, log }: About): ReturnType<typeof vitals> {
  return vitals({
    ready: together(() => ready(redis, rules, presence(redis))),
    metrics: together(() => measures({ redis, rules, version })),
    url: config.web.url,
    token() {
      try {
        return config.web.metrics === undefined ? undefined : secret(config.web.metrics).trim() || undefined;
      } catch (error) {
        log('web.metrics cannot be read', error);
        return undefined;
      }
    },
  });
}

/** Asked by many at once it is looked once. */
function together<T>(look: () => Promise<T>): () => Promise<T> {
  let looking: Promise<T> | undefined;
  return () =>
    (looking ??= look().finally(() => {
      looking = undefined;
    }));
}

/** How often it is noted what was sent, in milliseconds. */
const NOTED = 1000;

/** Notes that this gateway is there, with the chats it speaks in and hears, and counts what it sends there. */
export async function keepVitals(redis: Base['redis'], version: string, rooms: () => Pick<Rooms, 'state' | 'counts'> | undefined): Promise<Part> {
  const counting = counts(redis);
  const before = new Map<string, { sent: number; throttled: number }>();
  const note = () => {
    for (const chat of ['slack', 'matrix', 'mail', 'ntfy']) {
      const now = rooms()?.counts(chat);
      if (!now) {
        before.delete(chat);
        continue;
      }
      const was = before.get(chat) ?? { sent: 0, throttled: 0 };
      const [sent, throttled] = [now.sent - was.sent, now.throttled - was.throttled];
      if (sent > 0) counting.add('hostler_messages_sent_total', { chat }, sent);
      if (throttled > 0) counting.add('hostler_messages_throttled_total', { chat }, throttled);
      before.set(chat, { ...now });
    }
  };
  const timer = setInterval(note, NOTED).unref();
  const here = await keepPresent(redis, { kind: 'gateway', version }, () => rooms()?.state() ?? {});
  return {
    async close() {
      clearInterval(timer);
      note();
      await here.close();
      await counting.close();
    },
  };
}
