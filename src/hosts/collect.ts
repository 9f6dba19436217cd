/** Keeps the head and the tail of a stream of bytes within `cap` bytes, however long it runs. */
export class Collector {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headSize = 0;
  /** The last bytes, written round and round; made when the head is full. */
  #ring: Buffer | undefined;
  /** Bytes seen after the head. */
  #after = 0;

  constructor(cap: number) {
    this.#half = Math.floor(cap / 2);
  }

  /** Bytes seen in all. */
  get total(): number {
    return this.#headSize + this.#after;
  }

  add(chunk: Buffer): void {
    let rest = chunk;
    if (this.#headSize < this.#half) {
      // A copy, so that a small piece does not keep a large network buffer alive.
      const piece = Buffer.from(rest.subarray(0, this.#half - this.#headSize));
      this.#head.push(piece);
      this.#headSize += piece.length;
      rest = rest.subarray(piece.length);
    }
    if (rest.length === 0) return;
    this.#after += rest.length;
    if (this.#half === 0) return;
    this.#ring ??= Buffer.allocUnsafe(this.#half);
    const last = rest.subarray(Math.max(0, rest.length - this.#half));
    const at = (this.#after - last.length) % this.#half;
    const written = last.copy(this.#ring, at);
    last.copy(this.#ring, 0, written);
  }

  /** Bytes that were dropped between head and tail. */
  get cut(): number {
    return Math.max(0, this.#after - this.#half);
  }

  /** What was kept; the place where bytes are missing is marked. */
  bytes(): Buffer {
    const ring = this.#ring ?? Buffer.alloc(0);
    if (this.cut === 0) return Buffer.concat([...this.#head, ring.subarray(0, this.#after)]);
    const oldest = this.#half === 0 ? 0 : this.#after % this.#half;
    const mark = Buffer.from(`\n… ${this.cut} bytes left out …\n`);
    return Buffer.concat([...this.#head, mark, ring.subarray(oldest), ring.subarray(0, oldest)]);
  }

  text(encoding: 'utf8' | 'latin1' = 'utf8'): string {
    return this.bytes().toString(encoding);
  }
}
