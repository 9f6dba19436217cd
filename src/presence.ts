import type { Redis } from 'ioredis';
import type { Presence, Present } from './core/ports.ts';
import type { Part } from './part.ts';
import { presence } from './store/presence.ts';

/** How often a part notes that it is there, in milliseconds. */
export const BEAT = 5000;

/** Which part notes its presence. `beatMs`: how often. */
export interface Who extends Pick<Present, 'kind' | 'site'> {
  readonly version?: string | undefined;
  readonly beatMs?: number | undefined;
}

/** Notes from time to time that this part is there, with what is so of it just then. Redis being away is no trouble of its own: it is noted the next time. */
export async function keepPresent(redis: Redis, who: Who, about: () => Pick<Present, 'speaks' | 'hears'> = () => ({})): Promise<Part> {
  const store: Presence = presence(redis);
  const { kind, site, version = '', beatMs = BEAT } = who;
  const me = { kind, id: crypto.randomUUID(), version, since: Date.now(), ...(site === undefined ? {} : { site }) };
  const note = () => store.note({ ...me, ...about() }).catch(() => undefined);
  await note();
  const timer = setInterval(note, beatMs).unref();
  return {
    async close() {
      clearInterval(timer);
      const left = store.leave(me).catch(() => undefined);
      await Promise.race([left, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    },
  };
}
