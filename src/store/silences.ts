import type { Redis } from 'ioredis';
import type { Silence, Written } from '../core/alerts/alert.ts';
import type { Silences } from '../core/ports.ts';
import { redisNow } from './clock.ts';
import { key } from './redis.ts';

/** The format of what is stored; a newer one is left alone. */
const FORMAT = 1;
/** How often what is over is given until it was taken back, in milliseconds. */
const AGAIN = 60_000;
/** How long what is over is kept where nothing has to be taken back, in milliseconds: word of where it was written may be late. */
const LATE = 86_400_000;

/** A field each, `{format, silence, endedAt}`. */
const SILENCES = key('silences');
/** What became of each at a source, a field a silence and source. */
const WRITTEN = key('silences', 'written');
const MARKED = key('silences', 'marked');

interface Stored {
  readonly format: number;
  readonly silence: Silence;
  /** Somebody ended it before its time. */
  readonly endedAt?: number;
}

/** KEYS silences; ARGV id, JSON expected, JSON. Returns 1 when it was as expected. */
const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** Silences in Redis; all times are by its clock. */
export function silences(redis: Redis): Silences {
  async function all(): Promise<readonly Stored[]> {
    const [some, written] = await Promise.all([redis.hvals(SILENCES), redis.hgetall(WRITTEN)]);
    const notes = Object.entries(written).map(([field, json]) => {
      const [id = '', ...source] = field.split(' ');
      return { id, source: source.join(' '), what: JSON.parse(json) as Written };
    });
    return some.flatMap((json): Stored[] => {
      const stored: Stored = JSON.parse(json);
      if (stored.format !== FORMAT) return [];
      const own = notes.filter(({ id }) => id === stored.silence.id).map(({ source, what }) => [source, what] as const);
      return [own.length === 0 ? stored : { ...stored, silence: { ...stored.silence, written: Object.fromEntries(own) } }];
    });
  }
  async function forget(id: string): Promise<void> {
    const fields = (await redis.hkeys(WRITTEN)).filter((field) => field.startsWith(`${id} `));
    await redis.hdel(SILENCES, id);
    if (fields.length > 0) await redis.hdel(WRITTEN, ...fields);
  }
  return {
    async list() {
      const [some, now] = await Promise.all([all(), redisNow(redis)]);
      const inForce = some.filter(({ silence, endedAt }) => endedAt === undefined && silence.until > now);
      return inForce.map(({ silence }) => silence).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    },
    async get(id) {
      const json = await redis.hget(SILENCES, id);
      const stored: Stored | undefined = json === null ? undefined : JSON.parse(json);
      return stored?.format === FORMAT ? stored.silence : undefined;
    },
    async add(silence) {
      await redis.hsetnx(SILENCES, silence.id, JSON.stringify({ format: FORMAT, silence })); // done again, after it was ended, it does not begin anew
    },
    async end(id) {
      for (;;) {
        const json = await redis.hget(SILENCES, id);
        const stored: Stored | undefined = json === null ? undefined : JSON.parse(json);
        const now = await redisNow(redis);
        if (!json || stored?.format !== FORMAT || stored.endedAt !== undefined || stored.silence.until <= now) return undefined;
        const next: Stored = { ...stored, endedAt: now };
        if ((await redis.eval(REPLACE, 1, SILENCES, id, json, JSON.stringify(next))) === 1) return stored.silence;
      }
    },
    async written(id, source, what) {
      if ((await redis.hexists(SILENCES, id)) === 1) await redis.hset(WRITTEN, `${id} ${source}`, JSON.stringify(what));
    },
    async over(now) {
      const due: Silence[] = [];
      for (const { silence, endedAt } of await all()) {
        const end = endedAt ?? silence.until;
        if (end > now) continue;
        const isWritten = Object.values(silence.written ?? {}).some((what) => 'id' in what);
        if (!isWritten && now - end > LATE) await forget(silence.id);
        else if (isWritten && (await redis.set(key('silences', 'told', silence.id), '1', 'PX', AGAIN, 'NX')) === 'OK') due.push(silence);
      }
      return due;
    },
    forget,
    async lingering() {
      const [some, now] = await Promise.all([all(), redisNow(redis)]);
      const ended = some.filter(({ silence, endedAt }) => endedAt !== undefined && silence.until > now);
      return ended.map(({ silence }) => silence).filter(({ written = {} }) => Object.values(written).some((what) => 'id' in what));
    },
    marked: async () => (await redis.get(MARKED)) ?? undefined,
    async mark(ids) {
      await redis.set(MARKED, ids);
    },
  };
}
