import show from '../jobs/show.ts';
import { AlertViews, isAlertId } from './alertviews.ts';
import { type Gate, practiceGate, signedGate } from './chat/gate.ts';
import { WebChat } from './chat/web.ts';
import { complete } from './core/complete.ts';
import type { Commands, Log } from './core/ports.ts';
import { tellersOf } from './direct.ts';
import { ears } from './ears.ts';
import { enrolling } from './enrolling.ts';
import { startHooks } from './hooking.ts';
import { linkInto } from './loginlink.ts';
import { outboxOf } from './messages.ts';
import { base, type Part } from './part.ts';
import { read } from './queue/bullmq.ts';
import { type AwayTimes, watchRedis } from './redisaway.ts';
import { type Rooms, startRooms } from './rooms.ts';
import { follow } from './settings.ts';
import { signIns } from './signin.ts';
import { auditNotes } from './store/audit.ts';
import { memory } from './store/chats.ts';
import { sessions } from './store/sessions.ts';
import { shownCards } from './store/shown.ts';
import { Views } from './views.ts';
import { keepVitals, vitalsOf } from './vitals.ts';

export interface GatewayOptions {
  readonly redis: string;
  readonly port?: number;
  /** Lets the terminal in, in practice. */
  readonly token: string;
  readonly version: string;
  readonly commands: Commands;
  readonly log: Log;
  /** How soon it says that Redis is away. */
  readonly redisAway?: Partial<AwayTimes>;
}

/** Where everything said in the console, and in a terminal, is shown: everyone sees there what they may see. */
const CONSOLE = { chat: 'web', room: 'console' } as const;
const TERMINAL = { chat: 'web', room: 'terminal' } as const;
/** Cards of which the gateway remembers what it has shown. */
const REMEMBERED = 1000;

/** Starts a gateway: chats and the console, no host and no key. */
export async function startGateway(options: GatewayOptions): Promise<Part & { readonly url: string; readonly port: number; readonly rooms: Rooms }> {
  const { commands, log } = options;
  const all = await base(options.redis, log);
  const { redis, queues } = all;
  const closers: (() => Promise<void>)[] = [() => all.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const rules = follow(redis);
    const views = new Views(redis, rules, commands);
    const alertViews = new AlertViews(redis, rules, commands);
    const settings = await rules();
    const { practice, web: at } = settings.config;
    let last = settings;
    const asked = async () => {
      last = await rules();
    };
    const away = watchRedis(asked, () => tellersOf(last, log), options.redisAway);
    closers.push(() => away.close());
    const gate = (port: number): Gate => (practice ? practiceGate(port, options.token) : signedGate(port, at.url));
    const audit = auditNotes(redis);
    let rooms: Rooms | undefined;
    const here = await keepVitals(redis, options.version, () => rooms);
    closers.push(() => here.close());
    const enrols = enrolling({ redis, config: settings.config, audit, log });
    const hooks = await startHooks(all, rules);
    const web = new WebChat({
      port: options.port ?? at.port,
      version: options.version,
      gate,
      ...(practice ? {} : { signIn: signIns({ redis, rules, audit }) }),
      ...(enrols ? { enrolling: enrols } : {}),
      besides: [
        (request, response, port) => hooks.serve(request, response, gate(port).visitor(request).address),
        vitalsOf({ base: all, rules, config: settings.config, version: options.version, log }),
      ],
      place: (via) => (via === 'terminal' ? TERMINAL : CONSOLE),
      people: async () => [...(await rules()).policy.people.values()].map(({ id, name, lang, roles }) => ({ id, name, lang, roles })),
      recent: async () => [...(await alertViews.recent()), ...(await views.recent())].sort((a, b) => a.about.at - b.about.at),
      async complete(id, text) {
        const person = (await rules()).policy.people.get(id);
        return person ? complete(text, await views.known(person, text), person.lang) : { from: text.length, choices: [] };
      },
      async file(id, card, wanted) {
        const person = (await rules()).policy.people.get(id);
        return person && views.file(person, card, wanted);
      },
    });
    // What is said here is said by who is signed in, or in practice by whoever they say they are: nobody names the chat of an account but this line.
    const chat = practice ? 'practice' : 'web';
    await web.listen(ears({ chat, queues, rules, views, alertViews, commands, memory: memory(redis, 'web'), hearing: () => undefined }));
    closers.push(() => web.close());
    const filled = linkInto({ tickets: views.tickets, rules, store: sessions(redis), url: () => web.url });
    const look = async (id: string) => {
      if (isAlertId(id)) {
        const alert = web.isWatched ? await alertViews.message(id) : undefined;
        return alert && void (await web.show(alert));
      }
      const newest = await views.view(id);
      if (!newest) return undefined;
      const message = await views.message(newest, 'en');
      await web.show(message);
      return { ticket: newest.ticket, rev: message.card.rev };
    };
    const watch = async (id: string) => void (web.isWatched && (await look(id)));
    // A card is taken from the outbox by one gateway; those who look at another see it, too.
    const others = practice ? undefined : shownCards(redis, watch, log);
    if (others) closers.push(() => others.close());
    // What is shown in a chat has changed for those who look at it here, too.
    const lookers = async (id: string) => void (await Promise.all([watch(id), others?.tell(id)]));
    const seen: typeof filled = async (message, place) => {
      if (message.kind === 'card') lookers(message.card.id).catch((error: unknown) => log(`${message.card.id} was not shown in the console`, error));
      return filled(message, place);
    };
    // Who somebody is, is as new here as at the desk: what one takes for hers and the other for a stranger's is answered nowhere.
    rooms = await startRooms({ base: all, settings, rules: follow(redis, undefined, 0), views, alertViews, commands, filled: seen, log });
    const started = rooms;
    closers.push(() => started.close());

    const newestShown = new Map<string, number>();
    const bring = async (id: string): Promise<void> => {
      const newest = await look(id);
      if (!newest) return;
      newestShown.delete(id);
      newestShown.set(id, newest.rev);
      const [oldest] = newestShown.keys();
      if (newestShown.size > REMEMBERED && oldest !== undefined) newestShown.delete(oldest);
      // Those who may decide are called where they are; in practice they are here.
      if (!practice && newest.ticket.state === 'waiting') started.alone(id, newest.ticket.places[0] ?? CONSOLE);
    };
    await queues.work(
      outboxOf(CONSOLE.chat),
      async (_name, data) => {
        await show.take(read(show.payload, data), {
          isShown: async (card, rev) => (newestShown.get(card) ?? 0) >= rev,
          async show(id) {
            await bring(id);
            await others?.tell(id);
          },
        });
      },
      16,
    );
    return { url: web.url, port: web.port, rooms: started, close };
  } catch (error) {
    await close();
    throw error;
  }
}
