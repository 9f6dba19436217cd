import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, rows, text } from './fields.ts';
import { guestPath, type Place } from './guest-path.ts';

/** A snapshot. `at` in seconds since the epoch; `state`: it was broken off while it was made or deleted. */
export interface Snapshot {
  readonly name: string;
  readonly at: number | undefined;
  readonly parent: string | undefined;
  readonly memory: boolean;
  readonly description: string;
  readonly state: string | undefined;
}

/** `GET …/snapshot`: the snapshots, and the one the guest stands on. The entry `current` is no snapshot. */
export function guestSnapshots(place: Place): ApiRead<{ readonly all: readonly Snapshot[]; readonly on: string | undefined }> {
  return readApi({ path: guestPath(place, 'snapshot'), parse: ({ data }) => parseSnapshots(data) });
}

export function parseSnapshots(data: unknown): { all: Snapshot[]; on: string | undefined } {
  const found = rows(data).map(
    (from): Snapshot => ({
      name: text(from, 'name') ?? '',
      at: number(from, 'snaptime'),
      parent: text(from, 'parent') || undefined,
      memory: flag(from, 'vmstate'),
      description: text(from, 'description')?.trim() ?? '',
      state: text(from, 'snapstate') || undefined,
    }),
  );
  const all = found.filter(({ name }) => name !== 'current' && name !== '');
  return { all: all.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || (a.name < b.name ? -1 : 1)), on: found.find(({ name }) => name === 'current')?.parent };
}

/** Children after their parent, one deeper; what has no parent there stands at the root. */
export function tree(all: readonly Snapshot[], parent?: string, depth = 0): { snapshot: Snapshot; depth: number }[] {
  const known = new Set(all.map(({ name }) => name));
  const isRoot = ({ parent: of, name }: Snapshot) => of === undefined || !known.has(of) || of === name;
  const here = all.filter((one) => (parent === undefined ? isRoot(one) : one.parent === parent && !isRoot(one)));
  return here.flatMap((snapshot) => [{ snapshot, depth }, ...tree(all, snapshot.name, depth + 1)]);
}
