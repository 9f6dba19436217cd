import { z } from 'zod';
import { type Audited, isEnd, takenAt } from './audit.ts';
import { keysOf, type Signer } from './signers.ts';
import { approvalMessage, NAMESPACE, verifySshSig } from './sshsig.ts';

/** How many requests ran by votes, by how many votes, and how many of them signed the plan. */
export interface Counted {
  readonly runs: number;
  readonly votes: number;
  readonly signed: number;
}

/** What `more` of a dispatch says of the votes that were counted. */
const dispatched = z.object({ votes: z.array(z.object({ by: z.string(), at: z.number() })) });
const voided = z.object({ votes: z.array(z.string()) });
const cast = z.object({ proof: z.object({ kind: z.literal('signature'), signature: z.string(), key: z.string() }) });

/** What is wrong: `vote`: a vote was not cast, or not for this plan; `signature`: it is not of this request and plan, by the key that stands with it; `signer`: nor by one of who signs. */
export interface BadVote {
  readonly what: 'vote' | 'signature' | 'signer';
  readonly ticket: string;
  readonly by?: string;
}

interface Open {
  /** The plan that stands. */
  readonly digest: string;
  readonly votes: ReadonlyMap<string, { readonly digest: string; readonly signed: boolean }>;
}

/**
 * Follows the votes of every request that is under way: what ran must have been voted for, by those who were counted, as the plan it was.
 * With signers, a signature must be by a key that is its voter's there, at the time it was taken, and never of who asked.
 */
export function votesCounted(signers?: readonly Signer[]) {
  const open = new Map<string, Open>();
  let [runs, votes, signed] = [0, 0, 0];

  /** The first thing that is wrong with a dispatch. */
  function judge(entry: Audited, ticket: string): BadVote | undefined {
    const known = open.get(ticket);
    const counted = dispatched.safeParse(entry.more);
    if (!known) return undefined; // it was planned before the first entry that is at hand
    if (!counted.success || known.digest !== entry.digest) return { what: 'vote', ticket };
    for (const { by } of counted.data.votes) {
      const vote = known.votes.get(by);
      if (vote?.digest !== entry.digest) return { what: 'vote', ticket, by };
      votes++;
      if (vote.signed) signed++;
    }
    if (counted.data.votes.length > 0) runs++;
    return undefined;
  }

  function take(entry: Audited): BadVote | undefined {
    const { ticket, kind, digest = '', by = '' } = entry;
    if (ticket === undefined) return undefined;
    const known = open.get(ticket);
    if (kind === 'planned') open.set(ticket, { digest, votes: known?.digest === digest ? known.votes : new Map() });
    if (kind === 'voted') {
      const { proof } = cast.safeParse(entry.more).data ?? {};
      const message = approvalMessage(ticket, entry.asker ?? '', digest);
      const isBy = (keys: readonly string[]) => proof !== undefined && verifySshSig(proof.signature, message, NAMESPACE, keys).ok;
      if (proof && !isBy([proof.key])) return { what: 'signature', ticket, by };
      if (proof && signers && (by === entry.asker || !isBy(keysOf(signers, by, takenAt(entry))))) return { what: 'signer', ticket, by };
      const vote = { digest, signed: proof !== undefined };
      if (known) open.set(ticket, { ...known, votes: new Map([...known.votes, [by, vote]]) });
    }
    const gone = kind === 'withdrawn' ? [by] : kind === 'voided' ? (voided.safeParse(entry.more).data?.votes ?? []) : [];
    if (known && gone.length > 0) open.set(ticket, { ...known, votes: new Map([...known.votes].filter(([voter]) => !gone.includes(voter))) });
    const bad = kind === 'dispatched' ? judge(entry, ticket) : undefined;
    if (OVER.includes(kind) || isEnd(entry)) open.delete(ticket);
    return bad;
  }
  return { take, counted: (): Counted => ({ runs, votes, signed }) };
}

/** After these nothing is voted for any more, unless it is planned again. */
const OVER: readonly string[] = ['ended', 'rejected', 'cancelled', 'expired', 'dispatched'];
