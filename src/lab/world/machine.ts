import type { Prng } from '../prng.ts';
import type { Timers } from '../timers.ts';
import type { Guest } from './guest.ts';
import type { Os } from './os.ts';
import type { Unit } from './unit.ts';

/** A mounted file system. */
export interface Mount {
  readonly source: string;
  readonly type: string;
  readonly size: number;
  readonly used: number;
  readonly reserved: number;
  readonly on: string;
}

/** A network card and how busy it is, in bytes a second. */
export interface Nic {
  readonly name: string;
  readonly mac: string;
  readonly rxRate: number;
  readonly txRate: number;
  readonly rxDropped: number;
}

/** How a claimed step ended; without a code it had never begun. */
export interface End {
  readonly state: 'exit' | 'timeout' | 'stopped';
  readonly code: number | undefined;
  readonly at: number;
}

/** A step claimed on a host, kept across reboots as a disk keeps it. */
export interface Claim {
  /** The boot it began in; undefined when it was closed before it began. */
  readonly bootId: string | undefined;
  readonly at: number;
  readonly output: { size(): number; read(from: number, to: number): Buffer };
  /** Resolves at its end; never when a reboot cut it off. */
  readonly ended: Promise<void>;
  end: End | undefined;
  /** Ends it, by force once the grace is over. */
  stop(graceMs: number): Promise<void>;
}

/** What a host is for as long as the lab lives. */
export interface Fixed {
  readonly name: string;
  readonly site: 'east' | 'west';
  readonly kind: 'linux' | 'libvirt';
  readonly tags: readonly string[];
  readonly at: string;
  readonly at6: string;
  readonly os: Os;
  readonly cpus: number;
  readonly memKiB: number;
  readonly usedShare: number;
  readonly load: number;
  readonly nic: Nic;
  readonly mounts: readonly Mount[];
  readonly people: readonly { readonly name: string; readonly tty: string; readonly from: string; readonly at: number }[];
}

/** A running practice host. */
export interface Machine extends Fixed {
  readonly random: Prng;
  /** What the delays of practice are multiplied by. */
  readonly pace: number;
  readonly units: readonly Unit[];
  readonly guests: readonly Guest[];
  readonly claims: Map<string, Claim>;
  readonly effects: string[];
  /** What was written since the lab began, by path; null: removed. */
  readonly files: Map<string, string | null>;
  readonly journal: { readonly at: number; readonly by: string; readonly text: string }[];
  /** Dropped when the host goes down for a reboot. */
  readonly timers: Timers;
  readonly fleet: readonly Machine[];
  bootedAt: number;
  bootId: string;
  /** Aborted at a reboot: whatever ran then is gone. */
  boot: AbortController;
  /** Whether the rest of the fleet can reach it. */
  reachable: boolean;
  nextPid: number;
  nextGuestId: number;
  pendingReboot: (() => void) | undefined;
  /** What is announced, and when it comes: milliseconds since the epoch. */
  scheduled: { readonly mode: 'reboot' | 'poweroff'; readonly at: number } | undefined;
  /** Goes down and comes back; set by the host that listens. */
  restart: () => void;
  /** Goes down for good; set by the host that listens. */
  powerOff: () => void;
  /** Comes back from that; nothing where it is on. */
  powerOn: () => void;
  /** What a node of a Proxmox VE cluster can do to guests that its API cannot; set when the cluster starts. */
  node: ClusterNode | undefined;
}

/** A node of a practice cluster, for programs that run on it. */
export interface ClusterNode {
  /** Takes the lock off a guest's config; the message of the error where there is no such guest here. */
  unlock(type: 'qemu' | 'lxc', vmid: number): string | undefined;
  /** `/etc/network/interfaces` of this node, and what is staged in `interfaces.new`, if anything is. */
  interfaces(): string;
  staged(): string | undefined;
  /** What its pve-firewall is told, by place. */
  rules(): Map<string, { readonly [field: string]: unknown }>;
  /** Has HA empty a node, or bring its guests back; the message of the error where there is no such node. */
  maintain(node: string, on: boolean): string | undefined;
}

/** Notes a change in the host's journal. */
export function note(machine: Machine, by: string, text: string): void {
  machine.journal.push({ at: Date.now(), by, text });
  if (machine.journal.length > 500) machine.journal.shift();
}

/** Hands out the next process id. */
export function newPid(machine: Machine): number {
  machine.nextPid += machine.random.int(1, 23);
  return machine.nextPid;
}

/** Seconds since the host booted. */
export function uptime(machine: Machine): number {
  return Math.max(0, (Date.now() - machine.bootedAt) / 1000);
}
