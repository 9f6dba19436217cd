import { may, type Who } from './permissions.ts';
import type { Task } from './tasks.ts';
import type { World } from './world.ts';

/** How a task ended, as `statusfilter` and `errors` sort it. */
export function classOf(exitstatus: string): 'ok' | 'warning' | 'error' | 'unknown' {
  if (exitstatus === 'OK') return 'ok';
  if (/^WARNINGS: \d+$/.test(exitstatus)) return 'warning';
  return exitstatus === 'unexpected status' || exitstatus.startsWith('unable to get last line from task log') ? 'unknown' : 'error';
}

/** Whether a task is one's own: a token's own, or a user's and those of its tokens. */
export function owns(who: Who, task: Task): boolean {
  return task.user === who.id || (who.token === undefined && task.user.startsWith(`${who.id}!`));
}

/** The tasks somebody may see on some nodes. */
export function seenTasks(world: World, who: Who, nodes: readonly string[]): readonly Task[] {
  return world.tasks.filter((task) => nodes.includes(task.node) && (owns(who, task) || may(who, `/nodes/${task.node}`, 'Sys.Audit')));
}

/** A user, and its token apart. */
export function userFields(user: string): { readonly user: string; readonly tokenid?: string } {
  const [name = '', token] = user.split('!');
  return { user: name, ...(token === undefined ? {} : { tokenid: token }) };
}

/** A row of a node's task list; a running one keeps user and token together. */
export function listRow(task: Task) {
  const { upid, node, pid, pstart, starttime, type, id, user, exitstatus, endtime } = task;
  const row = { upid, node, pid, pstart, starttime, type, id };
  return exitstatus === undefined ? { ...row, user, status: 'RUNNING' } : { ...row, ...userFields(user), endtime, status: exitstatus };
}

/** A row of `GET /cluster/tasks`. */
export function recentRow({ upid, node, pid, starttime, type, id, user, exitstatus, endtime }: Task) {
  const row = { upid, node, starttime, type, id, ...userFields(user) };
  return exitstatus === undefined ? { ...row, pid } : { ...row, endtime, status: exitstatus, saved: '1' };
}

/** Finished ones first by their end, the newest in front; running ones before them all. */
export function newestFirst(tasks: readonly Task[]): readonly Task[] {
  const at = (task: Task) => task.endtime ?? Number.POSITIVE_INFINITY;
  return tasks.toReversed().toSorted((a, b) => (at(a) === at(b) ? b.starttime - a.starttime : at(b) > at(a) ? 1 : -1));
}
