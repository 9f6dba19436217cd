import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { parsePbsUpid } from '../../core/upid.ts';
import { number, rows, text } from './fields.ts';
import { resources } from './resources.ts';
import { came, parseTasks, type Task } from './task-list.ts';

const DAY = 86_400;
/** How long ago a failure counts: what backups rest on may have its next turn in a week, and is missed until then. Seconds. */
const COUNTS = DAY;
const VITAL_COUNTS = 8 * DAY;
/** Most tasks that one node is asked for at once. */
const MOST = 3000;

/** Consoles that were closed, and downloads that were broken off: their ends say nothing of what is wrong. */
const NEVER_MIND = /^((vnc|spice|term)(proxy|shell)|reader)$/;
/** What backups rest on: it is missed until it is done, also where somebody has stopped it. */
const VITAL = /^(vzdump|backup|verif.*|sync|syncjob|garbage_collection)$/;
const STOPPED = /^(received interrupt|abort requested)/;

/** Whether backups rest on a task of this type. */
export function isVital({ type }: Pick<Task, 'type'>): boolean {
  return VITAL.test(type);
}

/**
 * Tasks of a cluster or a backup server that failed lately and have not succeeded since, the newest of each kind and thing; undefined where no node could be
 * asked. A guest's task may succeed on any node. Throws HostError when no node answers.
 */
export async function failedTasks(look: Look, host: Host): Promise<readonly Task[] | undefined> {
  const now = look.now() / 1000;
  const nodes =
    host.kind === 'pbs' ? ['localhost'] : (await look.read(host, resources())).nodes.flatMap(({ node, status }) => (status === 'online' ? [node] : []));
  if (nodes.length === 0) return undefined;
  const failed = unmended(await ask({ since: Math.floor(now - VITAL_COUNTS), errors: 1 }), [], now);
  const types = [...new Set(failed.map(({ type }) => type))];
  const later = types.map((type) => ask({ since: Math.min(...failed.filter((task) => task.type === type).map(({ start }) => start)), typefilter: type }));
  return unmended(failed, (await Promise.all(later)).flat(), now);

  async function ask(params: Params): Promise<readonly Task[]> {
    const all = await Promise.allSettled(nodes.map((node) => look.read(host, tasksSince(host, node, params))));
    const answers = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    // One node that is off is for others to say; but that none answers is no good news.
    for (const one of all) if (one.status === 'rejected' && (answers.length === 0 || !(one.reason instanceof HostError))) throw one.reason;
    return answers.flat();
  }
}

/** Of these, what ended badly lately, and did not succeed afterwards; the newest of each kind and thing. `now` in seconds since the epoch. Pure. */
export function unmended(failed: readonly Task[], all: readonly Task[], now: number): readonly Task[] {
  const good = all.filter((task) => ['ok', 'warning'].includes(came(task)));
  const bad = failed.filter((task) => came(task) === 'error' && counts(task, now)).sort((a, b) => b.start - a.start);
  return bad.filter(
    (task, i) =>
      bad.findIndex((other) => thingOf(other) === thingOf(task)) === i && !good.some((other) => thingOf(other) === thingOf(task) && other.start > task.start),
  );
}

function counts(task: Task, now: number): boolean {
  const ended = task.end ?? task.start;
  if (isVital(task)) return ended >= now - VITAL_COUNTS;
  return ended >= now - COUNTS && !NEVER_MIND.test(task.type) && !STOPPED.test(task.status);
}

/** What a task was about: a guest, wherever it is; anything else at its own node. */
export function thingOf({ node, type, id }: Pick<Task, 'node' | 'type' | 'id'>): string {
  return /^[1-9]\d{2,8}$/.test(id) ? `${type} ${id}` : `${type} ${id} ${node}`.replace('  ', ' ');
}

type Params = { readonly since: number; readonly errors?: 1; readonly typefilter?: string };

/** `GET /nodes/{node}/tasks` of either kind: what has ended and began since then. */
function tasksSince({ kind }: Host, node: string, params: Params): ApiRead<Task[]> {
  return readApi({
    path: apiPath`/nodes/${node}/tasks`,
    params: { ...params, limit: MOST },
    parse: ({ data }) => (kind === 'pbs' ? parsePbsTasks(data) : parseTasks(data)),
  });
}

/** The type and thing of a task of a backup server have names of their own. */
export function parsePbsTasks(data: unknown): Task[] {
  return rows(data).flatMap((from) => {
    const upid = text(from, 'upid');
    const parts = upid === undefined ? undefined : parsePbsUpid(upid);
    if (upid === undefined || !parts) return [];
    const { node, type, id, user, starttime } = parts;
    return [{ upid, node, type, id: text(from, 'worker_id') ?? id, user, start: starttime, end: number(from, 'endtime'), status: text(from, 'status') ?? '' }];
  });
}
