/** Keeps the head and the tail of a stream of bytes within `cap` bytes, however long it runs. */
export class Collector {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  /** Bytes seen in all. */
  total = 0;

  constructor(cap: number) {
    this.#half = Math.floor(cap / 2);
  }

  add(chunk: Buffer): void {
    this.total += chunk.length;
    let rest = chunk;
    if (this.#headSize < this.#half) {
      // A copy, so that a small piece does not keep a large network buffer alive.
      const piece = Buffer.from(rest.subarray(0, this.#half - this.#headSize));
      this.#head.push(piece);
      this.#headSize += piece.length;
      rest = rest.subarray(piece.length);
    }
    if (rest.length === 0) return;
    const piece = Buffer.from(rest.subarray(Math.max(0, rest.length - this.#half)));
    this.#tail.push(piece);
    this.#tailSize += piece.length;
    if (this.#tailSize > 2 * this.#half + 65_536) this.#trim();
  }

  #trim(): void {
    const all = Buffer.concat(this.#tail);
    const kept = Buffer.from(all.subarray(Math.max(0, all.length - this.#half)));
    this.#tail = [kept];
    this.#tailSize = kept.length;
  }

  /** Bytes that were dropped between head and tail. */
  get cut(): number {
    return Math.max(0, this.total - this.#headSize - Math.min(this.#tailSize, this.#half));
  }

  /** What was kept; the place where bytes are missing is marked. */
  bytes(): Buffer {
    this.#trim();
    const mark = this.cut > 0 ? [Buffer.from(`\n… ${this.cut} bytes left out …\n`)] : [];
    return Buffer.concat([...this.#head, ...mark, ...this.#tail]);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }
}
