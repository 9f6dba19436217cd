import type { Answer, Piece } from './answer.ts';

/** Most bytes kept of the beginning of a step's output, and of its end: what the runner sends. */
export const HEAD = 131_072;
/** Most bytes of output that are shown of a step that runs. */
const SHOWN = 2048;
/** How far from where something is left out a line is looked for that begins or ends there, in bytes: no secret is cut in two. */
const REACH = 4096;

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
    const all = Buffer.concat([this.#head, this.#tail.bytes]);
    return (all.length > SHOWN ? fromWhole(all.subarray(-SHOWN), SHOWN / 2) : all).toString('utf8').replace(/^\ufffd{1,3}/, '');
  }

  /** Beginning and end. */
  text(): string {
    return this.#bytes().toString('utf8');
  }

  /** Bytes left out between beginning and end. */
  get cut(): number {
    return this.#size > 2 * HEAD ? this.#size - this.#bytes().length : 0;
  }

  #bytes(): Buffer {
    if (this.#size <= HEAD) return this.#head;
    const { at, bytes } = this.#tail;
    return at > this.#head.length ? Buffer.concat([toWhole(this.#head), fromWhole(bytes, REACH)]) : Buffer.concat([this.#head, bytes]);
  }
}

/** Up to the last whole line, else the last whole word. */
function toWhole(bytes: Buffer): Buffer {
  const near = bytes.subarray(-REACH);
  for (const end of ENDS) {
    const at = near.lastIndexOf(end);
    if (at >= 0) return bytes.subarray(0, bytes.length - near.length + at + 1);
  }
  return bytes;
}

/** From the first whole line on, else the first whole word. */
function fromWhole(bytes: Buffer, reach: number): Buffer {
  const near = bytes.subarray(0, reach);
  for (const end of ENDS) {
    const at = near.indexOf(end);
    if (at >= 0) return bytes.subarray(at + 1);
  }
  return bytes;
}

/** What no secret goes across: the end of a line, else a space, else a quote or a comma, as in JSON on one line. */
const ENDS = ['\n', ' ', '"', ','];
