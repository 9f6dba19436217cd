import type { Datastore } from './datastore.ts';
import type { BackupFile, BackupType, Snapshot } from './snapshot.ts';
import { upidText } from './upid.ts';

/** The token the practice cluster takes its backups with, so their owner. */
export const CLUSTER_TOKEN = 'alpha@pbs!backup';
const GIB = 2 ** 30;
const HOUR = 3600;
const DAY = 24 * HOUR;

interface Row {
  readonly type: BackupType;
  readonly id: string;
  /** Days ago, at 02:00. */
  readonly ago: number;
  readonly gib: number;
  readonly comment?: string;
  readonly ns?: string;
  readonly owner?: string;
  readonly protected?: true;
  /** What verifying it came to, and how many days ago. */
  readonly verified?: readonly ['ok' | 'failed', number];
}

const MAIN: readonly Row[] = [
  { type: 'vm', id: '100', ago: 1, gib: 32, comment: 'web-a', verified: ['ok', 1] },
  { type: 'vm', id: '101', ago: 8, gib: 64, comment: 'gitlab', verified: ['ok', 7] },
  { type: 'vm', id: '101', ago: 1, gib: 64, comment: 'gitlab' },
  { type: 'vm', id: '102', ago: 1, gib: 16, comment: 'wiki', verified: ['ok', 1] },
  { type: 'vm', id: '103', ago: 2, gib: 24, comment: 'runner', verified: ['failed', 1] },
  { type: 'vm', id: '111', ago: 42, gib: 100, comment: 'vault', protected: true, verified: ['ok', 40] },
  { type: 'ct', id: '200', ago: 2, gib: 4, comment: 'dns1', verified: ['ok', 1] },
  { type: 'ct', id: '200', ago: 1, gib: 4, comment: 'dns1' },
  { type: 'ct', id: '201', ago: 1, gib: 8, comment: 'proxy', verified: ['ok', 1] },
  { type: 'host', id: 'fs01', ago: 3, gib: 120, comment: 'file server', ns: 'west', owner: 'root@pam', verified: ['ok', 2] },
  { type: 'host', id: 'fs01', ago: 1, gib: 121, comment: 'file server', ns: 'west', owner: 'root@pam' },
];
const COLD: readonly Row[] = [
  { type: 'vm', id: '101', ago: 36, gib: 60, comment: 'gitlab', owner: 'root@pam', verified: ['ok', 30] },
  { type: 'vm', id: '101', ago: 8, gib: 64, comment: 'gitlab', owner: 'root@pam' },
];

/** Fills the practice datastore `main`; `now` in seconds since the epoch. */
export function fillMain(store: Datastore, now: number): void {
  store.namespaces.add('west');
  for (const row of MAIN) store.seed(snapshotOf(row, store.name, now));
  const start = now - 20 * HOUR;
  const upid = upidText({ node: 'pbs1', pid: 0x2c0, pstart: 0x7ba, task: 7, start, type: 'garbage_collection', worker: store.name, user: 'root@pam' });
  // The first is old enough by now; the second was still in use at the last collection.
  const left = [
    { bytes: 60 * GIB, touched: now - 26 * HOUR },
    { bytes: 12 * GIB, touched: start },
  ];
  store.garbage.seed(left, { upid, start, end: start + 312 });
}

/** Fills the practice datastore `cold`. */
export function fillCold(store: Datastore, now: number): void {
  for (const row of COLD) store.seed(snapshotOf(row, store.name, now));
}

/** The archives a backup of this kind is made of; `size` in bytes is that of its data. */
export function filesOf(type: BackupType, size: number): readonly BackupFile[] {
  const index: BackupFile = { filename: 'index.json.blob', size: 514, crypt: 'none' };
  const log: BackupFile = { filename: 'client.log.blob' };
  if (type === 'vm')
    return [{ filename: 'qemu-server.conf.blob', size: 487, crypt: 'none' }, { filename: 'drive-scsi0.img.fidx', size, crypt: 'none' }, index, log];
  const pxar: readonly BackupFile[] = [
    { filename: 'root.pxar.didx', size, crypt: 'none' },
    { filename: 'catalog.pcat1.didx', size: 1_843_201, crypt: 'none' },
  ];
  return type === 'ct' ? [{ filename: 'pct.conf.blob', size: 231, crypt: 'none' }, ...pxar, index, log] : [...pxar, index];
}

function snapshotOf(row: Row, store: string, now: number): Snapshot {
  const time = now - (now % DAY) - row.ago * DAY + 2 * 3600 + (Number(row.id) % 60 || 0) * 60;
  const size = Math.round(row.gib * GIB);
  return {
    ns: row.ns ?? '',
    type: row.type,
    id: row.id,
    time,
    size,
    ...(row.comment === undefined ? {} : { comment: row.comment }),
    owner: row.owner ?? CLUSTER_TOKEN,
    protected: row.protected ?? false,
    files: filesOf(row.type, size),
    ...(row.verified && { verification: verification(row.verified, store, now) }),
    ...(row.verified?.[0] === 'failed' && { damaged: true }),
  };
}

function verification([state, ago]: readonly ['ok' | 'failed', number], store: string, now: number): NonNullable<Snapshot['verification']> {
  const time = now - ago * DAY;
  return {
    state,
    time,
    upid: upidText({
      node: 'pbs1',
      pid: 0x2c0,
      pstart: 0x7ba,
      task: ago * 1440,
      start: time,
      type: 'verificationjob',
      worker: `${store}:v-weekly`,
      user: 'root@pam',
    }),
  };
}
