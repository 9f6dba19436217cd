import { type Clock, Datastore } from './datastore.ts';
import type { Job, JobKind, Remote } from './job.ts';
import { practiceJobs, practiceRemotes } from './jobs.ts';
import { fillCold, fillMain } from './practice.ts';

export { type Clock, Datastore } from './datastore.ts';
export type { Job, JobKind, Remote } from './job.ts';
export { CLUSTER_TOKEN, filesOf } from './practice.ts';
export { type BackupFile, type BackupType, type Snapshot, type SnapshotId, snapshotPath } from './snapshot.ts';

/** A service of the backup server's node, as systemd sees it. */
export interface Service {
  readonly service: string;
  readonly desc: string;
  readonly state: 'running' | 'dead' | 'exited';
  readonly unit: 'enabled' | 'disabled' | 'static';
}

/** Everything a practice backup server holds. Changing it changes what the server answers at once. */
export interface BackupWorld {
  readonly datastores: Map<string, Datastore>;
  readonly jobs: { readonly [kind in JobKind]: Map<string, Job> };
  readonly remotes: Map<string, Remote>;
  readonly services: Map<string, Service>;
  /** Seconds since the epoch on the server's clock. */
  readonly now: Clock;
  /** Moves the server's clock on. */
  advance(seconds: number): void;
}

const SERVICES: readonly Service[] = [
  { service: 'chrony', desc: 'chrony, an NTP client/server', state: 'running', unit: 'enabled' },
  { service: 'cron', desc: 'Regular background program processing daemon', state: 'running', unit: 'enabled' },
  { service: 'proxmox-backup', desc: 'Proxmox Backup API Server', state: 'running', unit: 'enabled' },
  { service: 'proxmox-backup-proxy', desc: 'Proxmox Backup API Proxy Server', state: 'running', unit: 'enabled' },
  { service: 'ssh', desc: 'OpenBSD Secure Shell server', state: 'running', unit: 'enabled' },
  { service: 'systemd-journald', desc: 'Journal Service', state: 'running', unit: 'static' },
];

/** The practice content: datastores `main` and `cold`, their backups, jobs and a remote. `start`: the server's clock when it begins, seconds since the epoch; default now. */
export function practiceWorld(start?: number): BackupWorld {
  let shift = start === undefined ? 0 : start - Math.floor(Date.now() / 1000);
  const now = () => Math.floor(Date.now() / 1000) + shift;
  const main = new Datastore({ name: 'main', path: '/mnt/datastore/main', total: 8_000_000_000_000, base: 2_400_000_000_000, gcSchedule: 'daily' }, now);
  const cold = new Datastore({ name: 'cold', path: '/mnt/datastore/cold', total: 16_000_000_000_000, base: 9_100_000_000_000 }, now);
  fillMain(main, now());
  fillCold(cold, now());
  return {
    datastores: new Map([main, cold].map((store) => [store.name, store])),
    jobs: practiceJobs(now()),
    remotes: practiceRemotes(),
    services: new Map(SERVICES.map((service) => [service.service, service])),
    now,
    advance(seconds) {
      shift += seconds;
    },
  };
}
