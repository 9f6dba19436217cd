import type { Present } from './ports.ts';

/** Whether all that is needed is there, by part: `ok`, or what is missing. */
export interface Ready {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** How long a chat may take to come up before it counts as deaf, in milliseconds. */
const STARTING = 60_000;

/** What a gateway knows of it. `present`: undefined where Redis or the configuration cannot be asked. */
export interface Looked {
  readonly redis: boolean;
  readonly configuration: boolean;
  readonly chats: readonly string[];
  readonly present?: readonly Present[];
  readonly now: number;
}

/** Whether the bot can be spoken to: Redis and a desk are there, and every chat is heard by a gateway, or may still be starting. A site that is away says so by itself. Pure. */
export function readiness({ redis, configuration, chats, present = [], now }: Looked): Ready {
  const missing = (is: boolean, why: string) => (is ? 'ok' : why);
  const gateways = present.filter(({ kind }) => kind === 'gateway');
  const chat = (name: string) => {
    if (gateways.some(({ hears = [] }) => hears.includes(name))) return 'ok';
    return gateways.some(({ since }) => now - since < STARTING) ? 'starting' : 'not heard';
  };
  const parts: Record<string, string> = {
    redis: missing(redis, 'does not answer'),
    configuration: missing(configuration, 'not there'),
    ...(redis && configuration
      ? {
          desk: missing(
            present.some(({ kind }) => kind === 'desk'),
            'none is running',
          ),
          ...Object.fromEntries(chats.map((name) => [name, chat(name)])),
        }
      : {}),
  };
  return { ready: Object.values(parts).every((state) => state === 'ok' || state === 'starting'), parts };
}
