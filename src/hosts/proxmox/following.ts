import { HostError } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import { endOf, NO_PROGRESS, readLine, shareOf, type TaskEnd, type TaskProgress, taskEnd } from '../../core/tasklog.ts';
import type { Seen } from '../../core/types.ts';
import type { Upid } from '../../core/upid.ts';
import type { Board } from './board.ts';
import { Lines } from './lines.ts';

/** Pages of a log that are read in one round while its task runs; when it has ended; and how many of the last, when that was not enough. */
const PAGES = 10;
const ALL = 50;
const TAIL = 2;
/** Lines of a page, as far as a page that cannot be read is left out; and longest line that is looked at. */
const PAGE = 500;
const LONGEST = 4000;

/** One task that is followed: how it is, and what its log said so far. */
export class Following {
  readonly upid: Upid;
  readonly #board: Board;
  readonly #lines = new Lines();
  readonly #lastLineMs: number;
  #progress: TaskProgress = NO_PROGRESS;
  /** Since when it has ended without saying how, or is not to be found. */
  #puzzled: number | undefined;

  constructor(board: Board, upid: Upid, lastLineMs: number) {
    this.#board = board;
    this.upid = upid;
    this.#lastLineMs = lastLineMs;
  }

  /** The last lines of the log. */
  get output(): string {
    return this.#lines.text();
  }

  seen(): Seen {
    const share = shareOf(this.#progress);
    return { boot: '-', size: this.#lines.bytes, tail: this.#lines.tail(), task: this.upid.upid, ...(share === undefined ? {} : { share }) };
  }

  /** Asks once: its end, or undefined while it runs. Throws HostError. */
  async look(): Promise<TaskEnd | undefined> {
    const status = await this.#board.status(this.upid);
    if (status.running) {
      if (!this.#board.busy) await this.#read(PAGES).catch(passing);
      return undefined;
    }
    await this.#readAll().catch(passing);
    const end = taskEnd(status.exitstatus);
    if (end.came !== 'unknown') return this.#over(end);
    // What a node remembers of an end may have been read too early; the log's last line is what it was read from.
    const last = endOf(this.#lines.last());
    if (last !== undefined) return this.#over(taskEnd(last));
    this.#puzzled ??= Date.now();
    return Date.now() - this.#puzzled >= this.#lastLineMs ? this.#over(end) : undefined;
  }

  #over(end: TaskEnd): TaskEnd {
    this.#board.forget(this.upid);
    return end;
  }

  /** It is not followed any more. */
  close(): void {
    this.#board.forget(this.upid);
  }

  /** The rest of a log, or its end where it is too long to be read. */
  async #readAll(): Promise<void> {
    const total = await this.#read(ALL);
    if (total === undefined || total - this.#lines.count < PAGE) return;
    this.#lines.skip(total - PAGE * TAIL);
    await this.#read(TAIL);
  }

  /** So many pages more; how many lines there are, where there are more. */
  async #read(pages: number): Promise<number | undefined> {
    for (let page = 0; page < pages; page++) {
      const read = await this.#page();
      for (const line of read.lines) {
        this.#lines.add(line);
        this.#progress = readLine(this.#progress, line.slice(0, LONGEST));
      }
      if (!read.more) return undefined;
      if (page === pages - 1) return read.total;
    }
    return undefined;
  }

  async #page(): Promise<{ readonly lines: readonly string[]; readonly more: boolean; readonly total?: number | undefined }> {
    try {
      const read = await this.#board.log(this.upid, this.#lines.count);
      return { ...read, more: read.more && read.lines.length > 0 };
    } catch (error) {
      // What cannot be read now cannot be read next time: too long, or no JSON.
      if (!(error instanceof HostError) || error.trouble !== 'failed' || pveErrorOf(error)) throw error;
      this.#lines.skip(this.#lines.count + PAGE);
      return { lines: [], more: true };
    }
  }
}

/** Its end is worth more than its log: a no to the log alone is let pass. */
function passing(error: unknown): void {
  if (!(error instanceof HostError) || pveErrorOf(error) === undefined) throw error;
}
