import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Note, note } from '../core/audit.ts';
import { planOf, type Ticket } from '../core/ticket.ts';
import { place } from './audithead.ts';
import { NOTES_FORMAT, STREAM } from './notes.ts';

/** Longest text kept of what is no note, in characters. */
const GARBLED = 2000;

/** A note on its way into the chain. */
export interface Coming {
  readonly note: Note;
  readonly from: string;
}

/** The notes of the next so many entries after one, in the order of the stream; none when all are in the chain. Throws when a newer version wrote the next of them. */
export async function comingAfter(redis: Redis, from: string, count: number): Promise<Coming[]> {
  const { id, i } = place(from);
  const entries = await redis.xrange(STREAM, id === '' ? '-' : id, '+', 'COUNT', count);
  const found: Coming[] = [];
  for (const [entry, fields] of entries) {
    const notes = notesIn(entry, fields);
    if (notes === 'newer') {
      if (found.length > 0) return found;
      throw new Error('what is next in the audit was written by a newer version');
    }
    for (const [n, one] of notes.entries()) if (entry !== id || n > i) found.push({ note: one, from: `${entry}.${n}` });
  }
  return found;
}

/** Whether the stream has never come as far as this place: it is another than it was, or was set back. False where there is nothing to compare with. */
export async function isBefore(redis: Redis, from: string): Promise<boolean> {
  const { id } = place(from);
  if (id === '') return false;
  if ((await redis.exists(STREAM)) === 0) return true;
  const info = await redis.xinfo('STREAM', STREAM);
  const last = Array.isArray(info) ? info[info.indexOf('last-generated-id') + 1] : undefined;
  if (typeof last !== 'string') return false;
  const [[ms = 0, n = 0], [wasMs = 0, wasN = 0]] = [last.split('-').map(Number), id.split('-').map(Number)];
  return ms < wasMs || (ms === wasMs && n < wasN);
}

/** The notes of an entry; whatever else stands there is kept as what it is. */
function notesIn(id: string, fields: readonly string[]): readonly Note[] | 'newer' {
  const at = fields.indexOf('format');
  if (at % 2 === 0 && Number(fields[at + 1]) > NOTES_FORMAT) return 'newer';
  try {
    const parsed = notes.safeParse(JSON.parse(fields[fields.indexOf('notes') + 1] ?? ''));
    if (parsed.success) return parsed.data;
  } catch {
    // no JSON
  }
  return [{ at: Number(id.split('-')[0]), kind: 'garbled', more: { text: JSON.stringify(fields).slice(0, GARBLED) } }];
}
const notes = z.array(note).min(1).max(1000);

/** Steps are noted by workers, who know no more than the request's id: what was asked by whom, and where it acts, is added. */
export async function withRequest(coming: readonly Coming[], ticketOf: (id: string) => Promise<Ticket | undefined>): Promise<Coming[]> {
  const ids = [...new Set(coming.flatMap(({ note: { kind, ticket } }) => (kind === 'step' && ticket !== undefined ? [ticket] : [])))];
  const found = new Map(await Promise.all(ids.map(async (id) => [id, await ticketOf(id).catch(() => undefined)] as const)));
  return coming.map((one) => {
    const ticket = one.note.kind === 'step' ? found.get(one.note.ticket ?? '') : undefined;
    return ticket ? { ...one, note: { ...about(ticket, one.note), ...one.note } } : one;
  });
}

function about(ticket: Ticket, { more }: Note): Partial<Note> {
  const plan = planOf(ticket);
  const its = plan !== undefined && plan.round === more?.round ? { hosts: plan.hosts, digest: plan.digest } : {};
  return { asker: ticket.by, command: ticket.command, ...(ticket.private ? { private: true } : {}), ...its };
}
