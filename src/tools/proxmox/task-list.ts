import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import { logLines } from '../../core/tasklog.ts';
import type { ApiRead } from '../../core/types.ts';
import { parsePveUpid } from '../../core/upid.ts';
import { number, type Row, row, rows, text } from './fields.ts';

/** A task of a node. Times in seconds since the epoch. `end` undefined: it runs. `status`: `OK`, `WARNINGS: n`, or the error itself. */
export interface Task {
  readonly upid: string;
  readonly node: string;
  readonly type: string;
  /** What it is about: mostly a guest's number; may be empty. */
  readonly id: string;
  readonly user: string;
  readonly start: number;
  readonly end: number | undefined;
  readonly status: string;
}

/** What is shown of a UPID, and can be typed for it: its node, process and start, such as `pve1:000028EA:6B001505`. */
export function shortUpid(upid: string): string {
  const [, node, pid, , start] = upid.split(':');
  return `${node}:${pid}:${start}`;
}

/** Whether what was typed names this task: its UPID or the start of it, or the short form or the end of that. */
export function namesTask(typed: string, upid: string): boolean {
  const short = shortUpid(upid).toUpperCase();
  return upid.startsWith(typed) || short === typed.toUpperCase() || (typed.length >= 8 && short.endsWith(typed.toUpperCase()));
}

/** The newest tasks of every node, some 25 of each: `GET /cluster/tasks`. */
export function clusterTasks(): ApiRead<Task[]> {
  return readApi({ path: apiPath`/cluster/tasks`, parse: ({ data }) => parseTasks(data) });
}

/** Tasks of one node, running ones, too, newest first. */
export function nodeTasks(
  node: string,
  { vmid, errors, limit }: { readonly vmid?: number | undefined; readonly errors?: boolean; readonly limit: number },
): ApiRead<{ tasks: Task[]; total: number | undefined }> {
  return readApi({
    path: apiPath`/nodes/${node}/tasks`,
    params: { source: 'all', limit, ...(vmid === undefined ? {} : { vmid }), ...(errors ? { errors: 1 } : {}) },
    parse: ({ data, total }) => ({ tasks: parseTasks(data), total }),
  });
}

export function parseTasks(data: unknown): Task[] {
  return rows(data)
    .flatMap(parseTask)
    .sort((a, b) => b.start - a.start || (a.upid < b.upid ? -1 : 1));
}

function parseTask(from: Row): Task[] {
  const upid = text(from, 'upid');
  const parts = upid === undefined ? undefined : parsePveUpid(upid);
  if (upid === undefined || !parts) return [];
  const token = text(from, 'tokenid');
  const user = text(from, 'user') ?? parts.user;
  const status = text(from, 'status') ?? '';
  const running = status === 'RUNNING' || status === 'running';
  return [
    {
      ...{ upid, node: parts.node, type: parts.type, id: parts.id },
      user: token === undefined || user.includes('!') ? user : `${user}!${token}`,
      start: number(from, 'starttime') ?? parts.starttime,
      end: running ? undefined : number(from, 'endtime'),
      status: running ? '' : status,
    },
  ];
}

/** How a task ended, or that it runs. Warnings are a success with something to say. */
export function came({ end, status }: Pick<Task, 'end' | 'status'>): 'running' | 'ok' | 'warning' | 'error' {
  if (end === undefined && status === '') return 'running';
  if (status === 'OK') return 'ok';
  return status.startsWith('WARNINGS') ? 'warning' : 'error';
}

/** `GET /nodes/{node}/tasks/{upid}/status`, on the task's own node. */
export function taskStatus(upid: string): ApiRead<{ status: string; exit: string }> {
  return readApi({
    path: apiPath`/nodes/${parsePveUpid(upid)?.node ?? ''}/tasks/${upid}/status`,
    parse: ({ data }) => ({ status: text(row(data), 'status') ?? '', exit: text(row(data), 'exitstatus') ?? '' }),
  });
}

/** A task's whole log: `limit=0`, for the default is 50 lines. */
export function taskLog(upid: string): ApiRead<readonly string[]> {
  return readApi({
    path: apiPath`/nodes/${parsePveUpid(upid)?.node ?? ''}/tasks/${upid}/log`,
    params: { start: 0, limit: 0 },
    parse: ({ data }) => logLines(data).lines,
  });
}
