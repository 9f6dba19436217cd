import { partOf, type Sections } from './sections.ts';

/** Pools: `zpool list -H -o name,health,capacity`, by tabs; undefined without zpool. `percent`: how full. */
export function zpools(all: Sections): readonly { readonly name: string; readonly health: string; readonly percent: number }[] | undefined {
  return partOf(all, 'zpools')?.flatMap((line) => {
    const [name, health, capacity = ''] = line.split('\t');
    return name && health ? [{ name, health, percent: Number.parseInt(capacity, 10) || 0 }] : [];
  });
}
