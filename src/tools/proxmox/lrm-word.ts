/** What a node, or the master, is at: `active` of `pve1 (active, Sat Nov 21 16:26:28 2026)`. That time is of the node's own zone, and says no more than `old timestamp` does. */
export function lrmWord(status: string): string {
  return /^\S+ \((.+?)(?:, \w{3} \w{3} +\d.*)?\)$/.exec(status)?.[1] ?? status;
}
