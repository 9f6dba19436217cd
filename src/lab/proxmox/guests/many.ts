import type { Work } from '../tasks.ts';
import type { Guest } from '../world.ts';
import { own, title, withEach } from './bulk.ts';
import { migrate } from './migrate.ts';
import { shutdown, start, suspend } from './power.ts';

/** Starts guests in the order of their ids. */
export function startMany(work: Work, user: string, guests: readonly Guest[]): Promise<void> {
  return withEach(work, guests, {
    ...{ user, task: own('start'), work: start, inOrder: true },
    before: (guest) => `Starting ${title(guest)}`,
    after: (guest, error) => (error === '' ? '' : `Starting ${title(guest)} failed: ${error}`),
  });
}

/** Shuts guests down; those that do not listen are stopped with `force`. `timeout` in seconds. */
export function stopMany(work: Work, user: string, guests: readonly Guest[], how: { readonly timeout: number; readonly force: boolean }): Promise<void> {
  return withEach(work, guests, {
    ...{ user, task: own('shutdown'), work: (hands, guest) => shutdown(hands, guest, how) },
    before: (guest) => `Stopping ${title(guest)} (timeout = ${how.timeout} seconds)`,
    after: (guest, error) => (error === '' ? `Stopped ${title(guest)}` : `${title(guest)} not stopped: ${error}`),
  });
}

/** Suspends machines, to disk or in memory. */
export function suspendMany(work: Work, user: string, guests: readonly Guest[], todisk: boolean): Promise<void> {
  return withEach(work, guests, {
    ...{ user, task: () => (todisk ? 'qmsuspend' : 'qmpause'), work: (hands, guest) => suspend(hands, guest, todisk) },
    before: (guest) => `Suspending ${title(guest)}`,
    after: (guest, error) => (error === '' ? '' : `Suspending ${title(guest)} failed: ${error}`),
  });
}

/** Moves guests to another node; containers that run are stopped and started. */
export function moveMany(work: Work, user: string, guests: readonly Guest[], how: { readonly target: string; readonly disks: boolean }): Promise<void> {
  return withEach(work, guests, {
    ...{ user, task: own('migrate'), inOrder: true },
    work: (hands, guest) => migrate(hands, guest, { source: guest.node, target: how.target, online: guest.type === 'qemu', restart: true, disks: how.disks }),
    before: (guest) => `Migrating ${title(guest)}`,
    after: (guest, error) => (error === '' ? '' : `Migrating ${title(guest)} failed: ${error}`),
  });
}
