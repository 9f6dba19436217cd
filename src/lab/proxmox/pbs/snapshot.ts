/** What a backup is of. */
export type BackupType = 'vm' | 'ct' | 'host';

/** One archive of a snapshot; `size` in bytes, not there for a log. */
export interface BackupFile {
  readonly filename: string;
  readonly size?: number;
  readonly crypt?: 'none' | 'encrypt' | 'sign-only';
}

/** Which group: `ns` is '' for the root namespace. */
export interface GroupId {
  readonly ns: string;
  readonly type: BackupType;
  readonly id: string;
}

/** Which snapshot; `time` in seconds since the epoch. */
export interface SnapshotId extends GroupId {
  readonly time: number;
}

/** One backup. `size` in bytes; `comment` is the whole of its notes; without `verification` it was never verified. */
export interface Snapshot extends SnapshotId {
  readonly size: number;
  readonly comment?: string;
  readonly owner: string;
  readonly protected: boolean;
  readonly verification?: { readonly state: 'ok' | 'failed'; readonly upid: string; readonly time?: number };
  readonly files: readonly BackupFile[];
  /** Its chunks are damaged, so verifying it fails. */
  readonly damaged?: boolean;
}

/** `vm/100/2026-03-11T08:51:30Z`, the way Proxmox Backup names a snapshot inside of its namespace. */
export function snapshotPath({ type, id, time }: Omit<SnapshotId, 'ns'>): string {
  return `${type}/${id}/${new Date(time * 1000).toISOString().replace(/\.\d+Z$/, 'Z')}`;
}

/** `ns/west/vm/100/2026-03-11T08:51:30Z`, the way a verify task names what failed. */
export function fullPath(snapshot: SnapshotId): string {
  return [nsPath(snapshot.ns), snapshotPath(snapshot)].filter((part) => part !== '').join('/');
}

/** A namespace as a path below the datastore: `ns/a/ns/b`; empty for the root. */
export function nsPath(ns: string): string {
  return ns === ''
    ? ''
    : ns
        .split('/')
        .map((part) => `ns/${part}`)
        .join('/');
}

/** Whether two are of one group. */
export function sameGroup(a: GroupId, b: GroupId): boolean {
  return a.ns === b.ns && a.type === b.type && a.id === b.id;
}

/** Whether two are the same snapshot. */
export function sameSnapshot(a: SnapshotId, b: SnapshotId): boolean {
  return sameGroup(a, b) && a.time === b.time;
}
