import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';

/** One state in a practice repository. `at`: seconds since the epoch. */
export interface State {
  readonly id: string;
  readonly at: number;
  /** What it is tagged with; nothing before that was done. */
  readonly tag?: string;
}
/** What a practice host has saved, by backup (`web1-etc`), the oldest first; and when that was verified. */
export interface Saved {
  readonly states: State[];
  verifiedAt: number | undefined;
}

const HOUR = 3600;

const all = kept(() => new Map<string, Saved>());

/** What there is of a backup: three nights of it, of which the last but one was verified. */
export function savedOf(machine: Machine, name: string, id: (i: number) => string): Saved {
  const known = all(machine).get(name);
  if (known) return known;
  const now = Math.floor(Date.now() / 1000);
  const made: Saved = { states: [50, 26, 2].map((hours, i) => ({ id: id(i), at: now - hours * HOUR })), verifiedAt: now - 20 * HOUR };
  all(machine).set(name, made);
  return made;
}

/** Folders that something was restored to. */
export const restored = kept(() => new Set<string>());
