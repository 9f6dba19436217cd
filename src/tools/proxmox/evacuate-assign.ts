/** A guest that is to leave its node; `needs`: the memory it takes where it arrives, in bytes (none while it is stopped). */
export interface Leaver {
  readonly vmid: number;
  readonly memory: number;
  readonly needs: number;
}

/** A node that may take guests; memory in bytes. `promised`: what its running guests may use at most. */
export interface Room {
  readonly node: string;
  readonly memory: number;
  readonly used: number;
  readonly promised: number;
}

/** Who goes where, what no node has the memory for, and what is free on each node afterwards, in bytes. */
export interface Assignment {
  readonly goes: ReadonlyMap<number, string>;
  readonly noRoom: ReadonlySet<number>;
  readonly left: ReadonlyMap<string, number>;
}

/** The largest first, then by number. */
export function inOrder<T extends Leaver>(leavers: readonly T[]): T[] {
  return leavers.toSorted((a, b) => b.memory - a.memory || a.vmid - b.vmid);
}

/**
 * Gives each guest, the largest first, the node that has promised the least of its memory among those where it fits after all before it.
 * Nodes are ranked by what is promised, not by what is in use: that would change from minute to minute, and the plan with it.
 */
export function assign(leavers: readonly Leaver[], rooms: readonly Room[], mayGo: (vmid: number, node: string) => boolean): Assignment {
  const given = new Map(rooms.map(({ node }) => [node, 0]));
  const free = ({ node, memory, used }: Room) => memory - used - (given.get(node) ?? 0);
  const spare = ({ node, memory, promised }: Room) => memory - promised - (given.get(node) ?? 0);
  const goes = new Map<number, string>();
  const noRoom = new Set<number>();
  for (const { vmid, needs } of inOrder(leavers)) {
    const open = rooms.filter(({ node }) => mayGo(vmid, node));
    const [best] = open.filter((room) => needs <= free(room) || needs === 0).sort((a, b) => spare(b) - spare(a) || (a.node < b.node ? -1 : 1));
    if (best) {
      goes.set(vmid, best.node);
      given.set(best.node, (given.get(best.node) ?? 0) + needs);
    } else if (open.length > 0) noRoom.add(vmid);
  }
  return { goes, noRoom, left: new Map(rooms.map((room) => [room.node, Math.max(0, free(room))])) };
}
