import type { Head } from '../core/chain.ts';
import { type Broken, Check, isBroken, type Sound } from '../core/chaincheck.ts';
import type { Signer } from '../core/signers.ts';
import { linesOf, textOf } from './auditlines.ts';

/** Something with lines of a chain; several follow one another. */
export interface Source {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What is wrong first, and in which source; the line is counted within it. */
export type Verified = Sound | (Broken & { readonly source: string });

/** Reads a chain to its end, whatever its length, and says whether it holds; with signers, whether its signatures are theirs. */
export async function verifyChain(sources: Iterable<Source>, anchors: readonly Head[] = [], signers?: readonly Signer[]): Promise<Verified> {
  const check = new Check(anchors, signers);
  let [before, count, name, torn] = [0, 0, '', false];
  const placed = <T extends Broken>(broken: T) => ({ ...broken, line: broken.line - before, source: name });
  for (const { name: source, pieces } of sources) {
    [before, name, torn] = [count, source, false];
    for await (const line of linesOf(pieces)) {
      torn = line.torn;
      if (torn) break;
      count++;
      const broken = check.take(textOf(line.bytes));
      if (broken) return placed(broken);
    }
    if (torn) break; // whatever follows, it does not follow a whole line
  }
  const end = check.end(torn);
  return isBroken(end) ? placed(end) : end;
}
