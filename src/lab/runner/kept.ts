/** How much of the beginning and of the end of long output is kept for good. */
export const HALF = 131_072;

/** Keeps what a program writes: all of it up to 256 KiB, else at least the first and the last half of that. */
export interface Kept {
  write(text: string): void;
  size(): number;
  /** The bytes of a range, as far as they are kept. */
  read(from: number, to: number): Buffer;
}

/** An empty record of output. */
export function kept(): Kept {
  let size = 0;
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  return {
    write(text) {
      const bytes = Buffer.from(text, 'utf8');
      size += bytes.length;
      const first = bytes.subarray(0, HALF - headSize);
      head.push(first);
      headSize += first.length;
      const rest = bytes.subarray(first.length);
      tail.push(rest);
      tailSize += rest.length;
      // Joined only now and then, so that many small writes stay cheap.
      if (tailSize > 8 * HALF) {
        tail = [Buffer.concat(tail).subarray(-HALF)];
        tailSize = HALF;
      }
    },
    size: () => size,
    read(from, to) {
      const start = size - tailSize;
      const late = Buffer.concat(tail).subarray(Math.max(0, from - start), Math.max(0, to - start));
      return Buffer.concat([Buffer.concat(head).subarray(from, to), late]);
    },
  };
}
