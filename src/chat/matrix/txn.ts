import { createHash } from 'node:crypto';

/** A transaction id: the same for the same parts, so that a repeated attempt gives the same event. */
export function txnOf(...parts: readonly string[]): string {
  return `h${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}
