import type { Hazard } from '../../core/risk.ts';
import type { Quorum } from './cluster-quorum.ts';
import type { ResourceGuest, Resources } from './resources.ts';

/** What is to leave a node, and where it can go. */
export interface Leaving {
  readonly node: string;
  readonly all: Resources;
  readonly quorum: Quorum;
  /** Guests that HA moves. */
  readonly moved: readonly ResourceGuest[];
  /** Nodes that are on and take guests. */
  readonly others: readonly string[];
}

/** Where the largest goes first, each to the node with the most room: the first for which there is none, or nothing. */
export function roomElsewhere({ all, moved, others }: Pick<Leaving, 'all' | 'moved' | 'others'>): Pick<Hazard, 'noRoom'> {
  const free = new Map(all.nodes.filter(({ node }) => others.includes(node)).map(({ node, memory, memoryUsed }) => [node, Math.max(0, memory - memoryUsed)]));
  for (const { memory } of moved.toSorted((a, b) => b.memory - a.memory)) {
    const [node, most] = [...free].sort(([, a], [, b]) => b - a)[0] ?? ['-', 0];
    if (memory > most) {
      const needs = moved.reduce((sum, guest) => sum + guest.memory, 0);
      const left = all.nodes.reduce((sum, one) => sum + (others.includes(one.node) ? Math.max(0, one.memory - one.memoryUsed) : 0), 0);
      // Enough in all, and none large enough for this one: then that is what must be said.
      return { noRoom: needs > left ? { node: others.join(', ') || '-', free: left, needs } : { node, free: most, needs: memory } };
    }
    free.set(node, most - memory);
  }
  return {};
}
