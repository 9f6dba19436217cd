import type { Redis } from 'ioredis';
import type { Journal } from '../core/journal.ts';
import { notesOfEntry } from '../core/notes.ts';
import type { Journals, Plans } from '../core/ports.ts';
import type { Entry, Part } from '../core/types.ts';
import { FENCE, fenced } from './fence.ts';
import { noting, xadd } from './notes.ts';
import { key } from './redis.ts';

/** The format of stored plans and journals; a newer one is left alone. */
const FORMAT = 1;

function readable(format: string | null, name: string): void {
  if (format !== null && Number(format) > FORMAT) throw new Error(`${name} was written by a newer version (format ${format})`);
}

/** How long plans and journals are kept, in seconds. */
const KEPT = 30 * 86_400;

/**
 * Plans by ticket and round, not by digest: two plans of one digest may differ in what people read, such as ages and answers.
 * One hash each: a field per site's part, `plan`, `report` and `format`.
 */
export function plans(redis: Redis): Plans {
  const hash = (ticket: string, round: number) => key('plan', ticket, round);
  const save = async (name: string, field: string, value: unknown) => {
    await redis
      .multi()
      .hset(name, { format: FORMAT, [field]: JSON.stringify(value) })
      .expire(name, KEPT)
      .exec();
  };
  const load = async (name: string, field: string) => {
    const [format = null, json = null] = await redis.hmget(name, 'format', field);
    readable(format, name);
    return json === null ? undefined : JSON.parse(json);
  };
  return {
    savePart: (ticket, round, site, part) => save(hash(ticket, round), `part ${site}`, part),
    async parts(ticket, round) {
      const fields = await redis.hgetall(hash(ticket, round));
      readable(fields.format ?? null, ticket);
      const parts = Object.entries(fields).flatMap(([field, json]): [string, Part][] =>
        field.startsWith('part ') ? [[field.slice(5), JSON.parse(json)]] : [],
      );
      return Object.fromEntries(parts);
    },
    savePlan: (ticket, round, plan) => save(hash(ticket, round), 'plan', plan),
    plan: (ticket, round) => load(hash(ticket, round), 'plan'),
    saveReport: (ticket, round, blocks) => save(hash(ticket, round), 'report', blocks),
    report: (ticket, round) => load(hash(ticket, round), 'report'),
  };
}

/** KEYS lease, held, journal; ARGV the right, format, step, entry, seconds, and what is noted. Returns 1 when it was written. */
const WRITE = `${FENCE}
redis.call('HSET', KEYS[3], 'format', ARGV[4], ARGV[5], ARGV[6])
redis.call('HINCRBY', KEYS[3], 'lines', 1)
redis.call('EXPIRE', KEYS[3], ARGV[7])
${xadd(8)}
return 1`;

/** Journals: a hash per ticket and round, a field per step, `format`, and `lines`, which counts every write. */
export function journals(redis: Redis): Journals {
  const hash = (ticket: string, round: number) => key('journal', ticket, round);
  return {
    async read(ticket, round) {
      const { lines = '0', format = null, ...fields } = await redis.hgetall(hash(ticket, round));
      readable(format, ticket);
      const journal: Journal = Object.fromEntries(Object.entries(fields).map(([step, json]): [number, Entry] => [Number(step), JSON.parse(json)]));
      return { journal, lines: Number(lines) };
    },
    async write(ticket, round, step, entry, right) {
      const { keys, args } = fenced(ticket, right);
      const name = hash(ticket, round);
      const noted = noting(notesOfEntry(ticket, round, step, entry));
      return (await redis.eval(WRITE, 3, ...keys, name, ...args, FORMAT, step, JSON.stringify(entry), KEPT, ...noted)) === 1;
    },
  };
}
