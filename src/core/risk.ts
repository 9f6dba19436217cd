import { RISK_ROWS } from './hazards.ts';
import { type Fact, RISKS, type Risk } from './types.ts';

/** The highest of these risks; `none` for no risk at all. */
export function highest(risks: readonly Risk[]): Risk {
  return RISKS[Math.max(0, ...risks.map((risk) => RISKS.indexOf(risk)))] ?? 'none';
}

export function atLeast(risk: Risk, floor: Risk): boolean {
  return RISKS.indexOf(risk) >= RISKS.indexOf(floor);
}

/** What a plan touches, as far as it matters for risk. What is left out is not so, or does not matter for this plan. */
export interface Hazard {
  /** The host by its name; for Proxmox VE the cluster. */
  readonly host: string;
  /** The guest it is about, by its name and, where it has one, its number. */
  readonly guest?: string;
  readonly vmid?: number;
  /** The node of the cluster, and the host of the configuration that is its shell. */
  readonly node?: string;
  readonly shell?: string;
  /** The whole host, or the whole node where one is named, goes away with all its guests. */
  readonly wholeHost?: boolean;
  /** Guests running there. */
  readonly running?: number;
  /** Names and numbers of the guests that go with the whole node. Without it, it may be any of the cluster's. */
  readonly carries?: readonly string[];
  /** `none`: the cluster has no quorum. `lost`: it would have none afterwards. */
  readonly quorum?: 'none' | 'lost';
  /** HA manages it, and asks for this state; `flips`: this changes what HA asks for. */
  readonly ha?: { readonly sid: string; readonly state: string; readonly flips?: 'started' | 'stopped' };
  /** Where the memory that is needed is not free. Bytes. */
  readonly noRoom?: { readonly node: string; readonly free: number; readonly needs: number };
  /** The same where it may do all the same: caches give way, guests share. */
  readonly tight?: { readonly node: string; readonly free: number; readonly needs: number };
  /** A storage that may not have the space. Bytes. */
  readonly noSpace?: { readonly storage: string; readonly free: number; readonly needs: number };
  /** Its memory will be less than it uses now, in bytes; `later`: from the next restart on. */
  readonly squeezed?: { readonly used: number; readonly later: boolean };
  /** Guests that should leave a node and cannot. */
  readonly stuck?: readonly string[];
  /** What runs there right now, such as `vzdump 101`. */
  readonly tasks?: readonly string[];
  /** The config lock of a guest. */
  readonly lock?: string;
  /** Names of snapshots that are lost. */
  readonly snapshots?: readonly string[];
  /** What guests there are besides, on a storage that is touched. */
  readonly shared?: { readonly storage: string; readonly guests: number };
  /** Disks that must be copied because they are on a storage of one node. */
  readonly localDisks?: readonly string[];
  /** Guests whose disks stand on this one's. */
  readonly clones?: readonly string[];
  /** The other end runs an older version. */
  readonly older?: { readonly node: string; readonly version: string; readonly than: string };
  /** When it was backed up the last time, in milliseconds since the epoch; `none`: never; `unknown`: that could not be read. */
  readonly backup?: number | 'none' | 'unknown';
}

/** Where the bot itself runs. */
export type Self = { readonly host: string; readonly guest?: string } | undefined;

/** The risk of a plan after what is known of the world, and what is known, the facts that raise the most first. */
export function assess(floor: Risk, hazard: Hazard, self: Self, now: number): { risk: Risk; facts: Fact[] } {
  const found = RISK_ROWS.flatMap((row) => {
    const fact = row.fact(hazard, self, now);
    return fact ? [{ fact: { ...fact, at: now }, risk: row.raises }] : [];
  });
  const facts = found.toSorted((a, b) => RISKS.indexOf(b.risk) - RISKS.indexOf(a.risk)).map(({ fact }) => fact);
  return { risk: highest([floor, ...found.map(({ risk }) => risk)]), facts };
}
