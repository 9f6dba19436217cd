import type { Program } from '../program.ts';
import type { Machine } from '../world/machine.ts';

/** What practice hosts have for one family of commands. */
export interface Area {
  /** By the name they are called by, without a folder. */
  readonly programs?: { readonly [name: string]: Program };
  /** What `sh -c` runs of the bot's own scripts, by the name in their first line; the words after it begin at `argv[1]`. */
  readonly scripts?: { readonly [name: string]: Program };
  /** Files that a host has until something is written over them. */
  readonly files?: { readonly [path: string]: (machine: Machine) => string | undefined };
}

/** Something an area keeps for a host, made when it is first asked for; it outlives reboots, as a disk does. */
export function kept<T extends object>(make: (machine: Machine) => T): (machine: Machine) => T {
  const all = new WeakMap<Machine, T>();
  return (machine) => {
    const known = all.get(machine);
    if (known) return known;
    const made = make(machine);
    all.set(machine, made);
    return made;
  };
}
