import type { Prng } from '../prng.ts';
import type { Timers } from '../timers.ts';
import type { BackupStore } from './backups.ts';
import type { Who } from './permissions.ts';
import type { ClusterSpec, Heard, StorageSpec, TokenSpec } from './spec.ts';
import type { Task } from './tasks.ts';

/** Options of a guest, as its config file has them. */
export type Config = { [option: string]: string | number };
/** Anything the API tells as it is. */
export type Fields = { [field: string]: unknown };

export interface Node {
  readonly name: string;
  readonly id: number;
  readonly ip: string;
  readonly memory: number;
  readonly cpus: number;
  /** Milliseconds since the epoch. */
  readonly bootedAt: number;
  fingerprint: string;
  online: boolean;
  /** HA keeps its guests elsewhere. */
  maintenance: boolean;
  networks: Fields[];
  /** What is staged in `interfaces.new`. */
  staged: Fields[] | undefined;
  readonly services: Fields[];
  readonly updates: readonly Fields[];
}

export interface Storage {
  readonly storage: string;
  readonly type: StorageSpec['type'];
  readonly shared: boolean;
  readonly missing: readonly string[];
  readonly total: number;
  readonly used: number;
  /** What storage.cfg says, `nodes` and `disable` among it. */
  readonly config: Config;
}

export interface Snapshot {
  readonly name: string;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly description: string;
  parent: string | undefined;
  readonly vmstate: boolean;
  readonly config: Config;
  /** Not complete: `prepare` or `delete`. */
  state?: string;
}

export interface Guest {
  vmid: number;
  readonly type: 'qemu' | 'lxc';
  node: string;
  status: 'running' | 'stopped' | 'paused';
  /** The lock of the config file is `config.lock`. */
  config: Config;
  /** Changes that wait for a restart; undefined: the option goes. */
  readonly pending: Map<string, string | number | undefined>;
  snapshots: Snapshot[];
  /** The snapshot it stands on. */
  parent: string | undefined;
  readonly agent: { readonly os?: string; readonly addresses?: readonly string[] } | undefined;
  readonly deaf: boolean;
  readonly flocked: boolean;
  bootedAt: number;
  pid: number;
}

/** A volume that is neither a disk in use nor a backup: an ISO, a template, an unused disk. */
export interface Volume {
  readonly volid: string;
  readonly node: string | undefined;
  readonly content: string;
  readonly format: string;
  readonly size: number;
  readonly at: number;
}

/** What HA manages: requested state, and the state of the CRM. */
export interface Managed {
  readonly sid: string;
  state: string;
  crm: string;
  /** Where it was before maintenance moved it. */
  home: string | undefined;
  readonly more: Config;
}

/** A practice cluster as it is now. */
export interface World {
  readonly name: string | undefined;
  readonly version: string;
  readonly pace: number;
  readonly random: Prng;
  readonly timers: Timers;
  /** Aborted when the cluster closes. */
  readonly closing: AbortSignal;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly storages: Map<string, Storage>;
  readonly guests: Map<number, Guest>;
  /** Configs of guests when it all began: what older backups hold. */
  readonly first: ReadonlyMap<number, Config>;
  readonly volumes: Volume[];
  readonly backups: BackupStore;
  readonly tasks: Task[];
  readonly jobs: Fields[];
  readonly ha: Map<string, Managed>;
  readonly replications: NonNullable<ClusterSpec['replications']>[number][];
  readonly tokens: TokenSpec[];
  readonly passwords: { [user: string]: string };
  /** Entries of configuration lists, by the path of the list and their names. */
  readonly kept: Map<string, Map<string, Fields>>;
  /** Tickets that were given out, by their text. */
  readonly tickets: Map<string, { readonly who: Who; readonly csrf: string }>;
  /** Guests whose lock file a task holds. */
  readonly flocks: Set<number>;
  readonly effects: string[];
  readonly heard: Heard[];
  /** Said from outside; undefined: decided by how many nodes are there. */
  quorum: boolean | undefined;
  nextPid: number;
  /** Takes a node off the network, or puts it back. */
  setOnline: (node: string, on: boolean) => Promise<void>;
}

/** Whether the cluster may write. */
export function quorate(world: World): boolean {
  const nodes = [...world.nodes.values()];
  return world.quorum ?? nodes.filter(({ online }) => online).length * 2 > nodes.length;
}

/** Seconds since the epoch. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The next process id. */
export function nextPid(world: World): number {
  world.nextPid += world.random.int(1, 40);
  return world.nextPid;
}

/** What lists call a guest. */
export function nameOf(guest: Guest): string {
  const name = guest.type === 'lxc' ? guest.config.hostname : guest.config.name;
  return String(name ?? `${guest.type === 'lxc' ? 'CT' : 'VM'} ${guest.vmid}`);
}

/** Whether a storage can be used on a node; a reason where it cannot. */
export function storageFault(world: World, name: string, node: string): string | undefined {
  const found = world.storages.get(name);
  if (!found) return `storage '${name}' does not exist`;
  if (Number(found.config.disable ?? 0) === 1) return `storage '${name}' is disabled`;
  if (!allowedOn(found, node)) return `storage '${name}' is not available on node '${node}'`;
  if (!found.missing.includes(node)) return undefined;
  return found.type === 'zfspool'
    ? `could not activate storage '${name}', zfs error: cannot import '${String(found.config.pool ?? name)}': no such pool available`
    : `storage '${name}' is not online`;
}

/** Whether storage.cfg has a storage on a node. */
export function allowedOn({ config }: Storage, node: string): boolean {
  return config.nodes === undefined || String(config.nodes).split(',').includes(node);
}
