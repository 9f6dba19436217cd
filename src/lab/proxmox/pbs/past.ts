import { fullPath } from './snapshot.ts';
import type { Task } from './tasks.ts';
import { stamp } from './time.ts';
import { parseUpid } from './upid.ts';
import type { BackupWorld, Datastore } from './world.ts';

/** The tasks that the last runs of jobs and garbage collections were, oldest first, with what is left of their logs. */
export function pastTasks({ jobs, datastores }: BackupWorld): readonly Task[] {
  const runs = [...jobs.verify.values(), ...jobs.sync.values(), ...jobs.prune.values()].flatMap(({ store, last }) => {
    if (!last) return [];
    const failed = last.state.startsWith('verification failed') ? failures(datastores.get(store), last.upid) : [];
    return past(last.upid, last.state, last.end, failed);
  });
  const collections = [...datastores.values()].flatMap(({ name, gc }) =>
    gc.upid === undefined || gc.end === undefined ? [] : past(gc.upid, gc.state ?? 'OK', gc.end, [`starting garbage collection on store ${name}`]),
  );
  return [...runs, ...collections].toSorted((a, b) => a.parts.start - b.parts.start);
}

function failures(store: Datastore | undefined, upid: string): readonly string[] {
  const failed = (store?.list() ?? []).filter(({ verification }) => verification?.state === 'failed' && verification.upid === upid);
  return ['Failed to verify the following snapshots/groups:', ...failed.map((snapshot) => `\t${fullPath(snapshot)}`)];
}

function past(upid: string, state: string, end: number, lines: readonly string[]): readonly Task[] {
  const parts = parseUpid(upid);
  const close = state === 'OK' ? 'TASK OK' : `TASK ERROR: ${state}`;
  return parts ? [{ upid, parts, state, end, log: [...lines, close].map((line) => `${stamp(end)}: ${line}`) }] : [];
}
