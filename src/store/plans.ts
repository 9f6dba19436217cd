import type { Redis } from 'ioredis';
import type { Journal } from '../core/journal.ts';
import type { Journals, Plans } from '../core/ports.ts';
import type { Entry, Part } from '../core/types.ts';
import { key } from './redis.ts';

/** How long plans and journals are kept, in seconds. */
const KEPT = 30 * 86_400;

/**
 * Plans by ticket and round, not by digest: two plans of one digest may differ in what people read, such as ages and answers.
 * One hash each: a field per site's part, `plan` and `report`.
 */
export function plans(redis: Redis): Plans {
  const hash = (ticket: string, round: number) => key('plan', ticket, round);
  const save = async (name: string, field: string, value: unknown) => {
    await redis.multi().hset(name, field, JSON.stringify(value)).expire(name, KEPT).exec();
  };
  const load = async (name: string, field: string) => {
    const json = await redis.hget(name, field);
    return json === null ? undefined : JSON.parse(json);
  };
  return {
    savePart: (ticket, round, site, part) => save(hash(ticket, round), `part ${site}`, part),
    async parts(ticket, round) {
      const fields = await redis.hgetall(hash(ticket, round));
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

/** Journals: a hash per ticket and round, a field per step, and `lines`, which counts every write. */
export function journals(redis: Redis): Journals {
  const hash = (ticket: string, round: number) => key('journal', ticket, round);
  return {
    async read(ticket, round) {
      const { lines = '0', ...fields } = await redis.hgetall(hash(ticket, round));
      const journal: Journal = Object.fromEntries(Object.entries(fields).map(([step, json]): [number, Entry] => [Number(step), JSON.parse(json)]));
      return { journal, lines: Number(lines) };
    },
    async write(ticket, round, step, entry) {
      const name = hash(ticket, round);
      await redis.multi().hset(name, step, JSON.stringify(entry)).hincrby(name, 'lines', 1).expire(name, KEPT).exec();
    },
  };
}
