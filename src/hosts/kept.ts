import type { Answer, Piece } from './answer.ts';

/** Most bytes kept of the beginning of a step's output, and of its end: what the runner sends. */
export const HEAD = 131_072;
/** Most bytes of output that are shown of a step that runs. */
const SHOWN = 2048;

/** A step's output as far as it came over: the beginning without a gap, and the end. */
export class Kept {
  #head = Buffer.alloc(0);
  #tail: Piece = { at: 0, bytes: Buffer.alloc(0) };
  #size = 0;

  /** Where the next answer is to begin. */
  get from(): number {
    return this.#head.length;
  }

  /** Bytes of output on the host. */
  get size(): number {
    return this.#size;
  }

  /** Adds what an answer brought; what is known already stays as it is. */
  add({ pieces, size }: Pick<Answer, 'pieces' | 'size'>): void {
    this.#size = size;
    for (const { at, bytes } of pieces) {
      const known = this.#head.length;
      if (at <= known && known < HEAD) this.#head = Buffer.concat([this.#head, bytes.subarray(known - at, HEAD - at)]);
      const over = Math.max(0, HEAD - at);
      if (bytes.length > over) this.#tail = { at: at + over, bytes: Buffer.from(bytes.subarray(over)) };
    }
  }

  /** The last bytes, as text. */
  recent(): string {
    return this.#bytes()
      .subarray(-SHOWN)
      .toString('utf8')
      .replace(/^\ufffd{1,3}/, '');
  }

  /** Beginning and end. */
  text(): string {
    return this.#bytes().toString('utf8');
  }

  /** Bytes left out between beginning and end. */
  get cut(): number {
    return Math.max(0, this.#size - 2 * HEAD);
  }

  #bytes(): Buffer {
    return this.#size > HEAD ? Buffer.concat([this.#head, this.#tail.bytes]) : this.#head;
  }
}
