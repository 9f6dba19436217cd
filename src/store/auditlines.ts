import { closeSync, openSync, readSync } from 'node:fs';

/** A line of a file as bytes, without its end, and where it begins. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** What is left at the end without a line's end: it was cut off, or is being written. */
  readonly torn: boolean;
}

/** Lines of bytes that come in pieces; memory holds a piece and a line. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Line> {
  let rest: Uint8Array = Buffer.alloc(0);
  let offset = 0;
  for await (const piece of pieces) {
    const whole = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let end = whole.indexOf(10, from); end >= 0; end = whole.indexOf(10, from)) {
      yield { bytes: whole.subarray(from, end), offset: offset + from, torn: false };
      from = end + 1;
    }
    rest = whole.subarray(from);
    offset += from;
  }
  if (rest.length > 0) yield { bytes: rest, offset, torn: true };
}

/** A file from one byte on, in pieces; `most`: one piece of so many bytes. */
export function* piecesOf(path: string, from = 0, most?: number): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    for (let at = from; ; ) {
      const piece = Buffer.alloc(most ?? 262_144);
      const got = readSync(fd, piece, 0, piece.length, at);
      if (got === 0) return;
      yield piece.subarray(0, got);
      at += got;
    }
  } finally {
    closeSync(fd);
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as text; undefined when they are none: no two sequences of bytes are one text. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
