import type { Redis } from 'ioredis';
import { advance } from '../core/advance.ts';
import { ofToday } from '../core/earlier.ts';
import { notesOf } from '../core/notes.ts';
import type { Tickets } from '../core/ports.ts';
import { type Event, type In, isOver, runLease, type Ticket } from '../core/ticket.ts';
import { lastKey } from './fence.ts';
import { noting, xadd } from './notes.ts';
import { key } from './redis.ts';

/** How long a ticket is kept after its end, in seconds; until then the same event makes no second one. */
const KEPT = 7 * 86_400;
/** How many tickets a newly opened console can see. */
const RECENT = 100;

/** Creates the ticket unless it exists. KEYS ticket, open, recent; ARGV id, rev, json, over, askedAt, kept, recent, and what is noted. */
const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'json', ARGV[3])
if ARGV[4] == '1' then redis.call('EXPIRE', KEYS[1], ARGV[6]) else redis.call('SADD', KEYS[2], ARGV[1]) end
redis.call('ZADD', KEYS[3], ARGV[5], ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[7])
${xadd(8)}
return 1`;

/** Replaces the ticket if nobody else did. KEYS ticket, last token of the lease it is told under; ARGV expected rev, rev, json, over, kept, token or '', and what is noted. Returns 2 when another has that lease since. */
const CHANGE = `
if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then return 0 end
if ARGV[6] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[6] then return 2 end
redis.call('HSET', KEYS[1], 'rev', ARGV[2], 'json', ARGV[3])
if ARGV[4] == '1' then redis.call('EXPIRE', KEYS[1], ARGV[5]) end
${xadd(7)}
return 1`;

/** Called once for every change: what the ticket was, and what it is. */
export type Seen = (before: Ticket | undefined, now: Ticket) => void;

/** Tickets in Redis. */
export function tickets(redis: Redis, seen: Seen = () => undefined): Tickets & { recent(): Promise<string[]> } {
  const open = key('open');
  const recent = key('recent');
  async function get(id: string): Promise<Ticket | undefined> {
    const json = await redis.hget(key('ticket', id), 'json');
    return json === null ? undefined : readTicket(json);
  }
  return {
    get,
    async create(ticket, notes = notesOf(undefined, undefined, ticket)) {
      const over = isOver(ticket) ? '1' : '0';
      const made = await redis.eval(
        CREATE,
        3,
        key('ticket', ticket.id),
        open,
        recent,
        ticket.id,
        String(ticket.rev),
        JSON.stringify(ticket),
        over,
        ticket.askedAt,
        KEPT,
        RECENT,
        ...noting(notes),
      );
      if (made === 1) seen(undefined, ticket);
      return made === 1;
    },
    async change(id: string, event: Event, rev?: number) {
      for (;;) {
        const ticket = await get(id);
        if (!ticket || (rev !== undefined && ticket.rev !== rev)) return ticket;
        const next = advance(ticket, event);
        if (next === ticket) return ticket;
        const told =
          'token' in event && event.token !== undefined
            ? { last: lastKey(runLease(id, event.site)), token: String(event.token) }
            : { last: key('ticket', id), token: '' };
        const over = isOver(next) ? '1' : '0';
        const done = await redis.eval(
          CHANGE,
          2,
          key('ticket', id),
          told.last,
          String(ticket.rev),
          String(next.rev),
          JSON.stringify(next),
          over,
          KEPT,
          told.token,
          ...noting(notesOf(ticket, event, next)),
        );
        if (done === 1) {
          seen(ticket, next);
          return next;
        }
        if (done === 2) return ticket; // the word of a worker that is no longer in charge
      }
    },
    open: () => redis.smembers(open),
    async close(id) {
      await redis.srem(open, id);
    },
    recent: () => redis.zrange(recent, '0', '-1'),
    async byCode(code) {
      return (await redis.get(key('code', code))) ?? undefined;
    },
    async keepCode(code, ticket, forMs) {
      if ((await redis.set(key('code', code), ticket, 'PX', forMs, 'NX')) === 'OK') return true;
      return (await redis.get(key('code', code))) === ticket;
    },
  };
}

/** A stored ticket. Throws when it was written by a newer version. */
export function readTicket(json: string): Ticket {
  const ticket: Ticket = JSON.parse(json);
  if (ticket.format !== 1) throw new Error(`a ticket of format ${ticket.format} was written by a newer version`);
  return ticket.state === 'unknown' ? opened(ticket) : ofToday(ticket);
}

/** The first version took `unknown` for an end, and kept only that: such a ticket waits for someone's word. */
function opened(ticket: In<'unknown'>): Ticket {
  const since = 'endedAt' in ticket && typeof ticket.endedAt === 'number' ? ticket.endedAt : ticket.askedAt;
  return { ...{ since, checkedAt: since, ends: {}, wave: 0 }, ...ticket };
}
