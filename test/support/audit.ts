import type { Audited, Note } from '../../src/core/audit.ts';
import { EMPTY, type Head, lineOf, link } from '../../src/core/chain.ts';
import { type Verified, verifyChain } from '../../src/store/auditverify.ts';

/** Notes as a chain, from a head on. */
export function chained(notes: readonly Note[], head: Head = EMPTY): Audited[] {
  let last = head;
  return notes.map((note) => {
    const entry = link(note, `${1_795_000_000_000 + last.seq}-0.0`, last);
    last = entry;
    return entry;
  });
}

/** A chain as it is exported. */
export function exported(entries: readonly Audited[]): Buffer {
  return Buffer.from(entries.map((entry) => `${lineOf(entry)}\n`).join(''));
}

/** What verifying bytes says; they come in pieces of this size. */
export function verified(bytes: Uint8Array, anchors: readonly Head[] = [], size = 7): Promise<Verified> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  return verifyChain([{ name: 'x', pieces }], anchors);
}
