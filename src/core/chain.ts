import type { Audited, Note } from './audit.ts';
import { canonical, sha256 } from './digest.ts';

/** The format of a line of the chain. */
export const CHAIN_FORMAT = 1;
/** What the first entry names as the hash before it. */
export const GENESIS = '0'.repeat(64);

/** How far a chain goes: its last entry's number and hash. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}
/** The head of a chain without entries. */
export const EMPTY: Head = { seq: 0, hash: GENESIS };

/** Gives a note the next place after the head. */
export function link(note: Note, from: string, { seq, hash: prev }: Head): Audited {
  const open = { ...note, format: CHAIN_FORMAT, from, seq: seq + 1, prev } as const;
  return { ...open, hash: hashOf(open) };
}

/** An entry as it is written: canonical JSON, without the line's end. */
export function lineOf(entry: Audited): string {
  return canonical(entry);
}

/** The SHA-256 of the canonical JSON of all but the hash. */
function hashOf({ hash: _, ...rest }: Omit<Audited, 'hash'> & { readonly hash?: string }): string {
  return sha256(canonical(rest));
}

/** What a line of a chain says; undefined when it is none, or not byte for byte as it was written. */
export function readEntry(line: string): Audited | undefined {
  try {
    const entry: Audited = JSON.parse(line);
    const whole =
      typeof entry === 'object' && entry !== null && Number.isSafeInteger(entry.seq) && typeof entry.prev === 'string' && typeof entry.from === 'string';
    return whole && canonical(entry) === line && hashOf(entry) === entry.hash ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** `SEQ:HASH`, as the head is posted and an anchor is given. */
export function headText({ seq, hash }: Head): string {
  return `${seq}:${hash}`;
}

/** The head that a text such as `headText` makes stands for. */
export function readHead(text: string): Head | undefined {
  const [, seq = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return hash === '' ? undefined : { seq: Number(seq), hash };
}
