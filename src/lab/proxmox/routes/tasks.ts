import * as kinds from '../kinds.ts';
import { bool, type Given, int, oneOf, text } from '../params.ts';
import { demand, type Who } from '../permissions.ts';
import { badParams } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { classOf, listRow, newestFirst, owns, recentRow, seenTasks, userFields } from '../tasklist.ts';
import { stopTask, type Task } from '../tasks.ts';
import { parseUpid } from '../upid.ts';

const RECENT = 25;

/** Tasks: lists, one, its log, its end. */
export const TASKS: readonly Route[] = [
  { method: 'GET', path: '/cluster/tasks', run: recent },
  {
    method: 'GET',
    path: '/nodes/{node}/tasks',
    params: {
      ...{ errors: bool, limit: int(0), since: int(), source: oneOf('archive', 'active', 'all'), start: int(0), statusfilter: kinds.endings },
      ...{ typefilter: text(), until: int(), userfilter: text(), vmid: kinds.vmid },
    },
    run: list,
  },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', run: status },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/log', params: { start: int(0), limit: int(0), download: bool }, run: log },
  { method: 'DELETE', path: '/nodes/{node}/tasks/{upid}', run: stop },
];

function recent({ world, who }: Ask): Answer {
  const rows = [...world.nodes.keys()].flatMap((node) => newestFirst(seenTasks(world, who, [node])).slice(0, RECENT));
  return ok(rows.toSorted((a, b) => b.starttime - a.starttime).map(recentRow));
}

function list({ world, who, at, given }: Ask): Answer {
  const source = given.text('source') || 'archive';
  const wanted = seenTasks(world, who, [at.name]).filter((task) => {
    const over = task.exitstatus !== undefined;
    return (source === 'all' || over === (source === 'archive')) && fits(task, given);
  });
  const start = given.number('start') ?? 0;
  const rows = newestFirst(wanted).slice(start, start + (given.number('limit') ?? 50));
  return { data: rows.map(listRow), total: wanted.length };
}

function fits(task: Task, given: Given): boolean {
  const { exitstatus, starttime, type, id, user } = task;
  const filter = given.list('statusfilter');
  return (
    (!given.flag('errors') || (exitstatus !== undefined && exitstatus !== 'OK')) &&
    (filter.length === 0 || (exitstatus !== undefined && filter.includes(classOf(exitstatus)))) &&
    (!given.has('typefilter') || type === given.text('typefilter')) &&
    (!given.has('vmid') || id === given.text('vmid')) &&
    (!given.has('userfilter') || user.includes(given.text('userfilter'))) &&
    starttime >= (given.number('since') ?? 0) &&
    starttime <= (given.number('until') ?? Number.POSITIVE_INFINITY)
  );
}

/** The task of a path; it is known on its own node only. */
function taskOf({ world, at, who, text: one }: Ask, privilege: string): Task {
  if (!parseUpid(one('upid'))) throw badParams({ upid: 'unable to parse worker upid' });
  const found = world.tasks.find((task) => task.upid === one('upid') && task.node === at.name);
  if (!found) throw badParams({ upid: 'no such task' });
  allow(who, found, privilege);
  return found;
}

function allow(who: Who, task: Task, privilege: string): void {
  if (!owns(who, task)) demand(who, `/nodes/${task.node}`, privilege);
}

function status(ask: Ask): Answer {
  const { upid, node, pid, pstart, starttime, type, id, user, exitstatus, misread } = taskOf(ask, 'Sys.Audit');
  const row = { upid, node, pid, pstart, starttime, type, id, ...userFields(user) };
  return ok(exitstatus === undefined ? { ...row, status: 'running' } : { ...row, status: 'stopped', exitstatus: misread ? 'unexpected status' : exitstatus });
}

function log(ask: Ask): Answer {
  const { log: lines } = taskOf(ask, 'Sys.Audit');
  // A list that is empty would upset the web interface.
  if (lines.length === 0) return { data: [{ n: 1, t: 'no content' }], total: 1 };
  const start = ask.given.number('start') ?? 0;
  const limit = ask.given.number('limit') ?? 50;
  const rows = lines.map((t, at) => ({ n: at + 1, t })).slice(start, limit === 0 ? undefined : start + limit);
  return { data: rows, total: lines.length };
}

function stop(ask: Ask): Answer {
  stopTask(taskOf(ask, 'Sys.Modify'));
  return ok();
}
