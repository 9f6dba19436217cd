import type { Read } from '../core/types.ts';

/** What a program on a host answered, and when: milliseconds since the epoch. */
export interface Answered {
  readonly stdout: string;
  readonly code: number;
  readonly at: number;
}

/** Most answers kept for one host. */
const MOST = 50;

/** Answers that may be taken again while they are young, by host and argv. Whatever is done on a host makes them old. */
export class Answers {
  readonly #kept = new Map<string, Map<string, Promise<Answered>>>();

  /** A young answer to this read, else a new one; `fresh`: a new one in any case. */
  async take(host: string, { argv, keepMs }: Read<unknown>, fresh: boolean, ask: () => Promise<Answered>): Promise<Answered> {
    if (keepMs === undefined) return ask();
    const key = argv.join('\0');
    const mine = this.#kept.get(host) ?? new Map<string, Promise<Answered>>();
    const known = fresh ? undefined : await mine.get(key)?.catch(() => undefined);
    if (known && Math.abs(Date.now() - known.at) < keepMs) return known; // a clock that was set makes it old
    const asked = ask();
    mine.delete(key);
    mine.set(key, asked);
    for (const old of [...mine.keys()].slice(0, Math.max(0, mine.size - MOST))) mine.delete(old);
    this.#kept.set(host, mine);
    asked.catch(() => mine.get(key) === asked && mine.delete(key));
    return asked;
  }

  /** Something was done on a host. */
  forget(host: string): void {
    this.#kept.delete(host);
  }
}
