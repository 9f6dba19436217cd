import { may, type Who } from '../access.ts';
import { boolean, integer, list, node, optional, storeName, text, upid, words } from '../kinds.ts';
import { bail } from '../refusal.ts';
import { type Call, type Route, route } from '../route.ts';
import type { Task } from '../tasks.ts';

const LIST = {
  node,
  start: optional(integer(0)),
  limit: optional(integer(0)),
  store: optional(storeName),
  running: optional(boolean),
  errors: optional(boolean),
  userfilter: optional(text),
  since: optional(integer()),
  until: optional(integer()),
  typefilter: optional(text),
  statusfilter: optional(list(words('ok', 'warning', 'error', 'unknown'))),
};

/** The tasks of the server. Paths say `localhost`, whatever the UPID says. */
export const TASKS: readonly Route[] = [
  route('GET', '/nodes/{node}/tasks', LIST, (call) => {
    const found = call.tasks.all().filter((task) => mine(call.who, task, 'Sys.Audit') && wanted(call, task));
    const start = call.given.number('start') ?? 0;
    const limit = call.given.number('limit') ?? 50;
    const rows = found.slice(start, limit === 0 ? undefined : start + limit);
    return { data: rows.map(row), beside: { total: found.length } };
  }),
  route('GET', '/nodes/{node}/tasks/{upid}/status', { node, upid }, (call) => {
    const { upid: id, parts, end, state } = known(call, 'Sys.Audit');
    const [user = '', token] = parts.user.split('!');
    return {
      data: {
        upid: id,
        node: parts.node,
        pid: parts.pid,
        pstart: parts.pstart,
        starttime: parts.start,
        type: parts.type,
        id: parts.worker === '' ? null : parts.worker,
        user,
        ...(token === undefined ? {} : { tokenid: token }),
        ...(end === undefined ? { status: 'running' } : { status: 'stopped', exitstatus: state, endtime: end }),
      },
    };
  }),
  route(
    'GET',
    '/nodes/{node}/tasks/{upid}/log',
    { node, upid, start: optional(integer(0)), limit: optional(integer(0)), 'test-status': optional(boolean), download: optional(boolean) },
    (call) => {
      const task = known(call, 'Sys.Audit');
      const { given } = call;
      // Lines count from 1, so that a start of 0 and of 1 are the same.
      const start = Math.max(0, (given.number('start') ?? 0) - 1);
      const limit = given.number('limit') ?? 50;
      const lines = task.log.map((t, index) => ({ n: index + 1, t })).slice(start, limit === 0 ? undefined : start + limit);
      return { data: lines, beside: { total: task.log.length, ...(given.flag('test-status', false) && { active: task.end === undefined }) } };
    },
  ),
  route('DELETE', '/nodes/{node}/tasks/{upid}', { node, upid }, (call) => {
    call.tasks.stop(known(call, 'Sys.Modify').upid);
    return { data: null };
  }),
];

function known(call: Call, privilege: string): Task {
  const id = call.given.text('upid');
  const task = call.tasks.find(id);
  if (!task) throw bail('No such file or directory (os error 2)');
  if (!mine(call.who, task, privilege)) throw bail('task access not allowed');
  return task;
}

/** One's own tasks, those of one's tokens, and all with the privilege. */
function mine(who: Who, { parts }: Task, privilege: string): boolean {
  return parts.user === who.id || parts.user.split('!')[0] === who.id || may(who, '/system/tasks', privilege);
}

function wanted({ given }: Call, { parts, end, state }: Task): boolean {
  const [since, until] = [given.number('since'), given.number('until')];
  if (until !== undefined && parts.start > until) return false;
  if (since !== undefined && parts.start < since) return false;
  if (given.has('userfilter') && !parts.user.includes(given.text('userfilter'))) return false;
  if (given.has('typefilter') && !parts.type.includes(given.text('typefilter'))) return false;
  if (given.has('store') && !parts.worker.split(':').includes(given.text('store'))) return false;
  if (given.flag('running', false) && end !== undefined) return false;
  // As on Proxmox VE: warnings are among the errors.
  if (given.flag('errors', false) && state === 'OK') return false;
  const kinds = given.list('statusfilter');
  return kinds.length === 0 || (state !== undefined && kinds.includes(kindOf(state)));
}

function kindOf(state: string): string {
  if (state === 'OK') return 'ok';
  if (state.startsWith('WARNINGS: ')) return 'warning';
  return state === 'unknown' ? 'unknown' : 'error';
}

function row({ upid: id, parts, end, state }: Task) {
  return {
    upid: id,
    node: parts.node,
    pid: parts.pid,
    pstart: parts.pstart,
    starttime: parts.start,
    worker_type: parts.type,
    worker_id: parts.worker === '' ? null : parts.worker,
    user: parts.user,
    ...(end === undefined ? {} : { endtime: end, status: state }),
  };
}
