import { Garbage, type GcStatus } from './garbage.ts';
import { type GroupId, type Snapshot, type SnapshotId, sameGroup, sameSnapshot, snapshotPath } from './snapshot.ts';

/** Seconds since the epoch. */
export type Clock = () => number;

/** How a datastore starts; sizes in bytes. `base` is what is used by chunks that are never freed. */
export interface DatastoreSpec {
  readonly name: string;
  readonly path: string;
  readonly total: number;
  readonly base: number;
  readonly comment?: string;
  readonly gcSchedule?: string;
}

/** Which snapshots to list; what is left out matches all. */
export type Match = Partial<SnapshotId>;

/** A datastore: namespaces that hold groups of snapshots, above one store of chunks. */
export class Datastore {
  readonly name: string;
  readonly path: string;
  readonly total: number;
  readonly comment: string | undefined;
  readonly gcSchedule: string | undefined;
  /** Namespaces besides the root. */
  readonly namespaces = new Set<string>();
  readonly garbage: Garbage;
  readonly #base: number;
  readonly #groupNotes = new Map<string, string>();
  #snapshots: readonly Snapshot[] = [];
  /** `type` and `message` of the maintenance mode it is in. */
  maintenance: { readonly type: 'read-only' | 'offline'; readonly message?: string } | undefined;

  constructor(spec: DatastoreSpec, now: Clock) {
    this.name = spec.name;
    this.path = spec.path;
    this.total = spec.total;
    this.#base = spec.base;
    this.comment = spec.comment;
    this.gcSchedule = spec.gcSchedule;
    this.garbage = new Garbage(now);
  }

  /** Bytes on disk: what is referenced, and what no garbage collection has removed yet. */
  get used(): number {
    return Math.min(this.total, this.#base + this.garbage.bytes + this.#snapshots.reduce((sum, snapshot) => sum + ownBytes(snapshot), 0));
  }

  get avail(): number {
    return this.total - this.used;
  }

  /** Newest first within a group. */
  list(match: Match = {}): readonly Snapshot[] {
    return this.#snapshots.filter((snapshot) => fits(snapshot, match));
  }

  find(id: SnapshotId): Snapshot | undefined {
    return this.#snapshots.find((snapshot) => sameSnapshot(snapshot, id));
  }

  /** One group a row, its newest snapshot in front. */
  groups(match: Match = {}): readonly (readonly [Snapshot, ...Snapshot[]])[] {
    const rows: [Snapshot, ...Snapshot[]][] = [];
    for (const snapshot of this.list(match)) {
      const row = rows.find(([first]) => sameGroup(first, snapshot));
      if (row) row.push(snapshot);
      else rows.push([snapshot]);
    }
    return rows;
  }

  /** Takes a new backup in. Throws, as the server refuses it, when its group belongs to another owner or has a backup as new. */
  add(snapshot: Snapshot): void {
    const latest = this.list({ ns: snapshot.ns, type: snapshot.type, id: snapshot.id })[0];
    if (latest && latest.owner !== snapshot.owner) throw new Error(`backup owner check failed (${snapshot.owner} != ${latest.owner})`);
    if (latest && latest.time >= snapshot.time) throw new Error('backup timestamp is older than last backup.');
    this.seed(snapshot);
  }

  /** Puts a snapshot there as it is, at its place in time; one with the same name is replaced. */
  seed(snapshot: Snapshot): void {
    if (snapshot.ns !== '') this.namespaces.add(snapshot.ns);
    this.#snapshots = [...this.#snapshots.filter((other) => !sameSnapshot(other, snapshot)), snapshot].toSorted(order);
  }

  /** Forgets a snapshot; its chunks stay until they are collected. Throws for one that is protected or not there. */
  remove(id: SnapshotId): void {
    const snapshot = this.#known(id);
    if (snapshot.protected) throw new Error('cannot remove protected snapshot');
    this.#snapshots = this.#snapshots.filter((other) => other !== snapshot);
    this.garbage.drop(ownBytes(snapshot), snapshot.time);
  }

  protect(id: SnapshotId, on: boolean): void {
    this.edit(id, { protected: on });
  }

  /** Changes fields of a snapshot. Throws when it is not there. */
  edit(id: SnapshotId, change: Partial<Pick<Snapshot, 'comment' | 'owner' | 'protected' | 'verification' | 'damaged'>>): void {
    const snapshot = this.#known(id);
    this.#snapshots = this.#snapshots.map((other) => (other === snapshot ? { ...snapshot, ...change } : other));
  }

  groupNotes(group: GroupId): string {
    return this.#groupNotes.get(`${group.ns}:${group.type}/${group.id}`) ?? '';
  }

  setGroupNotes(group: GroupId, notes: string): void {
    this.#groupNotes.set(`${group.ns}:${group.type}/${group.id}`, notes);
  }

  /** What the last garbage collection found. */
  get gc(): GcStatus {
    return this.garbage.last;
  }

  #known(id: SnapshotId): Snapshot {
    const snapshot = this.find(id);
    if (!snapshot) throw new Error(`no such snapshot ${snapshotPath(id)}`);
    return snapshot;
  }
}

/** Bytes only this snapshot's chunks take: the rest is shared with others. */
export function ownBytes(snapshot: Snapshot): number {
  return Math.round(snapshot.size / 10);
}

function fits(snapshot: Snapshot, { ns, type, id, time }: Match): boolean {
  return (
    (ns ?? snapshot.ns) === snapshot.ns &&
    (type ?? snapshot.type) === snapshot.type &&
    (id ?? snapshot.id) === snapshot.id &&
    (time ?? snapshot.time) === snapshot.time
  );
}

function order(a: Snapshot, b: Snapshot): number {
  const one = `${a.ns}:${a.type}/${a.id}`;
  const two = `${b.ns}:${b.type}/${b.id}`;
  return one === two ? b.time - a.time : one < two ? -1 : 1;
}
