import type { Audited } from './audit.ts';
import { GENESIS, type Head, readEntry } from './chain.ts';
import { type BadVote, type Counted, votesCounted } from './chainvotes.ts';
import type { Signer } from './signers.ts';

/**
 * What is wrong with a chain, where it is first. `line`: from 1, in what was read; `seq`: the entry that is wrong, or is not there.
 * `edited`: a line is not as it was written. `missing`: entries are not there. `reordered`: an entry stands where another belongs.
 * `unlinked`: an entry does not follow the one before it: one of both was made anew. `truncated`: it ends before an anchor.
 * `fork`: it is another chain than an anchor's. `unproven`: it begins after an anchor. `torn`: the last line is not whole.
 * `newer`: written by a newer version. `vote`: something ran by a vote that was not cast, or was cast for another plan.
 * `signature`: a vote's signature is not of its request and plan. `signer`: it is by no key of its voter among the signers given.
 */
export interface Broken {
  readonly what: 'edited' | 'missing' | 'reordered' | 'unlinked' | 'truncated' | 'fork' | 'unproven' | 'torn' | 'newer' | BadVote['what'];
  readonly line: number;
  readonly seq: number;
  readonly ticket?: string;
  readonly by?: string;
}

/** What a chain that holds comes to; `first` is 0 where there was nothing. */
export interface Sound {
  readonly first: number;
  readonly head: Head;
  /** Requests that ran by votes, and the votes that were counted; how many of these carry a signature. */
  readonly votes: Counted;
}

/** Reads a chain line by line, and says what is wrong first. Keeps nothing but the requests that are under way. */
export class Check {
  readonly #anchors: Map<number, Head[]>;
  readonly #votes: ReturnType<typeof votesCounted>;
  #lines = 0;
  #first: Audited | undefined;
  #last: Audited | undefined;
  #gap: Broken | undefined;

  /** The chain must go through every one of these heads; signatures must be by these signers, where they are given. */
  constructor(anchors: readonly Head[] = [], signers?: readonly Signer[]) {
    this.#votes = votesCounted(signers);
    this.#anchors = Map.groupBy(anchors, ({ seq }) => seq);
  }

  /** The next line, without its end; undefined for bytes that are no text. What is wrong, once that is certain: then no more is to be read. */
  take(line: string | undefined): Broken | undefined {
    this.#lines++;
    const entry = line === undefined ? undefined : readEntry(line);
    const expected = (this.#last?.seq ?? 0) + 1;
    if (this.#gap) return this.#late(entry);
    if (!entry) return this.#at('edited', this.#last ? expected : 0);
    if (entry.format !== 1) return this.#at('newer', entry.seq);
    if (this.#last && entry.seq < expected) return this.#at('reordered', entry.seq);
    if (this.#last && entry.seq > expected) {
      this.#gap = this.#at('missing', expected);
      return undefined; // whether it stands further down is not known yet
    }
    const prev = this.#last?.hash ?? (entry.seq === 1 ? GENESIS : entry.prev);
    if (entry.prev !== prev) return this.#at('unlinked', entry.seq);
    const before = this.#last ? undefined : this.#start(entry);
    if (before) return before;
    this.#first ??= entry;
    this.#last = entry;
    if (this.#anchors.get(entry.seq)?.some(({ hash }) => hash !== entry.hash)) return this.#at('fork', entry.seq);
    const bad = this.#votes.take(entry);
    return bad && { ...this.#at(bad.what, entry.seq), ...bad };
  }

  /** There is no more; `torn`: something without a line's end was left. */
  end(torn = false): Broken | Sound {
    if (this.#gap) return this.#gap;
    const last = this.#last?.seq ?? 0;
    if (torn) {
      this.#lines++;
      return this.#at('torn', last + 1);
    }
    const beyond = [...this.#anchors.keys()].filter((seq) => seq > last).sort((a, b) => a - b)[0];
    if (beyond !== undefined) return this.#at('truncated', last + 1);
    return { first: this.#first?.seq ?? 0, head: { seq: last, hash: this.#last?.hash ?? GENESIS }, votes: this.#votes.counted() };
  }

  /** After a gap nothing but its missing entry is looked for. */
  #late(entry: Audited | undefined): Broken | undefined {
    return this.#gap && entry?.seq === this.#gap.seq ? { ...this.#gap, what: 'reordered' } : undefined;
  }

  /** What anchors say of entries before the first. */
  #start(entry: Audited): Broken | undefined {
    for (const [seq, heads] of this.#anchors) {
      if (seq === entry.seq - 1 && heads.some(({ hash }) => hash !== entry.prev)) return this.#at('fork', seq);
      if (seq < entry.seq - 1) return this.#at('unproven', seq);
    }
    return undefined;
  }

  #at(what: Broken['what'], seq: number): Broken {
    return { what, line: this.#lines, seq };
  }
}

/** Whether a check came to something that is wrong. */
export function isBroken(found: Broken | Sound): found is Broken {
  return 'what' in found;
}
