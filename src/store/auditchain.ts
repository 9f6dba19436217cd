import { type Audited, takenAt } from '../core/audit.ts';
import { EMPTY, lineOf, link, readEntry } from '../core/chain.ts';
import type { Log } from '../core/ports.ts';
import { chainFile, chainFiles, type Spot, Tail } from './auditfile.ts';
import type { KnownHead } from './audithead.ts';
import { linesOf, piecesOf, textOf } from './auditlines.ts';
import type { Coming } from './auditstream.ts';

/** The chain's files as they are written by the one desk in charge. */
export class Chain {
  readonly #dir: string;
  #tail: Tail | undefined;
  /** When the file that is written began. */
  #began = 0;
  /** The last entry that is written. */
  head: KnownHead;

  private constructor(dir: string, head: KnownHead) {
    this.#dir = dir;
    this.head = head;
  }

  /**
   * Goes on where the files and the head say. Entries that are on the disk and not yet in the head follow it: they are kept. Where the files do not reach up to
   * the head (another machine wrote on), or say something else, a new file goes on from the head.
   */
  static async open(dir: string, head: KnownHead, log: Log): Promise<Chain> {
    const chain = new Chain(dir, head);
    const newest = chainFiles(dir).at(-1);
    if (!newest) {
      if (head.seq > 0) log(`there is no audit in ${dir}, and its head is ${head.seq}: it goes on in a new file`);
      return chain;
    }
    const { tail, last } = await Tail.resume(dir, newest.first);
    const goesOn = last ? last.seq >= head.seq && (await hashAt(dir, head.seq)) === head.hash : tail.size === 0 && newest.first === head.seq + 1;
    if (!goesOn) {
      await tail.close();
      log(`the audit in ${dir} ends at ${last?.seq ?? 'no entry'}, its head is ${head.seq}: it goes on in a new file`);
      return chain;
    }
    chain.#tail = tail;
    if (last) {
      chain.head = { seq: last.seq, hash: last.hash, from: last.from };
      const first = await firstOf(dir, newest.first);
      chain.#began = first ? takenAt(first) : 0;
    }
    return chain;
  }

  /** Writes notes behind all others. They count only once `sync` has resolved. */
  async append(coming: readonly Coming[]): Promise<(readonly [Audited, Spot])[]> {
    let head = this.head;
    const entries = coming.map(({ note, from }) => {
      const entry = link(note, from, head);
      head = { seq: entry.seq, hash: entry.hash, from };
      return entry;
    });
    const [first] = entries;
    if (!first) return [];
    const tail = await this.#tailFor(first);
    const spots = await tail.append(entries.map(lineOf));
    this.head = head;
    return entries.flatMap((entry, i) => {
      const spot = spots[i];
      return spot ? [[entry, spot] as const] : [];
    });
  }

  async #tailFor(first: Audited): Promise<Tail> {
    if (this.#tail && !this.#tail.isOver(this.#began, takenAt(first))) {
      if (this.#tail.size === 0) this.#began = takenAt(first);
      return this.#tail;
    }
    await this.close();
    this.#began = takenAt(first);
    const tail = await Tail.begin(this.#dir, first.seq);
    this.#tail = tail;
    return tail;
  }

  async sync(): Promise<void> {
    await this.#tail?.sync();
  }

  async close(): Promise<void> {
    const tail = this.#tail;
    this.#tail = undefined;
    await tail?.close();
  }
}

/** The hash of an entry in the files; undefined when it is not there. */
async function hashAt(dir: string, seq: number): Promise<string | undefined> {
  if (seq === 0) return EMPTY.hash;
  const file = chainFiles(dir).findLast(({ first }) => first <= seq);
  if (!file) return undefined;
  for await (const { bytes } of linesOf(piecesOf(file.path))) {
    const entry = readEntry(textOf(bytes) ?? '');
    if (entry?.seq === seq) return entry.hash;
  }
  return undefined;
}

async function firstOf(dir: string, first: number): Promise<Audited | undefined> {
  for await (const { bytes } of linesOf(piecesOf(chainFile(dir, first)))) return readEntry(textOf(bytes) ?? '');
  return undefined;
}
