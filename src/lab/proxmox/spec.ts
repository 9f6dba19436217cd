/** What a practice cluster is when it starts. Everything a recorded answer can imply can be said here; what is left out has a plain default. */
export interface ClusterSpec {
  /** The corosync cluster's name; without it the one node is outside of any cluster. */
  readonly name?: string;
  /** Of pve-manager; default `9.2.11`. */
  readonly version?: string;
  readonly nodes: readonly NodeSpec[];
  readonly storages?: readonly StorageSpec[];
  readonly guests?: readonly GuestSpec[];
  readonly tokens?: readonly TokenSpec[];
  /** Passwords by user, for `POST /access/ticket`. */
  readonly passwords?: { readonly [user: string]: string };
  /** Tasks that exist already, by their own UPIDs. */
  readonly tasks?: readonly TaskSpec[];
  readonly backups?: readonly BackupSpec[];
  readonly jobs?: readonly { readonly [field: string]: unknown }[];
  /** By sid, such as `vm:100`. */
  readonly ha?: { readonly [sid: string]: { readonly state: string; readonly crm?: string } };
  readonly quorate?: boolean;
  /** Entries of configuration lists such as `/pools`, by the path of the list and their names; a single thing such as `/nodes/pve1/dns` has an empty name. */
  readonly kept?: { readonly [path: string]: { readonly [name: string]: { readonly [field: string]: unknown } } };
  /** Replications; `error`: why the last one failed. */
  readonly replications?: readonly {
    readonly id: string;
    readonly guest: number;
    readonly target: string;
    readonly schedule: string;
    readonly error?: string;
  }[];
}

export interface NodeSpec {
  readonly name: string;
  /** The address it is known by in the cluster; it listens on loopback. */
  readonly ip?: string;
  readonly online?: boolean;
  readonly memory?: number;
  readonly cpus?: number;
  /** As `GET /nodes/{node}/network` gives them. */
  readonly networks?: readonly { readonly [field: string]: unknown }[];
  /** The name of a bridge that somebody has staged there, and not applied. */
  readonly staged?: string;
  readonly services?: readonly { readonly [field: string]: unknown }[];
  readonly updates?: readonly { readonly [field: string]: unknown }[];
}

export interface StorageSpec {
  readonly storage: string;
  readonly type: 'btrfs' | 'cephfs' | 'cifs' | 'dir' | 'lvm' | 'lvmthin' | 'nfs' | 'pbs' | 'rbd' | 'zfspool';
  /** Comma list, as in storage.cfg. */
  readonly content: string;
  readonly shared?: boolean;
  /** Nodes it is restricted to. */
  readonly nodes?: readonly string[];
  readonly disabled?: boolean;
  /** Nodes on which it is not there, so that activating it fails. */
  readonly missing?: readonly string[];
  readonly total?: number;
  readonly used?: number;
  /** For `pbs`: the practice backup server's datastore. */
  readonly datastore?: string;
  /** Volumes of no guest, such as `iso/debian-13.iso`; `node` where the storage is not shared. Sizes in bytes. */
  readonly volumes?: readonly { readonly name: string; readonly size: number; readonly node?: string }[];
}

export interface GuestSpec {
  readonly vmid: number;
  readonly type: 'qemu' | 'lxc';
  readonly node: string;
  /** Default stopped. */
  readonly status?: 'running' | 'stopped' | 'paused';
  readonly template?: boolean;
  /** The whole config as `GET …/config` answers it, without `digest`. */
  readonly config: { readonly [field: string]: string | number };
  /** Changes that wait for a restart. */
  readonly pending?: { readonly [field: string]: string | number };
  readonly snapshots?: readonly {
    readonly name: string;
    readonly at: number;
    readonly description?: string;
    readonly parent?: string;
    readonly vmstate?: boolean;
    /** What it was left in the middle of; its guest has the lock of that, mostly. */
    readonly state?: 'prepare' | 'delete';
  }[];
  /** What its agent says; without it none runs. */
  readonly agent?: { readonly os?: string; readonly addresses?: readonly string[] };
  /** It takes no notice of its power button. */
  readonly deaf?: boolean;
  /** What a lock file of another process is: `can't lock file … got timeout`. */
  readonly flocked?: boolean;
}

export interface TokenSpec {
  /** `user@realm!name`. */
  readonly id: string;
  readonly secret: string;
  /** Privileges by path, propagating; `/` with `['*']` for all. */
  readonly privileges: { readonly [path: string]: readonly string[] };
}

export interface TaskSpec {
  readonly upid: string;
  /** Lines without numbers, the closing `TASK …` line included. */
  readonly log: readonly string[];
  /** Its end; undefined: it runs on until it is stopped. */
  readonly exitstatus?: string;
  readonly endtime?: number;
  /** Somebody asked between its end and its last line: its own status says `unexpected status` ever after, lists and log know better. */
  readonly misread?: boolean;
}

export interface BackupSpec {
  readonly volid: string;
  readonly vmid: number;
  readonly at: number;
  readonly size: number;
  readonly notes?: string;
  readonly protected?: boolean;
  readonly verification?: 'ok' | 'failed';
  /** Whose storage it is on, where that is not shared; default the first node. */
  readonly node?: string;
}

/** What goes wrong with the next requests that match. `before`: nothing was done; `after`: it was done, and the answer is lost. */
export type Fault =
  | { readonly kind: 'drop'; readonly when: 'before' | 'after' }
  | { readonly kind: 'hang'; readonly when: 'before' | 'after' }
  | { readonly kind: 'answer'; readonly when: 'before' | 'after'; readonly status: number; readonly reason: string; readonly body?: string };

/** One request a practice server has heard. `path` without `/api2/json`. */
export interface Heard {
  readonly node: string;
  readonly method: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly status: number;
}

/** A practice cluster in a test's hands. */
export interface LabCluster {
  readonly nodes: readonly { readonly name: string; readonly url: string; readonly port: number; readonly fingerprint: string }[];
  /** The certificate authority of its nodes, as PEM. */
  readonly ca: string;
  /** By id `user@realm!name`. */
  readonly tokens: { readonly [id: string]: string };
  /** What was really carried out, in order: a task's type and id such as `qmstart 100` when it begins, and `PUT /nodes/pve1/qemu/100/config` for calls done at once. */
  readonly effects: readonly string[];
  readonly heard: readonly Heard[];
  /** A guest as it is now; undefined when there is none. */
  guest(vmid: number):
    | {
        readonly node: string;
        readonly status: string;
        readonly lock?: string;
        readonly config: { readonly [field: string]: string | number };
        readonly snapshots: readonly string[];
      }
    | undefined;
  /** Changes a guest's config or status behind everybody's back. */
  meddle(
    vmid: number,
    change: {
      readonly config?: { readonly [field: string]: string | number };
      readonly status?: 'running' | 'stopped';
      readonly node?: string;
      readonly lock?: string;
    },
  ): void;
  backups(): readonly BackupSpec[];
  /** Takes a node off: it does not listen, and the others answer 595 for it. */
  down(node: string): Promise<void>;
  up(node: string): Promise<void>;
  quorum(on: boolean): void;
  /** The next `times` (default 1) matching requests go wrong. */
  fault(match: { readonly method?: string; readonly path?: RegExp }, fault: Fault, times?: number): void;
  close(): Promise<void>;
}
