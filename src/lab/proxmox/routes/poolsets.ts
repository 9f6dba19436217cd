import { die } from '../refused.ts';
import type { Ask } from '../route.ts';
import type { Fields, World } from '../world.ts';
import { entriesAt } from './kept.ts';

const POOLS = '/pools';

/** The pools there are. */
export function poolNames(world: World): readonly string[] {
  return [...entriesAt(world, POOLS).keys()];
}

/** The pool a guest is in, as lists of guests say it. */
export function poolOf(world: World, vmid: number): { readonly pool?: string } {
  const pool = [...entriesAt(world, POOLS)].find(([, { vms }]) => names(vms).includes(String(vmid)))?.[0];
  return pool === undefined ? {} : { pool };
}

/** The pool of a path; throws when there is none. */
export function poolAt({ world, text: part }: Ask): Fields {
  const found = entriesAt(world, POOLS).get(part('poolid'));
  if (!found) throw die(`pool '${part('poolid')}' does not exist`);
  return found;
}

/** The parts of a comma list. */
export const names = (value: unknown): readonly string[] =>
  String(value ?? '')
    .split(/[,; ]+/)
    .filter(Boolean);
