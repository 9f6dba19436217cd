/** Most of a log that is kept: its last lines, and before them those that say what became of a guest; in characters. */
const LAST = 64_000;
const TOLD = 16_000;
/** Most of the tail that is shown while it runs. */
const TAIL = 2000;
const LONGEST = 4000;

/** The lines of a log as they come. */
export class Lines {
  #count = 0;
  #bytes = 0;
  #size = 0;
  #cut = 0;
  readonly #last: string[] = [];
  readonly #told: string[] = [];

  /** Lines that were read. */
  get count(): number {
    return this.#count;
  }
  get bytes(): number {
    return this.#bytes;
  }

  add(line: string): void {
    const kept = line.slice(0, LONGEST);
    this.#count++;
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#last.push(kept);
    this.#size += kept.length + 1;
    while (this.#size > LAST) {
      const gone = this.#last.shift() ?? '';
      this.#size -= gone.length + 1;
      this.#cut++;
      if (/^(INFO: (starting new backup job|Finished Backup of VM)|ERROR: )/.test(gone) && this.#told.join('\n').length < TOLD) this.#told.push(gone);
    }
  }

  /** Leaves out all up to this many. */
  skip(count: number): void {
    this.#count = Math.max(this.#count, count);
    this.#last.push('…');
    this.#size += 2;
  }

  last(): string {
    return this.#last.findLast((line) => line.trim() !== '') ?? '';
  }

  tail(): string {
    return this.#last.slice(-20).join('\n').slice(-TAIL);
  }

  text(): string {
    return [...this.#told, ...(this.#cut > 0 ? ['…'] : []), ...this.#last].join('\n');
  }
}
