import show from '../jobs/show.ts';
import { WebChat } from './chat/web.ts';
import { complete } from './core/complete.ts';
import type { Commands, Log } from './core/ports.ts';
import { ears } from './ears.ts';
import { outboxOf } from './messages.ts';
import { base, type Part } from './part.ts';
import { type Rooms, startRooms } from './rooms.ts';
import { follow } from './settings.ts';
import { memory } from './store/chats.ts';
import { Views } from './views.ts';

export interface GatewayOptions {
  readonly redis: string;
  readonly port?: number;
  readonly token: string;
  readonly version: string;
  readonly commands: Commands;
  readonly log: Log;
}

/** Where everything said in the console is shown. */
const CONSOLE = { chat: 'web', room: 'console' } as const;
/** Cards of which the gateway remembers what it has shown. */
const REMEMBERED = 1000;

/** Starts a gateway: chats, no host and no key. Outside practice it serves no console yet. */
export async function startGateway(options: GatewayOptions): Promise<Part & { readonly url: string | undefined; readonly rooms: Rooms }> {
  const { commands, log } = options;
  const all = await base(options.redis, log);
  const { redis, queues, close } = all;
  const rules = follow(redis);
  const views = new Views(redis, rules, commands);
  const settings = await rules();
  const rooms = await startRooms({ base: all, settings, rules, views, commands, log });
  if (!settings.config.practice) {
    return {
      url: undefined,
      rooms,
      async close() {
        await rooms.close();
        await close();
      },
    };
  }
  const web = new WebChat({
    port: options.port ?? settings.config.web.port,
    token: options.token,
    version: options.version,
    place: CONSOLE,
    people: async () => [...(await rules()).policy.people.values()].map(({ id, name, lang, roles }) => ({ id, name, lang, roles })),
    recent: () => views.recent(),
    async complete(id, text) {
      const person = (await rules()).policy.people.get(id);
      return person ? complete(text, await views.known(person), person.lang) : { from: text.length, choices: [] };
    },
  });
  await web.listen(ears({ chat: 'practice', queues, rules, views, commands, memory: memory(redis, 'web'), hearing: () => undefined }));
  const newestShown = new Map<string, number>();
  await queues.work(
    outboxOf(CONSOLE.chat),
    async (_name, data) => {
      await show.take(show.payload.parse(data), {
        isShown: async (card, rev) => (newestShown.get(card) ?? 0) >= rev,
        async show(id) {
          const newest = await views.view(id);
          if (!newest) return;
          const message = await views.message(newest, 'en');
          await web.show(message);
          newestShown.delete(id);
          newestShown.set(id, message.card.rev);
          const [oldest] = newestShown.keys();
          if (newestShown.size > REMEMBERED && oldest !== undefined) newestShown.delete(oldest);
        },
      });
    },
    16,
  );
  return {
    url: web.url,
    rooms,
    async close() {
      await web.close();
      await rooms.close();
      await close();
    },
  };
}
