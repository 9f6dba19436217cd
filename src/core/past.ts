import { z } from 'zod';
import { type Audited, isEnd } from './audit.ts';
import type { AnyCommand } from './command.ts';
import type { Subject } from './policy.ts';
import { type Input, RISKS, type Risk } from './types.ts';

/** A request as policy was asked about it. `reads`: it changes nothing. `free`: nobody's yes was waited for, whatever the rules. */
export interface Past {
  readonly ticket: string;
  readonly at: number;
  readonly subject: Subject & { readonly by: string; readonly hosts: readonly string[]; readonly risk: Risk };
  readonly reads: boolean;
  readonly free: boolean;
}

/** One that ran, with the votes that stood, and whether it had been said why. */
export interface Ran extends Past {
  readonly votes: readonly PastVote[];
  readonly reasoned: boolean;
}
export interface PastVote {
  readonly by: string;
  readonly at: number;
  readonly room?: string;
  /** How it was proven. */
  readonly proof?: string;
}

/** What an entry of the audit means for who may do what. */
export interface Came {
  readonly asked?: Past;
  readonly ran?: Ran;
  readonly refused?: Past & { readonly rule?: string };
  /** A line that was no command for who said it. */
  readonly unread?: { readonly ticket: string; readonly at: number; readonly by: string; readonly line: string };
}

interface Open {
  readonly input: Input;
  readonly room?: string;
  readonly dry: boolean;
  readonly free: boolean;
  readonly line: string;
  readonly reasoned: boolean;
  readonly digest?: string;
  readonly past?: Past;
  readonly votes: ReadonlyMap<string, PastVote>;
}

const said = z.looseObject({
  input: z.record(z.string(), z.json()).default({}),
  dry: z.boolean().default(false),
  from: z.looseObject({ kind: z.string(), granted: z.string().optional() }).optional(),
});
const planned = z.looseObject({ risk: z.enum(RISKS), input: z.record(z.string(), z.json()).optional() });
const refusal = z.looseObject({ risk: z.enum(RISKS).optional() });
const cast = z.looseObject({ proof: z.looseObject({ kind: z.string() }).optional() });
const gone = z.looseObject({ votes: z.array(z.string()).default([]) });

/** After these a request is over. */
const OVER: readonly string[] = ['rejected', 'cancelled', 'expired', 'ended'];

/** Puts together, entry by entry, what policy was asked. Keeps only the requests that are under way. */
export function pastOf(commands: ReadonlyMap<string, AnyCommand>) {
  const open = new Map<string, Open>();

  function take(entry: Audited): Came {
    const { ticket, kind } = entry;
    if (ticket === undefined) return {};
    if (kind === 'said') open.set(ticket, heard(entry));
    const known = open.get(ticket) ?? (kind === 'planned' ? heard(entry) : undefined);
    if (!known) return {}; // it began before what is at hand
    const came = of(entry, known, ticket);
    if (OVER.includes(kind) || isEnd(entry)) open.delete(ticket);
    return came;
  }

  function of(entry: Audited, known: Open, ticket: string): Came {
    switch (entry.kind) {
      case 'planned': {
        const more = planned.safeParse(entry.more).data;
        if (!more || (known.past && known.digest === entry.digest)) return {}; // the same plan once more: its votes stand
        const past = pastAt(entry, { ...known, input: more.input ?? known.input }, more.risk, ticket);
        open.set(ticket, { ...known, past, votes: new Map(), ...(entry.digest === undefined ? {} : { digest: entry.digest }) });
        return { asked: past };
      }
      case 'voted': {
        const { by = '', at, room } = entry;
        const proof = cast.safeParse(entry.more).data?.proof?.kind;
        const vote = { by, at, ...(room === undefined ? {} : { room }), ...(proof === undefined ? {} : { proof }) };
        open.set(ticket, { ...known, votes: new Map([...known.votes, [by, vote]]) });
        return {};
      }
      case 'reasoned':
        open.set(ticket, { ...known, reasoned: true });
        return {};
      case 'withdrawn':
      case 'voided': {
        const lost = entry.kind === 'withdrawn' ? [entry.by] : (gone.safeParse(entry.more).data?.votes ?? []);
        open.set(ticket, { ...known, votes: new Map([...known.votes].filter(([by]) => !lost.includes(by))) });
        return {};
      }
      case 'dispatched':
        return known.past ? { ran: { ...known.past, at: entry.at, votes: [...known.votes.values()], reasoned: known.reasoned } } : {};
      case 'refused': {
        const { rule, command = '' } = entry;
        if (known.past || !isEnd(entry)) return {};
        if (command === '') return { unread: { ticket, at: entry.at, by: entry.asker ?? entry.by ?? '', line: known.line } };
        const risk = refusal.safeParse(entry.more).data?.risk ?? commands.get(command)?.risk;
        if (risk === undefined) return {};
        return { refused: { ...pastAt(entry, known, risk, ticket), ...(rule === undefined ? {} : { rule }) } };
      }
      default:
        return {};
    }
  }

  function pastAt({ at, asker, by, command = '', hosts = [] }: Audited, known: Open, risk: Risk, ticket: string): Past {
    const { input, room, dry, free } = known;
    const subject = { command, input, hosts, risk, by: asker ?? by ?? '', ...(room === undefined ? {} : { room }) };
    return { ticket, at, subject, reads: dry || commands.get(command)?.risk === 'none', free };
  }
  return { take };
}

function heard({ more, room, line = '' }: Audited): Open {
  const found = said.safeParse(more).data;
  const { input = {}, dry = false, from } = found ?? {};
  const free = from?.granted !== undefined || from?.kind === 'glass';
  return { input, dry, free, line, reasoned: false, votes: new Map(), ...(room === undefined ? {} : { room }) };
}
