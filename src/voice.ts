import { setTimeout as sleep } from 'node:timers/promises';
import show from '../jobs/show.ts';
import type { Pace } from './chat/pace.ts';
import { Speaker } from './chat/speaker.ts';
import { nameOf, type Shelf, type Showing } from './chat/wish.ts';
import type { At, Chat, Message } from './core/chat.ts';
import { Later } from './core/errors.ts';
import type { Place } from './core/types.ts';
import { outboxOf } from './messages.ts';
import type { Base, Part } from './part.ts';
import { read } from './queue/bullmq.ts';
import { posts } from './store/chats.ts';
import { turns } from './store/leases.ts';
import { noteSpoke } from './store/standing.ts';

export interface VoiceOptions {
  readonly base: Pick<Base, 'redis' | 'queues' | 'log'>;
  readonly platform: string;
  readonly pace: Pace;
  /** The chat to speak in, for as long as it is this gateway's turn. */
  open(): Promise<Pick<Chat, 'show' | 'tidy' | 'close'>>;
  showing(card: string, place: Place, alone: boolean): Promise<Showing | undefined>;
  /** What a message becomes right before it is brought to its place. */
  filled(message: Message, at: At): Promise<Message>;
  /** Called when a card was shown where one person alone sees it. */
  alone?(card: string, place: Place): void;
}

/** Messages of the outbox that are taken at once: each only notes that a card is wanted. */
const ABREAST = 64;
/** How often it is looked whose turn it is, in milliseconds. */
const LOOK = 300;

/** Speaks in a chat whenever it is this gateway's turn: one gateway at a time, so that one rate is kept and no card goes back in time. */
export function startVoice({
  base: { redis, queues, log },
  platform,
  pace,
  open,
  showing,
  filled,
  alone,
}: VoiceOptions): Part & { speaker(): Speaker | undefined } {
  const stop = new AbortController();
  const leases = turns(redis);
  const name = `speak ${platform}`;
  let speaker: Speaker | undefined;

  async function turn(): Promise<void> {
    const lease = await leases.take(name, 'gateway');
    if (!lease) return;
    const closers: (() => Promise<unknown>)[] = [() => lease.release()];
    try {
      const chat = await open();
      closers.push(() => chat.close());
      const kept = posts<Shelf>(redis, platform, nameOf, { name, token: lease.token });
      const mine = new Speaker({
        chat: {
          async show(message, at) {
            const shown = await chat.show(await filled(message, at), at);
            await noteSpoke(redis, platform).catch(() => undefined);
            return shown;
          },
          ...(chat.tidy ? { tidy: (doubt) => chat.tidy?.(doubt) ?? Promise.resolve() } : {}),
        },
        posts: kept,
        pace,
        log,
        held: lease.held,
        showing: (want, only) => showing(want.card, want.place, only),
        alone: ({ card, place }) => alone?.(card, place),
      });
      closers.push(() => mine.close());
      await mine.begin();
      speaker = mine;
      const work = await queues.work(
        outboxOf(platform),
        async (_name, data) => {
          if (!lease.held()) throw new Later(500); // whoever speaks now takes it
          await show.take(read(show.payload, data), {
            isShown: async (card, rev, place) => ((await kept.shelf({ card, place, lane: 0, id: '' }))?.rev ?? 0) >= rev,
            show: (card, place, lane) => mine.want({ card, place, lane }),
          });
        },
        ABREAST,
      );
      closers.push(() => work.close());
      while (lease.held() && !stop.signal.aborted) await sleep(LOOK, undefined, { signal: stop.signal }).catch(() => undefined);
    } finally {
      speaker = undefined;
      for (const close of closers.reverse()) await close().catch((error: unknown) => log(`${platform} was not left in good order`, error));
    }
  }

  const turning = (async () => {
    while (!stop.signal.aborted) {
      await turn().catch((error: unknown) => log(`the gateway cannot speak in ${platform}`, error));
      await sleep(LOOK, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();

  return {
    speaker: () => speaker,
    async close() {
      stop.abort();
      await turning;
    },
  };
}
