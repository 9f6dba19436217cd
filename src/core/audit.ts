import { z } from 'zod';
import type { Account, Json } from './types.ts';

/** What can happen that is kept for good. */
export const NOTE_KINDS = [
  'said',
  'pressed',
  'planned',
  'voted',
  'withdrawn',
  'reasoned',
  'voided',
  'rejected',
  'cancelled',
  'refused',
  'expired',
  'dispatched',
  'step',
  'marked',
  'ended',
  'config',
  'identity',
  'freeze',
  'limit',
  /** What was in the stream and is no note, or is missing there. */
  'garbled',
] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];

/** Something that happened, before it has its place in the chain. `at` in milliseconds since the epoch, by the clock of who noted it. */
export interface Note {
  readonly at: number;
  readonly kind: NoteKind;
  readonly ticket?: string;
  /** The person, by id; empty for a stranger. */
  readonly by?: string;
  /** Who asked for the ticket. */
  readonly asker?: string;
  readonly account?: Account;
  /** What policy calls the place. */
  readonly room?: string;
  /** Only who asked sees the ticket's card. */
  readonly private?: true;
  readonly command?: string;
  /** What was typed, normalised and redacted. */
  readonly line?: string;
  readonly hosts?: readonly string[];
  /** The plan it is about. */
  readonly digest?: string;
  /** The rule that decided. */
  readonly rule?: string;
  /** Whatever else there is to tell, by name. */
  readonly more?: { readonly [name: string]: Json };
}

/**
 * A note with its place in the chain: `hash` is the SHA-256 of the canonical JSON of all else, and `prev` the hash of the one before.
 * `from`: the id of the stream's entry it came in, a dot, and its place in that, from 0. The id begins with the time it was taken, by Redis' clock.
 */
export interface Audited extends Note {
  readonly format: 1;
  readonly from: string;
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
}

/** Whether a refusal is a request's own end; what an account tried and was refused names it, and ends nothing of what it was tried on. */
export function isEnd({ kind, account }: Pick<Note, 'kind' | 'account'>): boolean {
  return kind === 'refused' && account === undefined;
}

/** When it was durable, in milliseconds since the epoch, by the one clock of Redis: never less than that of an entry before. */
export function takenAt({ from }: Pick<Audited, 'from'>): number {
  return Number(from.slice(0, from.indexOf('-')));
}

/** A note as it may come in from any part. */
export const note: z.ZodType<Note> = z.strictObject({
  at: z.number(),
  kind: z.enum(NOTE_KINDS),
  ticket: z.string().max(64).exactOptional(),
  by: z.string().max(200).exactOptional(),
  asker: z.string().max(200).exactOptional(),
  account: z.custom<Account>((value) => z.object({ chat: z.string().max(200), id: z.string().max(500) }).safeParse(value).success).exactOptional(),
  room: z.string().max(200).exactOptional(),
  private: z.literal(true).exactOptional(),
  command: z.string().max(200).exactOptional(),
  line: z.string().max(20_000).exactOptional(),
  hosts: z.array(z.string().max(200)).max(10_000).exactOptional(),
  digest: z.string().max(200).exactOptional(),
  rule: z.string().max(2000).exactOptional(),
  more: z.record(z.string(), z.json()).exactOptional(),
});

/** What is looked for: all that is given must hold. Times in milliseconds since the epoch, of when it was taken. */
export interface AuditQuery {
  readonly person?: string;
  readonly ticket?: string;
  readonly target?: string;
  /** A command, or the first words of several. */
  readonly command?: string;
  readonly kind?: NoteKind;
  readonly from?: number;
  readonly to?: number;
  /** The newest first; at most so many. */
  readonly limit: number;
  /** Only those before this one. */
  readonly before?: number;
}
