import { residentMB } from '../bench/machine.ts';
import type { World } from './world.ts';

/** Resident memory of desk and gateway in MB. */
export interface Memory {
  readonly desk: number;
  readonly gateway: number;
}

/** How much memory desk and gateway hold now. */
export function memoryOf({ parts }: Pick<World, 'parts'>): Memory {
  const of = (part: 'desk' | 'gateway') => Math.round(residentMB(parts[part].program.pid) ?? 0);
  return { desk: of('desk'), gateway: of('gateway') };
}
