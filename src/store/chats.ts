import type { Redis } from 'ioredis';
import type { Memory } from '../core/chat.ts';
import type { Place } from '../core/types.ts';
import { key } from './redis.ts';

/** The format of what is noted here. */
const FORMAT = 1;
/** How long it is remembered what stands in a room, in milliseconds. */
const REMEMBERED = 30 * 86_400_000;

/** KEYS hash; ARGV field, id. Removes the field if it is of this wish. */
const DONE = `
local now = redis.call('HGET', KEYS[1], ARGV[1])
if now and cjson.decode(now).id == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end`;

interface Wish {
  readonly card: string;
  readonly place: Place;
  readonly lane: number;
  readonly id: string;
}

/** KEYS the turn to speak, shelf; ARGV the turn's token, JSON, milliseconds. Returns 0 when it is another's turn. */
const KEEP = `
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1`;

/** What is to be shown in a chat, and what stands there. `Shelf` is kept as it is given, by whose turn it is to speak. */
export function posts<Shelf>(redis: Redis, chat: string, nameOf: (wish: Wish) => string, turn: { readonly name: string; readonly token: number }) {
  const wanted = key('chat', chat, 'wanted');
  const lingering = key('chat', chat, 'lingering');
  const wishes = async (name: string): Promise<Wish[]> =>
    (await redis.hvals(name)).flatMap((json) => {
      const { format, ...wish }: Wish & { format: number } = JSON.parse(json);
      return format > FORMAT ? [] : [wish]; // a newer version's is left to it
    });
  const shelf = (wish: Wish) => key('chat', chat, 'shelf', nameOf(wish));
  return {
    async want(wish: Wish): Promise<void> {
      await redis.hset(wanted, nameOf(wish), JSON.stringify({ format: FORMAT, ...wish }));
    },
    wanted: () => wishes(wanted),
    async done(wish: Wish): Promise<void> {
      await redis.eval(DONE, 1, wanted, nameOf(wish), wish.id);
    },
    async linger(wish: Wish): Promise<void> {
      await redis.hset(lingering, nameOf(wish), JSON.stringify({ format: FORMAT, ...wish }));
    },
    lingering: () => wishes(lingering),
    async over(wish: Wish): Promise<void> {
      await redis.hdel(lingering, nameOf(wish));
    },
    async shelf(wish: Wish): Promise<Shelf | undefined> {
      const json = await redis.get(shelf(wish));
      if (json === null) return undefined;
      const { format, kept }: { format: number; kept: Shelf } = JSON.parse(json);
      if (format > FORMAT) throw new Error(`what stands in ${chat} was noted by a newer version`);
      return kept;
    },
    async keep(wish: Wish, kept: Shelf): Promise<void> {
      if ((await redis.eval(KEEP, 2, key('turn', turn.name), shelf(wish), String(turn.token), JSON.stringify({ format: FORMAT, kept }), REMEMBERED)) === 1)
        return;
      throw new Error('it is the turn of another gateway');
    },
  };
}

/** What a chat's adapter remembers. */
export function memory(redis: Redis, chat: string): Memory {
  const at = (name: string) => key('chat', chat, 'memory', name);
  return {
    get: async (name) => (await redis.get(at(name))) ?? undefined,
    async set(name, value, forMs) {
      if (forMs === undefined) await redis.set(at(name), value);
      else await redis.set(at(name), value, 'PX', Math.max(1, Math.round(forMs)));
    },
    claim: async (name, value, forMs) => (await redis.set(at(name), value, 'PX', Math.max(1, Math.round(forMs)), 'NX')) === 'OK',
    async drop(name) {
      await redis.del(at(name));
    },
  };
}
