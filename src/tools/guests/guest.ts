import type { Host, Look } from '../../core/command.ts';
import type { Block, Fact, Keep, Lock, Plan, Risk, Step, Undo } from '../../core/types.ts';
import type { Said } from '../../core/words.ts';
import type { GuestState } from './states.ts';

export { type GuestState, stateWords } from './states.ts';

/** Which family of commands a guest belongs to: `vm`, a virtual machine, or `ct`, a container. */
export type Family = 'vm' | 'ct';

/** A guest on whatever kind of host runs it, with what can be done to it. Memory in bytes. */
export interface Guest {
  readonly host: Host;
  readonly family: Family;
  /** What names it for good on its host: a UUID, or a VMID. */
  readonly id: string;
  /** Its number where it has one. */
  readonly vmid?: number;
  /** Its name; `VM 110` where it has none. */
  readonly name: string;
  readonly state: GuestState;
  readonly cpus: number;
  readonly memory: number;
  /** The node of the cluster it is on. */
  readonly node?: string;
  readonly tags: readonly string[];
  readonly template?: true;
  /** Its config lock, such as `backup`. */
  readonly lock?: string;
  /** Its node is offline: nothing can be asked of it. */
  readonly away?: true;
  /** The path of the lock that covers it alone. */
  readonly lockName: string;
  readonly deeds: Deeds;
}

/** All that can be done to a guest; each kind of host does it its own way, or says why it cannot. */
export interface Deeds {
  readonly show: Deed;
  readonly config: Deed;
  readonly snapshots: Deed;
  readonly start: Deed;
  readonly shutdown: Deed;
  readonly stop: Deed;
  readonly reboot: Deed;
  readonly reset: Deed;
  readonly suspend: Deed<{ readonly toDisk: boolean }>;
  readonly resume: Deed;
  readonly snapshot: Deed<{ readonly name: string; readonly memory: boolean; readonly keep: number | undefined }>;
  readonly rollback: Deed<{ readonly name: string; readonly start: boolean }>;
  readonly delsnapshot: Deed<{ readonly name: string; readonly before: string | undefined; readonly force: boolean }>;
  readonly clone: Deed<CloneOptions>;
  readonly migrate: Deed<{ readonly to: string; readonly storage: string | undefined }>;
  readonly resize: Deed<{ readonly disk: string; readonly size: string }>;
  readonly set: Deed<Settings>;
  readonly unlock: Deed;
  readonly destroy: Deed<{ readonly confirm: string }>;
  readonly agentInfo: Deed;
  readonly agentIp: Deed;
  readonly agentTrim: Deed;
}
export type Verb = keyof Deeds;

export interface CloneOptions {
  readonly name: string;
  readonly id: string | undefined;
  readonly full: boolean;
  readonly storage: string | undefined;
  readonly to: string | undefined;
}

/** New settings as they were typed; what is left out stays. */
export interface Settings {
  readonly memory?: string | undefined;
  readonly cores?: string | undefined;
  readonly name?: string | undefined;
  readonly tags?: string | undefined;
  readonly onboot?: string | undefined;
  readonly protection?: string | undefined;
  /** The disk controller: a `scsihw` value. */
  readonly controller?: string | undefined;
  /** `scsi0=on`, `scsi0=off`: a disk, and whether it is so. */
  readonly discard?: string | undefined;
  readonly iothread?: string | undefined;
}

/** Does something, as a draft of a plan; or why that is not to be had. Throws Refusal, HostError. */
export type Deed<O = Nothing> = ((look: Look, options: O) => Promise<Draft>) | Lack;
export type Nothing = Record<never, never>;
export interface Lack {
  readonly lacks: Said;
}

/** A plan without what is the same for all that is done to a guest. */
export interface Draft {
  readonly summary: Said;
  readonly answer?: readonly Block[];
  readonly steps?: readonly Step[];
  readonly facts?: readonly Fact[];
  /** Besides that of the guest itself. */
  readonly locks?: readonly Lock[];
  readonly risk?: Risk;
  readonly undo?: Undo;
  readonly keeps?: readonly Keep[];
  readonly notes?: readonly Said[];
  readonly touches?: readonly string[];
  readonly expects?: Plan['expects'];
}

/** All guests of one host, and what people should know of it, such as a node that is off. */
export interface Roll {
  readonly guests: readonly Guest[];
  readonly notes: readonly Said[];
}

/** How a kind of host lists its guests. */
export type Pack = (look: Look, host: Host) => Promise<Roll>;
