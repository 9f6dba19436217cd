import type { Redis } from 'ioredis';
import type { Shown } from '../core/ports.ts';
import type { Place } from '../core/types.ts';
import { key } from './redis.ts';

/** What is known of what stands in chats, to be read only. `nameOf`: what a card in a place is called on its shelf. */
export function standing(redis: Redis, nameOf: (one: { readonly card: string; readonly place: Place }) => string): Shown {
  return {
    async stands(card, place, since) {
      const json = await redis.get(key('chat', place.chat, 'shelf', nameOf({ card, place })));
      const { kept }: { readonly kept?: { readonly post?: unknown; readonly shownAt?: number } } = JSON.parse(json ?? '{}');
      return kept?.post !== undefined && (kept.shownAt ?? 0) >= since - SKEW;
    },
    async spoke(chat) {
      return Number((await redis.get(key('chat', chat, 'spoke'))) ?? 0);
    },
  };
}

/** Notes that a message was brought to a chat just now. */
export async function noteSpoke(redis: Redis, chat: string): Promise<void> {
  await redis.set(key('chat', chat, 'spoke'), Date.now());
}

/** How far the clocks of desk and gateway may be apart, in milliseconds. */
const SKEW = 60_000;
