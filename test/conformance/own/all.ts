import { ACCESS } from './access.ts';
import { CLUSTER } from './cluster.ts';
import { GUESTS } from './guests.ts';
import { KEPT } from './kept.ts';
import { LATER } from './later.ts';
import { MORE } from './more.ts';
import { MOVES } from './moves.ts';
import { NO_QUORUM } from './noquorum.ts';
import { PRINTED } from './printed.ts';
import { RARE } from './rare.ts';
import { REFUSALS } from './refusals.ts';
import type { Entry } from './shape.ts';
import { STORAGE } from './storage.ts';
import { TASKS } from './tasks.ts';
import { UNREACHABLE } from './unreachable.ts';
import { WIRE } from './wire.ts';

/** Exchanges in the shape of a recording, made from what is known of Proxmox VE; by theme. */
export const OWN: Readonly<Record<string, readonly Entry[]>> = {
  access: ACCESS,
  cluster: CLUSTER,
  guests: GUESTS,
  kept: KEPT,
  later: LATER,
  more: MORE,
  moves: MOVES,
  noquorum: NO_QUORUM,
  printed: PRINTED,
  rare: RARE,
  refusals: REFUSALS,
  storage: STORAGE,
  tasks: TASKS,
  unreachable: UNREACHABLE,
  wire: WIRE,
};
