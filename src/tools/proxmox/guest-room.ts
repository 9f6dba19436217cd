import type { Hazard } from '../../core/risk.ts';
import type { ResourceStorage, Resources } from './resources.ts';

/** Whether a storage lacks the space for so many bytes. */
export function spaceFor(storage: ResourceStorage | undefined, needs: number): Pick<Hazard, 'noSpace'> {
  if (storage === undefined || storage.total === 0) return {};
  const free = Math.max(0, storage.total - storage.used);
  return needs > free ? { noSpace: { storage: storage.storage, free, needs } } : {};
}

/** Whether a node lacks the memory for so many bytes. */
export function roomFor({ nodes }: Resources, node: string, needs: number): Pick<Hazard, 'noRoom'> {
  const on = nodes.find((one) => one.node === node);
  if (!on || on.memory === 0) return {};
  const free = Math.max(0, on.memory - on.memoryUsed);
  return needs > free ? { noRoom: { node, free, needs } } : {};
}

/** The same as something that may do all the same. */
export function tight({ noRoom }: Pick<Hazard, 'noRoom'>): Pick<Hazard, 'tight'> {
  return noRoom ? { tight: noRoom } : {};
}
